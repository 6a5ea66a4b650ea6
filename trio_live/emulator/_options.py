"""How an emulator behaves, whoever the persona is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, TypedDict

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._engines import BABBLE, TURNS, hearing_names, speaking_names
from trio_live.emulator._faults import NO_FAULTS, FaultPlan
from trio_live.emulator._service import PROFILE_NAMES
from trio_live.errors import ConfigError
from trio_live.wire import Platform

_NOT_NEGATIVE: Final = (
    "pace",
    "head_start",
    "first_word_after",
    "indent",
    "connection_lifetime",
    "idle_timeout",
    "handle_lifetime",
    "most_connections",
    "most_sessions",
    "first_message_index",
)


class Choices(TypedDict, total=False):
    """The fields of `EmulatorOptions`, as keyword arguments of the functions that open an emulator."""

    strict: bool
    text_frames: bool
    indent: int | None
    pace: float | None
    head_start: Seconds
    first_word_after: Seconds
    realtime_playback: bool
    time_scale: float
    models: Collection[str] | None
    keys: Collection[str] | None
    raise_errors: bool
    model_profile: str | None
    dialect: Platform | None
    connection_lifetime: Seconds | None
    idle_timeout: Seconds | None
    handle_lifetime: Seconds | None
    most_connections: int | None
    most_sessions: int | None
    first_message_index: int
    hearing: str
    least_confidence: float | None
    speaking: str
    faults: FaultPlan


@attrs.frozen(kw_only=True)
class EmulatorOptions:
    """Settings that hold for every connection.

    Raises:
        ConfigError: some values cannot work; all of them are named.
    """

    strict: bool = True
    """Refuse what Google's servers refuse: unknown fields and enum strings, settings a model does not have."""
    text_frames: bool = False
    """Send text frames. The real servers send binary ones."""
    indent: int | None = 2
    """Pretty-print frames as the real servers do; ``None`` for compact ones."""
    pace: float | None = 2.0
    """Seconds of speech sent in a second; ``None`` or 0: as fast as possible."""
    head_start: Seconds = 0.4
    """So much speech is sent at once before the pace counts, so that a client's buffer fills."""
    first_word_after: Seconds = 0.2
    """How long the model takes before it answers. Speech that goes on within this time is one utterance."""
    realtime_playback: bool = True
    """Complete a turn when a listener would have heard it all; otherwise as soon as it is generated."""
    time_scale: float = 1.0
    """How many seconds of conversation pass in one second. Does not change what is heard, only how fast it is said."""
    models: Collection[str] | None = None
    """Ids of the only models there are, also ones nobody knows; ``None``: every model that is known and not retired, and
    with ``strict=False`` any."""
    keys: Collection[str] | None = None
    """Keys and tokens that open the door; ``None``: any does."""
    raise_errors: bool = False
    """Let an error in a connection end the emulator instead of only that connection."""

    model_profile: str | None = None
    """Play this family of models, whatever model the client asks for: a name from `PROFILE_NAMES`."""
    dialect: Platform | None = None
    """Play this platform, whatever the path of the client; ``None``: the one it addresses."""
    connection_lifetime: Seconds | None = 600.0
    """The age at which a connection is closed, with a ``goAway`` before; ``None``: never."""
    idle_timeout: Seconds | None = 150.0
    """The silence of a client after which it is closed; ``None``: never."""
    handle_lifetime: Seconds | None = None
    """How long a session can be resumed; ``None``: as long as on the platform."""
    most_connections: int | None = None
    """Open connections at a time; more are refused with HTTP 429."""
    most_sessions: int | None = None
    """Open sessions at a time; more are closed with 1011."""
    first_message_index: int = 0
    """The index of the first message after the setup, where consumed messages are told."""
    hearing: str = TURNS
    """How it knows what was said by voice. ``"turns"``: it does not, and goes by the persona's list of utterances;
    ``"whisper"`` or ``"pocketsphinx"``: this recogniser listens (extra ``emulator-speech``); ``"auto"``: the first of them
    that is installed, otherwise ``"turns"``."""
    least_confidence: float | None = None
    """How sure a recogniser must be, from 0 to 1; words that it is less sure of count as ``<noise>``. ``None``: as sure as
    the persona wants it, or as is usual for the recogniser."""
    speaking: str = BABBLE
    """Who speaks lines without a recording. ``"babble"``: sound with the rhythm of speech; ``"hibari"``: a voice that can be
    understood (extra ``emulator-speech``); ``"auto"``: that voice if it is installed, otherwise babble."""
    faults: FaultPlan = NO_FAULTS
    """What is to go wrong."""

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ConfigError(problems)

    def _problems(self) -> Iterator[str]:
        for name in _NOT_NEGATIVE:
            value = getattr(self, name)
            if value is not None and value < 0:
                yield f"{name} is {value}; it cannot be negative"
        if self.time_scale <= 0:
            yield f"time_scale is {self.time_scale}; time must pass"
        if self.model_profile not in {None, *PROFILE_NAMES}:
            yield f"model_profile is {self.model_profile!r}; there are {', '.join(PROFILE_NAMES)}"
        if self.hearing not in hearing_names():
            yield f"hearing is {self.hearing!r}; there are {', '.join(hearing_names())}"
        if self.speaking not in speaking_names():
            yield f"speaking is {self.speaking!r}; there are {', '.join(speaking_names())}"
        if self.least_confidence is not None and not 0 <= self.least_confidence <= 1:
            yield f"least_confidence is {self.least_confidence}; it lies between 0 and 1"
        for name in ("models", "keys"):
            if isinstance(getattr(self, name), str):
                yield f"{name} is a single string; pass a list of them"
