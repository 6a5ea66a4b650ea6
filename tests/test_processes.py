from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.processes import DEAF, finish, first_lines, serve

HERE = Path(__file__).parent
SLEEPER = "import signal, time; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, flush=True); time.sleep(600)"


def test_a_process_that_nothing_ends_is_killed_with_its_block() -> None:
    before = time.monotonic()
    with serve(*DEAF, sys.executable, "-c", SLEEPER) as process:
        assert first_lines(process)[0] == "True"
        process.send_signal(signal.SIGINT)
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - before < 60


def test_every_process_of_a_test_is_started_where_it_is_killed() -> None:
    starters = {
        path.relative_to(HERE).as_posix()
        for path in HERE.rglob("*.py")
        if "import subprocess" in path.read_text(encoding="utf-8")
    }
    own_limits = {
        "clients/clients.py",
        "clients/emulators.py",
        "package/breaks.py",
    }  # one installs, within a time limit; one kills at its end; one is a command of nox
    assert starters == {"processes.py", "test_processes.py", *own_limits}


def test_a_test_that_hangs_fails_with_a_stack(tmp_path: Path) -> None:
    (tmp_path / "test_hang.py").write_text(
        "import threading\n\ndef test_hangs():\n    threading.Event().wait()\n", encoding="utf-8"
    )
    done = finish(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=1", cwd=tmp_path)
    assert done.returncode == 1
    assert "Timeout" in done.stdout
    assert "threading.Event().wait()" in done.stdout


def test_every_test_has_a_limit(request: pytest.FixtureRequest) -> None:
    assert 0 < float(request.config.getini("timeout")) <= 600
