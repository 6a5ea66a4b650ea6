"""SIGKILL in the middle of a call, at random moments; a few times here, fifty times in ``nox -s kills``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.processes import PLAIN, finish

TIMES = int(os.environ.get("TRIO_LIVE_KILLS", "6"))
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("backend", ["fs", "sqlite"])
def test_a_killed_process_leaves_a_whole_snapshot_and_the_next_one_goes_on_from_it(
    backend: str, tmp_path: Path
) -> None:
    seed = "1" if "TRIO_LIVE_KILLS" not in os.environ else str(os.getpid())
    command = (sys.executable, "-m", "tests.persistence.killed", backend, str(tmp_path), str(TIMES), seed)
    done = finish(*command, env={**PLAIN, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    turns = int(done.stdout.split()[2])
    assert turns > 0, "no turn was ever saved"
