"""The voices there are for lines without a recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import attrs

from trio_live.emulator._engines._choosing import AUTO, chosen
from trio_live.emulator._engines._hibari import HibariVoice


class Voice(Protocol):
    """Speaks lines. It takes a while, so it is called in worker threads."""

    def speak(self, line: str) -> bytes:
        """A line as PCM16 at 24 kHz."""
        ...


@attrs.frozen(kw_only=True)
class VoiceEngine:
    """One row of `VOICES`."""

    libraries: tuple[str, ...]
    """Modules it needs."""
    load: Callable[[], Voice]
    """Makes the voice; takes a while."""
    what: str


VOICES: Final[Mapping[str, VoiceEngine]] = {
    "hibari": VoiceEngine(
        libraries=("hibari",),
        load=HibariVoice,
        what="hibari: a woman's voice, American English, that can be understood",
    )
}
"""Name → voice; the best first."""

BABBLE: Final = "babble"
"""Sound with the rhythm of speech, which nobody can understand."""


def speaking_names() -> tuple[str, ...]:
    """What the option ``speaking`` may be."""
    return (BABBLE, AUTO, *VOICES)


def voice_named(name: str) -> VoiceEngine | None:
    """The voice of a name out of `speaking_names`; ``None`` for babble.

    Raises:
        ConfigError: its libraries are not installed.
    """
    return chosen("speaking", name, VOICES, BABBLE)
