"""How soon the model is silent when the user speaks: ``python -m benchmarks.barge_in [--trials N] [--calls N]``.

::

    this process ──starts──▶ the emulator, as users start it
        │                         ▲ ws://, frames of 20 ms at the pace of a microphone, silence included
        └── calls: the model talks without an end; somebody speaks over it, again and again

Measured is the time from the moment in which the first frame with speech was handed to the socket to the moment in which
the player took its last 5 ms of the answer that was interrupted. The player takes what it has at the pace of a
loudspeaker, and throws away what it holds in ``on_interrupted``. It always holds something: an answer comes faster than it
is played. A player between two chunks may already be silent, so what is measured can be up to 5 ms less than the truth.

Three ways: the server decides (its own detector, a round trip, its answer), this side decides at the first word, and this
side decides when the word has become a sentence of 600 ms, until which the sound is only made quieter.
"""

from __future__ import annotations

import argparse
import sys
import wave
from array import array
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from statistics import quantiles
from subprocess import PIPE
from tempfile import TemporaryDirectory

import attrs
import trio

from benchmarks.processes import ROOT
from benchmarks.report import machine
from trio_live import Live, LiveEvent, LiveEventStream, LiveHandle, events
from trio_live.voice import IMMEDIATE_COMMIT, RESPONSIVE_COMMIT

PERSONA = """
name = "talker"
description = "Says a lot, whatever it hears."

[[default]]
say = "{words}"
"""
WORDS = "And then there is another thing that I have always wanted to tell you about the sea and the ships on it. " * 8

FRAME_SECONDS = 0.02
MICROPHONE_BYTES = 640
"""20 ms."""
CHUNK_SECONDS, CHUNK_BYTES = 0.005, 240
"""What the player takes at once."""
TALKS_FIRST = 1.0
"""Seconds of an answer that are heard before somebody speaks over it."""
LOUD = 1000
"""From this amplitude on a frame of the recording is the beginning of speech, not the room before it."""
PATIENCE = 30.0

WAYS: dict[str, Callable[[Live], Live]] = {
    "the server decides": lambda live: live,
    "this side decides, at the first word": lambda live: live.client_interruption_authority().turn_commit(
        IMMEDIATE_COMMIT
    ),
    "this side decides, after 600 ms": lambda live: live.client_interruption_authority().turn_commit(RESPONSIVE_COMMIT),
}


@attrs.define
class Player:
    """Takes sound at the pace of a loudspeaker."""

    waiting: bytearray = attrs.field(factory=bytearray)
    taken: int = 0
    """Chunks since the last interruption."""
    last_taken_at: float = 0.0
    silenced: list[float] = attrs.field(factory=list)
    """When the last chunk before each interruption was taken."""
    ducked_at: float | None = None

    async def run(self) -> None:
        """Play."""
        due = trio.current_time()
        while True:
            due += CHUNK_SECONDS
            await trio.sleep_until(due)
            if self.waiting:
                del self.waiting[:CHUNK_BYTES]
                self.taken += 1
                self.last_taken_at = trio.current_time()

    def quieter_after(self, moment: float) -> float | None:
        """Seconds until it was asked to be quieter; ``None`` if it was not."""
        return None if self.ducked_at is None else self.ducked_at - moment

    def has_been_silenced(self, times: int) -> bool:
        """More often than so many times."""
        return len(self.silenced) > times

    async def flush(self) -> None:
        """``on_interrupted``."""
        self.waiting.clear()
        if self.taken:
            self.silenced.append(self.last_taken_at)
        self.taken = 0


@attrs.define
class Microphone:
    """Sends a frame each 20 ms: speech where there is some, silence elsewhere."""

    speech: deque[bytes] = attrs.field(factory=deque)
    began_at: float = 0.0
    """When the first frame of what is being said was handed to the socket."""

    async def run(self, session: LiveHandle, sentence: list[bytes]) -> None:
        """Listen."""
        due = trio.current_time()
        while True:
            due += FRAME_SECONDS
            await trio.sleep_until(due)
            begins = len(self.speech) == len(sentence)
            if begins:
                self.began_at = trio.current_time()
            await session.send_audio(self.speech.popleft() if self.speech else bytes(MICROPHONE_BYTES))


def sentence() -> list[bytes]:
    """One of the caller's sentences that come with trio-live, from its first loud frame on."""
    file = resources.files("trio_live.cli") / "calls" / "three_thirty.wav"
    with file.open("rb") as raw, wave.open(raw) as recording:
        pcm = recording.readframes(recording.getnframes())
    frames = [pcm[at : at + MICROPHONE_BYTES] for at in range(0, len(pcm) - MICROPHONE_BYTES, MICROPHONE_BYTES)]
    first = next(number for number, frame in enumerate(frames) if max(map(abs, array("h", frame))) > LOUD)
    return frames[first:]


async def hold_call(way: str, address: str, trials: int, into: list[tuple[float, float | None]]) -> None:
    """One call in which the model is spoken over so many times."""
    player, microphone, said = Player(), Microphone(), sentence()
    live = WAYS[way](
        Live.builder().model("gemini-3.8-live").on_audio(player.waiting.extend).on_interrupted(player.flush)
    )
    async with (
        live.connect_google_ai("key", base_url=address) as session,
        session.events() as stream,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(player.run)
        nursery.start_soon(microphone.run, session, said)
        nursery.start_soon(_watch_volume, stream, player)
        await session.send_text("Tell me about the sea.")
        for number in range(trials):
            with trio.fail_after(PATIENCE):
                await until(lambda: player.taken * CHUNK_SECONDS >= TALKS_FIRST)
                player.ducked_at = None
                microphone.speech.extend(said)
                await until(partial(player.has_been_silenced, number))
            into.append((player.silenced[number] - microphone.began_at, player.quieter_after(microphone.began_at)))
            await until(lambda: not microphone.speech)
        nursery.cancel_scope.cancel()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait, without a hurry: what is measured has its own clock."""
    while not is_so():  # noqa: ASYNC110  # whoever is waited for tells nobody
        await trio.sleep(FRAME_SECONDS / 4)


async def _watch_volume(stream: LiveEventStream[LiveEvent], player: Player) -> None:
    async for event in stream:
        if isinstance(event, events.PlaybackVolume) and event.volume < 1:
            player.ducked_at = trio.current_time()


@asynccontextmanager
async def open_talker() -> AsyncGenerator[str, None]:
    """The address of an emulator that talks without an end."""
    with TemporaryDirectory() as folder:
        persona = Path(folder) / "talker.toml"
        persona.write_text(PERSONA.format(words=WORDS), encoding="utf-8")
        command = [sys.executable, "-m", "trio_live", "emulator", "--port", "0", "--quiet", "--persona", str(persona)]
        async with trio.open_nursery() as nursery:
            start = partial(trio.run_process, command, stdout=PIPE, check=False, cwd=ROOT)
            process: trio.Process = await nursery.start(start)
            assert process.stdout is not None
            line = b""
            while not line.endswith(b"\n"):
                line += await process.stdout.receive_some(1)
            yield line.decode().strip()
            process.terminate()


async def run(trials: int, calls: int) -> None:
    """Every way, one after the other."""
    async with open_talker() as address:
        for way in WAYS:
            found: list[tuple[float, float | None]] = []
            async with trio.open_nursery() as nursery:
                for number in range(calls):
                    share = trials // calls + (number < trials % calls)
                    nursery.start_soon(hold_call, way, address, share, found)
            print(row(way, [silent for silent, _ in found]))
            if ducks := [duck for _, duck in found if duck is not None]:
                print(row("… and until then it is quieter, after", ducks))


def row(name: str, seconds: list[float]) -> str:
    """A line of the table."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"| {name} | {len(seconds)} | {1000 * cuts[49]:.0f} ms | {1000 * cuts[98]:.0f} ms |"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.barge_in", description="How soon the model is silent.")
    parser.add_argument("--trials", type=int, default=50, help="of each way (default: 50)")
    parser.add_argument("--calls", type=int, default=2, help="that are held at the same time (default: 2)")
    given = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print("| who decides | trials | p50 | p99 |\n| --- | --- | --- | --- |")
    trio.run(run, given.trials, given.calls)


if __name__ == "__main__":
    main()
