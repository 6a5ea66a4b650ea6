"""``python -m benchmarks.hearing_load [--page]``: how long the loop of an emulator waits while it makes out what is said.

One process holds the emulator and its callers; they speak at the same time, at the pace of real time. A task that wants to
be woken every two milliseconds notes how much later it was. Without a recogniser the same is measured, so the difference is
what recognition costs the loop. How late the answer comes is measured, too: from the end of the speech that was sent to the
first sound, less the silence after which the detector believes in the end, and less the moment of hesitation.
"""

from __future__ import annotations

import argparse
import time
from statistics import mean, quantiles
from typing import Final

import attrs
import trio

from benchmarks.page import filled
from benchmarks.processes import ROOT
from trio_live import Live, LiveEventStream, LiveHandle, events
from trio_live.cli._demo import read_recording
from trio_live.emulator import open_emulator
from trio_live.emulator._audio import vad_config
from trio_live.emulator._engines import ENGINES, TURNS
from trio_live.wire import Platform

PAGE: Final = ROOT / "docs/explanation/recognition.md"
MARK: Final = "load"
CALLERS: Final = (1, 4)
TICK: Final = 0.002
"""Seconds between two looks at the clock."""
PIECE: Final = 640
"""20 ms at 16 kHz."""
SAID: Final = ("hello.wav", "thursday.wav", "three_thirty.wav", "goodbye.wav")
AFTERWARDS: Final = 0.8
"""Seconds of silence that are sent after each; the detector needs less."""


@attrs.frozen
class Load:
    """What was noticed."""

    gaps: list[float]
    answers: list[float]

    def row(self, hearing: str, callers: int) -> str:
        """A line of the table."""
        p99 = quantiles(self.gaps, n=100)[98]
        cells = [hearing, str(callers), f"{p99 * 1000:.1f} ms", f"{max(self.gaps) * 1000:.0f} ms"]
        return (
            f"| {' | '.join([*cells, f'{mean(self.answers) * 1000:.0f} ms', f'{max(self.answers) * 1000:.0f} ms'])} |"
        )


async def watch(gaps: list[float]) -> None:
    """Note how late one is woken, until cancelled."""
    while True:
        before = time.perf_counter()
        await trio.sleep(TICK)
        gaps.append(max(0.0, time.perf_counter() - before - TICK))


async def say(session: LiveHandle, pcm: bytes) -> float:
    """Speak at the pace of real time; the instant at which the speech itself was over."""
    began = trio.current_time()
    for start in range(0, len(pcm), PIECE):
        await session.send_audio(pcm[start : start + PIECE])
        await trio.sleep_until(began + (start + PIECE) / 32_000)
    return trio.current_time()


async def call(url: str, answers: list[float], waited: float) -> None:
    """Say everything, one after the other, and hear each answer begin."""
    live = Live.builder().model("gemini-3.8-live").transcription()
    async with live.connect_google_ai("any", base_url=url) as session, session.events() as stream:
        for name in SAID:
            over = await say(session, bytes(9_600) + read_recording(name))
            async with trio.open_nursery() as nursery:
                nursery.start_soon(say, session, bytes(round(AFTERWARDS * 32_000)))
                await first_sound(stream)
                answers.append(trio.current_time() - over - waited)
            await session.send_text("thanks")  # cuts the answer off: nobody listens to it
            await until(stream, events.TurnComplete)
            await until(stream, events.TurnComplete)


async def first_sound(stream: LiveEventStream[events.LiveEvent]) -> None:
    """Wait for it."""
    await until(stream, events.Audio)


async def until(stream: LiveEventStream[events.LiveEvent], kind: type[events.LiveEvent]) -> None:
    """Read until there is such an event."""
    async for event in stream:
        if isinstance(event, kind):
            return


async def measure(hearing: str, callers: int) -> Load:
    """One line of the table."""
    load = Load([], [])
    config = vad_config(None, Platform.GOOGLE_AI)
    hesitation = 0.2
    waited = config.hangover_frames * config.frame_duration_ms / 1000 + hesitation
    async with open_emulator(hearing=hearing, first_word_after=hesitation) as emulator, trio.open_nursery() as nursery:
        nursery.start_soon(watch, load.gaps)
        async with trio.open_nursery() as talks:
            for _ in range(callers):
                talks.start_soon(call, emulator.url, load.answers, waited)
        nursery.cancel_scope.cancel()
    return load


def table() -> str:
    """All recognisers, and none, with one caller and with several."""
    lines = [
        "| recogniser | callers | loop late, 99th percentile | worst | answer late, mean | worst |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for hearing in (TURNS, *ENGINES):
        for callers in CALLERS:
            lines.append(trio.run(measure, hearing, callers).row(hearing, callers))
            print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing_load")
    parser.add_argument("--page", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    drawn = table()
    if given.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {MARK: drawn}), encoding="utf-8")


if __name__ == "__main__":
    main()
