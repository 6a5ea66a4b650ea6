"""Other people's projects: a directory with a test file, and a pytest that runs in it."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

from tests.processes import finish

PLUGIN = "trio_live.testing.plugin"


def run_tests(folder: Path, source: str, *arguments: str, settings: str = "") -> str:
    """Run a test file as a project of its own; returns what pytest printed, and its exit code at the end."""
    (folder / "test_agent.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{settings}", encoding="utf-8")
    found = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    given = [] if found else ["-p", PLUGIN]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *given, *arguments]
    done = finish(*command, cwd=folder, env=os.environ)
    return f"{done.stdout}{done.stderr}\nexit code {done.returncode}"
