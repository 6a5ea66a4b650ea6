"""The command ``trio-live emulator``, and a client of somebody else that is led to it by nothing but its environment."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import trio

from tests.clients.clients import HERE, SPEECH, Client, environments
from tests.processes import PLAIN, TRIO_LIVE, finish, first_lines, serve

LIMIT_SECONDS = 240.0
PERSONA = HERE / "persona.toml"


@attrs.frozen
class Exchange:
    """One message on the wire, as the emulator recorded it."""

    connection: int
    direction: str
    frame: dict[str, Any]


@attrs.frozen
class Emulator:
    """A command that serves."""

    environment: dict[str, str]
    """What a shell exports for clients to come here."""
    file: Path
    """Its record."""

    def exchanges(self) -> list[Exchange]:
        """Every whole message so far."""
        lines = self.file.read_text(encoding="utf-8").splitlines(keepends=True)
        rows = [json.loads(line) for line in lines if line.endswith("\n")]
        return [Exchange(row["connection"], row["direction"], row["frame"]) for row in rows if row["frame"] is not None]


Cue: TypeAlias = Callable[[list[Exchange]], bool]


@attrs.frozen
class Outcome:
    """What came of some scenarios."""

    reports: list[dict[str, Any]]
    """What the client saw."""
    exchanges: list[Exchange]
    """What went over the wire."""
    errors: str
    """The end of what it wrote to its error stream."""

    def of(self, scenario: str) -> Outcome:
        """What the client saw in one scenario, when it was played last."""
        begins = [at for at, report in enumerate(self.reports) if "begins" in report]
        at = next(at for at in reversed(begins) if self.reports[at]["begins"] == scenario)
        end = next((other for other in begins if other > at), None)
        return Outcome(self.reports[at:end], self.exchanges, self.errors)

    def told(self, key: str) -> list[Any]:
        """All reports of one kind."""
        return [report[key] for report in self.reports if key in report]

    def sent(self, field: str) -> list[dict[str, Any]]:
        """Messages of the emulator that have a field."""
        return [each.frame for each in self.exchanges if each.direction == "sent" and field in each.frame]

    def received(self, field: str) -> list[Any]:
        """This field of every message of the client that has it, however it is spelled."""
        asked = [each.frame for each in self.exchanges if each.direction == "received"]
        return [frame[name] for frame in asked for name in frame if name.replace("_", "").lower() == field.lower()]


@contextmanager
def emulating(folder: Path, *options: str) -> Generator[Emulator, None, None]:
    """Serve over TLS, on a port of its own, with a record, as long as the block lasts."""
    record, tls = folder / "record.jsonl", folder / "tls"
    address = ("--port", str(_free_port()), "--tls-dir", str(tls))
    exports = finish(*TRIO_LIVE, "emulator", *address, "--print-env")
    assert exports.returncode == 0, exports.stderr
    exported = (shlex.split(line)[1].partition("=") for line in exports.stdout.splitlines())
    environment = {name: value for name, _, value in exported}
    with serve(*TRIO_LIVE, "emulator", *address, "--quiet", "--record", str(record), *options) as process:
        url, _ = first_lines(process)
        assert url.startswith("wss://"), process.stderr and process.stderr.read()
        yield Emulator(environment, record)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def play(
    client: Client, folder: Path, *options: str, scenarios: Sequence[str], cue: Cue | None = None
) -> Outcome:
    """Let a client play scenarios to their end.

    Args:
        client: who plays.
        folder: where everything is kept.
        options: of the emulator.
        scenarios: each the name of one that the driver knows, a colon, and the model that is asked for.
        cue: looks at what went over the wire; when it holds, the driver is told to go ahead.
    """
    with emulating(folder, "--persona", str(PERSONA), *options) as emulator:
        command = client.command(environments(), client.driver, str(SPEECH), *scenarios)
        status = await run(command, emulator, folder, cue)
        errors = (folder / "err").read_text(encoding="utf-8")[-3000:]
        assert status == 0, errors
        reports = [json.loads(line) for line in (folder / "out").read_text(encoding="utf-8").splitlines()]
        return Outcome(reports, emulator.exchanges(), errors)


async def run(command: list[str], emulator: Emulator, folder: Path, cue: Cue | None = None) -> int:
    """Run a program that comes to an emulator; its output is kept in the folder. Returns its status."""
    environment = {**PLAIN, **emulator.environment, "GOOGLE_API_KEY": "any", "NO_PROXY": "*"}
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment
        )
        try:
            with trio.fail_after(LIMIT_SECONDS):
                while cue is not None and process.poll() is None:
                    if cue(emulator.exchanges()):
                        cue = None
                        assert process.stdin is not None
                        await process.stdin.send_all(b"\n")
                    await trio.sleep(0.05)
                return await process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                with trio.CancelScope(shield=True):
                    await process.wait()
