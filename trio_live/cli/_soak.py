"""``trio-live soak``: many sessions, real sockets, real cuts, for as long as is asked; and a table of what was found."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, cast

import attrs
import click
import trio
from rich.console import Console
from rich.table import Table

from trio_live import Live, LiveEventStream, LiveHandle, SessionClosed, events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.cli._soak_figures import Ledger, Soak
from trio_live.instruments import tuned_collector

MODELS: Final = {"google-ai": "gemini-2.5-flash-native-audio-latest", "vertex": "gemini-live-2.5-flash-native-audio"}
SOUND: Final = bytes(3200)
"""A tenth of a second of silence."""
ANSWERED_WITHIN: Final[Seconds] = 60.0
"""A question that is neither answered nor told of in this time is lost."""
LOOKS_EVERY: Final = 5
"""Each so manieth question takes a function."""
LEAST: Final = 1
"""Questions that each session asks, however short the soak and slow the machine."""
SAMPLES: Final = 60
"""So often memory is looked at."""


@attrs.frozen(kw_only=True)
class SoakCommand:
    """What was asked for on the command line."""

    minutes: float
    sessions: int
    cut_every: Seconds
    seed: int


async def run_soak(command: SoakCommand) -> None:
    """Hold the sessions, then print the table.

    Raises:
        SystemExit: with status 1, something was lost, or grew.
    """
    seconds = command.minutes * 60
    found = await soak(command, seconds)
    table = Table("", f"{seconds:g} s, a cut every {command.cut_every:g} s on average", box=None, pad_edge=False)
    for name, figure in found.rows():
        table.add_row(name, figure)
    Console(width=120, highlight=False).print(table)
    for problem in found.problems():
        click.echo(problem, err=True)
    if found.problems():
        raise SystemExit(1)


async def soak(command: SoakCommand, seconds: Seconds) -> Soak:
    """Hold so many sessions for so long with a server that cuts them."""
    ledgers = [Ledger([*MODELS][number % len(MODELS)]) for number in range(command.sessions)]
    memory: list[tuple[Seconds, float]] = []
    before = trio.lowlevel.current_statistics().tasks_living
    with tuned_collector():  # to look for garbage is quick where all that was there before is not looked at
        reads, struck = await _hold(command, seconds, ledgers, memory)
    return Soak(
        ledgers=ledgers,
        reads=reads,
        struck=struck,
        memory=memory,
        tasks_left=trio.lowlevel.current_statistics().tasks_living - before,
    )


async def _hold(
    command: SoakCommand, seconds: Seconds, ledgers: list[Ledger], memory: list[tuple[Seconds, float]]
) -> tuple[dict[str, int], int]:
    async with _open_server(command) as server:
        until = trio.current_time() + seconds
        async with open_service_nursery("the soak is over") as watching:
            watching.start_soon(_watch_memory, seconds, memory)
            async with trio.open_nursery() as nursery:
                for number, ledger in enumerate(ledgers):
                    nursery.start_soon(_call, server.url, number, ledger, until)
        return await server.finish()


# -- the server -------------------------------------------------------------------------------------------------


class _Server:
    """The server of a soak, from this side.

    Args:
        tell: its input; it serves until that ends.
        hear: its output.
    """

    def __init__(self, tell: trio.abc.SendStream, hear: trio.abc.ReceiveStream) -> None:
        self._tell = tell
        self._hear = hear
        self.url = ""

    async def start(self) -> None:
        """Wait until it serves."""
        self.url = (await self._line()).decode().strip()

    async def finish(self) -> tuple[dict[str, int], int]:
        """End it; what it has read, and how many faults struck."""
        await self._tell.aclose()
        found = json.loads(await self._line())
        return found["reads"], found["struck"]

    async def _line(self) -> bytes:
        read = b""
        while not read.endswith(b"\n"):
            more = await self._hear.receive_some()
            if not more:
                raise click.ClickException("the server of the soak has ended")
            read += more
        return read


@asynccontextmanager
async def _open_server(command: SoakCommand) -> AsyncGenerator[_Server, None]:
    words = [sys.executable, "-m", "trio_live.cli._soak_server", str(command.seed), str(command.cut_every)]
    process = await trio.lowlevel.open_process(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        server = _Server(cast("trio.abc.SendStream", process.stdin), cast("trio.abc.ReceiveStream", process.stdout))
        await server.start()
        yield server
    finally:
        process.kill()
        with trio.CancelScope(shield=True), trio.move_on_after(5):
            await process.wait()


# -- the callers ------------------------------------------------------------------------------------------------


async def _call(url: str, number: int, ledger: Ledger, until: Seconds) -> None:
    """One caller, from the first word to the last."""

    async def look_up(about: str) -> str:
        """Look something up."""
        ledger.calls_run += 1
        await trio.sleep(0.2)
        return about

    live = Live.builder().model(MODELS[ledger.platform]).transcription().tools(look_up)
    live = live.reconnect(attempts=100, within=3600)  # as patient as can be: connections that live a second are one gap
    connect = (
        live.connect_google_ai("soak", base_url=url)
        if ledger.platform == "google-ai"
        else live.connect_vertex("soak", "us-central1", "soak", base_url=url)
    )
    heard = _Ear(ledger)
    async with connect as session, session.events() as stream:
        async with open_service_nursery("the caller hangs up") as nursery:
            nursery.start_soon(heard.listen, session, stream)
            nursery.start_soon(_speak, session)
            try:
                await _ask(session, number, ledger, heard, until)
            except SessionClosed as closed:
                ledger.ended = str(closed)
        ledger.sound_dropped = sum(session.telemetry.snapshot()["dropped"].values())


async def _ask(session: LiveHandle, number: int, ledger: Ledger, heard: _Ear, until: Seconds) -> None:
    count = 0
    while trio.current_time() < until or count < LEAST:
        count += 1
        look = "look up, " if not count % LOOKS_EVERY else ""
        words = f"{look}question {count} of caller {number}"
        ledger.asked.append(words)
        await session.send_text(words)
        with trio.move_on_after(ANSWERED_WITHIN):
            await heard.wait_settled(words)


async def _speak(session: LiveHandle) -> None:
    """A microphone in a quiet room."""
    try:
        while True:
            await session.send_audio(SOUND)
            await trio.sleep(0.1)
    except SessionClosed:
        pass


class _Ear:
    """Hears what a session says, and keeps the books."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._changed = trio.lowlevel.ParkingLot()
        self._said = ""
        self._gap_since: Seconds | None = None

    async def wait_settled(self, words: str) -> None:
        """Wait until a question was answered, or told as undecided, or the session is over."""
        ledger = self._ledger
        while not (ledger.answers[words] or words in ledger.told or ledger.ended):
            await self._changed.park()

    async def listen(self, session: LiveHandle, stream: LiveEventStream[events.LiveEvent]) -> None:
        async for event in stream:
            self._hear(session, event)
            self._changed.unpark_all()

    def _hear(self, session: LiveHandle, event: events.LiveEvent) -> None:
        ledger = self._ledger
        match event:
            case events.OutputTranscript(text, is_final=True):
                self._said = text
            case events.TurnComplete():
                ledger.answers.update([each for each in ledger.asked[-2:] if each in self._said and not event.cut])
                self._said = ""
            case events.Undelivered(_, text) if text in ledger.asked[-2:]:
                ledger.told.add(text)
            case events.ToolCancelled(ids):
                ledger.calls_cancelled += len(ids)
            case events.Reconnecting():
                self._gap_since = self._gap_since or trio.current_time()
                close = session.link.closes[-1]
                ledger.rotations += close.code is None
                ledger.cuts += close.code is not None and close.lived > 0
            case events.Connected(continuation) if continuation is not events.Continuation.NEW:
                ledger.continuations[continuation.name] += 1
                if self._gap_since is not None:
                    ledger.gaps.append(trio.current_time() - self._gap_since)
                self._gap_since = None
            case events.Disconnected(reason) if reason is not None:
                ledger.ended = reason
            case _:
                pass


# -- memory -----------------------------------------------------------------------------------------------------


async def _watch_memory(seconds: Seconds, samples: list[tuple[Seconds, float]]) -> None:
    began = trio.current_time()
    for number in range(1, SAMPLES + 1):
        await trio.sleep_until(began + seconds * number / SAMPLES)
        gc.collect()
        samples.append((trio.current_time() - began, memory_mb()))


def memory_mb() -> float:
    """Megabytes that this process holds in memory; where the system does not say, the most that it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1024 * 1024 if sys.platform == "darwin" else 1024)
    import resource

    return pages * resource.getpagesize() / (1024 * 1024)
