"""``python -m benchmarks.recognition [--page]``: how well an emulator that hears reacts to what is said.

Synthetic voices ask the front desk, and people say what was recorded of them, at two sample rates, with and without noise. A
request is *right* when the persona applies the rule that it applies to the same words typed; *wrong* when it applies another;
else it was *not understood*: it counted as noise, or was answered by a default.

What is measured is the recogniser and the persona, on an utterance that was found: the detector of speech has a page of its
own.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import attrs

from benchmarks.page import filled
from benchmarks.processes import ROOT
from benchmarks.spoken_requests import REQUESTS, heard_as, voices
from benchmarks.vad_noises import RATE, SPEECH, Sound, loaded
from trio_live.emulator import Persona, bundled_persona, parse_persona
from trio_live.emulator._engines import ENGINES, Recogniser, expected_of
from trio_live.emulator._persona import answer, fresh_memory

PAGE: Final = ROOT / "docs/explanation/recognition.md"
MARK: Final = "recognition"
PEOPLE_MARK: Final = "people"
SEEDS: Final = 2
"""Draws of the noise over what people say."""


@attrs.frozen
class Condition:
    """How sound arrives."""

    rate: int
    noise: str | None = None
    ratio_db: int = 0

    def __str__(self) -> str:
        return "" if self.noise is None else f"{self.noise}, {self.ratio_db} dB"


CONDITIONS: Final = (
    Condition(16_000),
    Condition(8_000),
    Condition(16_000, "white", 10),
    Condition(16_000, "hum", 10),
    Condition(16_000, "babble", 10),
)

LISTENER: Final = """
name = "listener"
vocabulary = ["John Dashwood"]
[[rule]]
name = "deals"
heard = { pattern = '\\b(?P<rank>two|three|four|five|six|seven|eight|nine|ten|jack|queen|king|ace) of (?P<suit>clubs|hearts|spades|diamonds)' }
say = "Dealt."
[[rule]]
name = "drives"
heard = { pattern = '\\bgo (?P<way>forward|backward) (?P<far>one|two|five|ten|twenty) meters?' }
say = "Driving."
[[rule]]
name = "reads"
heard = { keywords = ["dashwood", "leisure"] }
say = "Go on."
"""
PEOPLE: Final = {
    "001.wav": "ten of clubs",
    "003.wav": "seven of clubs",
    "goforward.raw": "go forward ten meters",
    "sense_and_sensibility_01_austen_64kb-0870.wav": "and mr john dashwood had then leisure to consider how much there "
    "might be prudently in his power to do for them",
}
"""What people say in the recordings."""


@attrs.frozen
class Asked:
    """One utterance."""

    persona: Persona
    state: str
    text: str
    voice: str
    sound: Sound


@attrs.frozen
class Score:
    """What became of some utterances."""

    outcomes: Counter[str]
    cpu_seconds: float
    seconds: float

    def share(self, outcome: str) -> str:
        """As a percentage."""
        return f"{100 * self.outcomes[outcome] / max(1, self.outcomes.total()):.0f} %"


def reaction(persona: Persona, state: str, heard: str) -> tuple[str, dict[str, object]]:
    """The rule that a persona applies, and what it takes from the words."""
    memory = attrs.evolve(fresh_memory(persona), state=state)
    decision = answer(persona, memory, heard, ())
    found = {name: value for name, value in decision.memory.values.items() if name not in {"heard", "said"}}
    return decision.because.partition(", but ")[0], found


def outcome(asked: Asked, heard: str) -> str:
    """What became of an utterance that was heard as this."""
    wanted, got = reaction(asked.persona, asked.state, asked.text)[0], reaction(asked.persona, asked.state, heard)[0]
    return "right" if got == wanted else "not understood" if got == "default" else "wrong"


@cache
def requests() -> tuple[Asked, ...]:
    """Everything that synthetic voices ask."""
    desk = bundled_persona("front_desk")
    return tuple(
        Asked(desk, request.state, request.text, voice.engine, voice.speak(request.text))
        for voice in voices()
        for request in REQUESTS
    )


@cache
def people() -> tuple[Asked, ...]:
    """What people say; nothing where the recordings are absent."""
    if not all((SPEECH / name).exists() for name in PEOPLE):
        print(f"no recordings of people: {SPEECH} is absent")
        return ()
    listener = parse_persona(LISTENER)
    return tuple(Asked(listener, listener.initial, text, name, loaded(name)) for name, text in PEOPLE.items())


def conditions() -> Iterator[Condition]:
    """Those that can be made: babble is made of recordings of people."""
    return (each for each in CONDITIONS if each.noise != "babble" or people())


def score(recogniser: Recogniser, least: float, asked: Iterable[Asked], condition: Condition, seeds: int = 1) -> Score:
    """What a recogniser makes of some utterances in some condition."""
    outcomes: Counter[str] = Counter()
    cpu = seconds = 0.0
    for each in asked:
        expected = expected_of(each.persona, each.state)
        for seed in range(seeds):
            pcm = heard_as(
                each.sound, rate=condition.rate, noise=condition.noise, ratio_db=condition.ratio_db, seed=seed
            )
            started = time.process_time()
            utterance = recogniser.begin(expected)
            utterance.take(pcm)
            found = utterance.finish()
            cpu += time.process_time() - started
            seconds += len(pcm) / 2 / RATE
            outcomes[outcome(each, found.or_noise(least))] += 1
    return Score(outcomes, cpu, seconds)


def table(names: Iterable[str], asked: tuple[Asked, ...], seeds: int = 1) -> str:
    """All recognisers in all conditions, as a table of a page."""
    lines = [
        "| recogniser | kHz | noise | right | not understood | wrong | CPU for a second of speech |",
        "| --- | --: | --- | --: | --: | --: | --: |",
    ]
    for name in names:
        engine = ENGINES[name]
        recogniser = engine.load()
        for condition in conditions():
            got = score(recogniser, engine.least_confidence, asked, condition, seeds)
            cells = [name, str(condition.rate // 1000), str(condition)]
            cells += [got.share("right"), got.share("not understood"), got.share("wrong")]
            cells += [f"{got.cpu_seconds / got.seconds * 1000:.0f} ms"]
            lines.append(f"| {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognition")
    parser.add_argument("--page", action="store_true", help=f"write the tables into {PAGE.relative_to(ROOT)}")
    parser.add_argument(
        "names", nargs="*", default=list(ENGINES), help=f"of {', '.join(ENGINES)}; all if none is given"
    )
    given = parser.parse_args()
    length = sum(len(each.sound) for each in requests()) / RATE
    count = len({each.text for each in requests()})
    told = (
        f"{len(requests())} utterances, {length / 60:.0f} minutes: {count} requests, {len(requests()) // count} voices."
    )
    print(told)
    drawn = {MARK: f"{told}\n\n{table(given.names, requests())}"}
    if people():
        drawn[PEOPLE_MARK] = table(given.names, people(), seeds=SEEDS)
    if given.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
