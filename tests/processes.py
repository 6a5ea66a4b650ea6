"""Processes of tests: whatever becomes of a test, what it started ends with it.

`subprocess.Popen` waits for its process without a limit when its block is left, so a test that fails while its server
runs would wait for ever. Every process of a test is started here and killed in the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(("GEMINI_", "GOOGLE_"))}
"""An environment that names no key and no server."""

TRIO_LIVE = (sys.executable, "-m", "trio_live")

DEAF = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""Put before a command, it starts with SIGINT ignored, as background jobs of a shell and many CI runners do."""


def finish(
    *command: str, typed: str = "", env: Mapping[str, str] | None = None, cwd: Path | None = None, limit: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; one that takes longer than ``limit`` seconds is killed and fails the test."""
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=limit, check=False, env=env or PLAIN, cwd=cwd
    )


def finish_code(code: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python in an interpreter of their own."""
    return finish(sys.executable, "-c", code)


@contextmanager
def serve(*command: str, env: Mapping[str, str] | None = None) -> Generator[subprocess.Popen[str], None, None]:
    """A process that serves while the block lasts; killed when it is left, however it is left."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env or PLAIN
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_lines(process: subprocess.Popen[str], *, errors: int = 0) -> tuple[str, Sequence[str]]:
    """The first line a server prints, and so many first lines of its errors; both are read in that order."""
    assert process.stdout is not None
    assert process.stderr is not None
    told = [process.stderr.readline().strip() for _ in range(errors)]
    return process.stdout.readline().strip(), told
