"""``python -m benchmarks.vad_accuracy [--page]``: how well both detectors hear people speak in noise.

Recordings of people, each in its own room, with noise mixed in: white, babble and hum, at 20, 10 and 5 dB. A detector has
heard the room for six seconds when somebody speaks; its first two seconds, in which it learns the room, are not judged.

An utterance is *found* when at least half of it is heard as speech. The *error of the onset* is from the first sound of the
utterance to the end of the frame that told; that of the *end* likewise, so it has the hangover in it (240 and 256 ms). Where
speech had been heard before anybody spoke, there is no such error, but a *false alarm*: one begins where nobody speaks.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from statistics import mean
from typing import Final

import attrs

from benchmarks.page import filled
from benchmarks.processes import ROOT
from benchmarks.vad_noises import NOISES, RATE, UTTERANCES, Utterance, noisy
from trio_live.voice import INPUT_VAD, SILERO_VAD, BackendInputVad, SileroBackend, VadEvent

PAGE: Final = ROOT / "docs/explanation/hearing.md"
MARK: Final = "hearing"
RATIOS: Final = (20, 10, 5)
LEARNING: Final = 2.0
"""Seconds in which a detector learns the room."""
EARLY: Final = 0.3
"""So much before the utterance speech may begin and still belong to it."""
SEEDS: Final = 5

DETECTORS: Final[dict[str, Callable[[], BackendInputVad]]] = {
    "built-in": lambda: BackendInputVad(INPUT_VAD),
    "neural": lambda: BackendInputVad(SILERO_VAD, SileroBackend()),
}


@attrs.frozen
class Score:
    """What one detector made of some utterances."""

    asked: int
    found: int
    """So many utterances were found."""
    onsets: tuple[float, ...]
    """Errors in seconds, of those that were not being heard before they began."""
    ends: tuple[float, ...]
    alarms: int
    seconds: float

    @property
    def alarms_a_minute(self) -> float:
        """False alarms."""
        return self.alarms * 60 / self.seconds


def spans(vad: BackendInputVad, pcm: bytes) -> Iterator[tuple[float, float]]:
    """From when until when a detector hears speech, in seconds; the instants are those at which it said so."""
    begun: float | None = None
    for start in range(0, len(pcm), vad.frame_bytes):
        at = (start + vad.frame_bytes) / 2 / RATE
        for event in vad.process_pcm_bytes(pcm[start : start + vad.frame_bytes]):
            if event is VadEvent.SPEECH_START:
                begun = at
            elif begun is not None:
                yield begun, at
                begun = None
    if begun is not None:
        yield begun, len(pcm) / 2 / RATE


def score(make: Callable[[], BackendInputVad], noise: str | None, ratio: float, seeds: int = SEEDS) -> Score:
    """What a detector makes of every utterance in a noise."""
    onsets, ends, alarms, seconds, asked, found = [], [], 0, 0.0, 0, 0
    for utterance, seed in ((each, seed) for each in UTTERANCES for seed in range(seeds)):
        asked += 1
        pcm, starts, stops = noisy(utterance, noise, ratio, seed)
        heard = list(spans(make(), pcm))
        seconds += len(pcm) / 2 / RATE - LEARNING
        alarms += sum(LEARNING < begun < starts - EARLY or begun > stops for begun, _ in heard)
        hits = [span for span in heard if span[0] < stops and span[1] > starts]
        found += sum(min(end, stops) - max(begun, starts) for begun, end in hits) >= (stops - starts) / 2
        if hits:
            onsets += [hits[0][0] - starts] if hits[0][0] > starts - EARLY else []
            ends.append(hits[-1][1] - stops)
    return Score(asked, found, tuple(onsets), tuple(ends), alarms, seconds)


def table() -> str:
    """Both detectors in every noise, as a table of a page."""
    lines = [
        "| noise | dB | detector | found | onset, mean / worst | end, mean / worst | false alarms a minute |",
        "| --- | --: | --- | --: | --: | --: | --: |",
    ]
    cases: list[tuple[str | None, int]] = [(None, 0), *((noise, ratio) for noise in NOISES for ratio in RATIOS)]
    for noise, ratio in cases:
        for name, make in DETECTORS.items():
            got = score(make, noise, ratio)
            print(noise, ratio, name, f"{got.found}/{got.asked}", flush=True)
            cells = [noise or "none", str(ratio) if noise else "", name, f"{got.found} of {got.asked}"]
            cells += [_errors(got.onsets), _errors(got.ends), f"{got.alarms_a_minute:.1f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _errors(errors: tuple[float, ...]) -> str:
    if not errors:
        return ""
    return f"{mean(errors) * 1000:.0f} / {max(errors, key=abs) * 1000:.0f} ms"


def describe(utterances: tuple[Utterance, ...] = UTTERANCES) -> str:
    """What was listened to."""
    spoken = sum(each.ends - each.starts for each in utterances)
    return f"{len(utterances)} utterances, {spoken:.1f} s of speech, each with {SEEDS} draws of every noise."


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vad_accuracy")
    parser.add_argument("--page", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    drawn = f"{describe()}\n\n{table()}"
    print(drawn)
    if given.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {MARK: drawn}), encoding="utf-8")


if __name__ == "__main__":
    main()
