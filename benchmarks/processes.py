"""Processes: the peer on one core, and one worker after the other on another.

Where the system allows, peer and measured process are kept on different cores: schedulers that save power like to put
two half-busy processes on one, and then each would be measured waiting for the other.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory

import attrs
import trio

from benchmarks.loads import Figures, Load
from benchmarks.official_client import OFFICIAL, official_python

ROOT = Path(__file__).parents[1]
LONGEST_SECONDS = 180.0
"""After which a worker hangs."""


@attrs.frozen
class Service:
    """A running peer: its addresses, and what a client needs to trust it."""

    pid: int
    plain: str
    secure: str | None
    """``None`` without trustme."""
    environment: Mapping[str, str]
    """What a worker needs to know besides; compiled modules are kept for the next one, whatever is set outside."""

    def at(self, *, tls: bool) -> str:
        """The address to load."""
        if not tls:
            return self.plain
        assert self.secure is not None, "measurements over TLS are skipped without trustme"
        return self.secure

    def cpu_seconds(self) -> float:
        """What the peer has used so far. Reads ``/proc``; nothing elsewhere."""
        if sys.platform != "linux":
            return 0.0
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / float(os.sysconf("SC_CLK_TCK"))


@asynccontextmanager
async def open_peer() -> AsyncGenerator[Service, None]:
    """A peer while the block lasts."""
    with TemporaryDirectory() as folder:
        certificate, authority = _certificate(Path(folder))
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}
        command = [sys.executable, "-m", "benchmarks.peer", *_part_cores(), *certificate]
        async with trio.open_nursery() as nursery:
            start = partial(trio.run_process, command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
            process: trio.Process = await nursery.start(start)
            assert process.stdin is not None
            assert process.stdout is not None
            told = b""
            while not told.endswith(b"\n"):
                piece = await process.stdout.receive_some()
                assert piece, "the peer did not start"
                told += piece
            plain, *secure = told.decode().split()
            try:
                yield Service(
                    process.pid,
                    f"ws://127.0.0.1:{plain}",
                    f"wss://127.0.0.1:{secure[0]}" if secure else None,
                    {**compiled, "SSL_CERT_FILE": authority, "NO_PROXY": "*"}
                    if secure
                    else {**compiled, "NO_PROXY": "*"},
                )
            finally:
                await process.stdin.aclose()


def _certificate(folder: Path) -> tuple[list[str], str]:
    """The peer's arguments, and the file with the authority behind its certificate."""
    if importlib.util.find_spec("trustme") is None:
        return [], ""
    import trustme

    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "peer.pem"))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    return ["--certificate", str(folder / "peer.pem")], str(folder / "authority.pem")


def _part_cores() -> list[str]:
    """Keep this process, and those it starts, on one core; the peer on another, if there is one."""
    if sys.platform != "linux":
        return []
    ours, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {ours})
    return ["--core", str(others[-1])] if others else []


def worker_command(subject: str, load: Load) -> list[str]:
    """How a subject is run: a process of this environment, or of the official client's."""
    if subject == OFFICIAL:
        return [str(official_python()), "-m", "benchmarks.official", load.to_json()]
    return [sys.executable, "-m", "benchmarks.worker", subject, load.to_json()]


async def run_worker(subject: str, load: Load, service: Service, *, within: Sequence[str] = ()) -> Figures:
    """Run one load once; its figures."""
    load = replace(load, started=time.monotonic())
    environment = {**os.environ, **service.environment, "PYTHONPATH": str(ROOT)}
    command = [*within, *worker_command(subject, load)]
    with trio.fail_after(LONGEST_SECONDS):
        done = await trio.run_process(command, capture_stdout=True, cwd=ROOT, env=environment)
    figures: Figures = json.loads(done.stdout)
    return figures
