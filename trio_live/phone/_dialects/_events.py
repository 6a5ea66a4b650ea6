"""What a phone says, whatever its dialect; and what goes wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeAlias

import attrs

from trio_live._values import value
from trio_live.events._internal import DTMF_KEYS
from trio_live.phone._dialects._formats import AudioFormat


class NotADialect(ValueError):  # noqa: N818  # named for what happened
    """What came is nothing that a phone of this dialect says. The message says what, without quoting all of it."""


@value(kw_only=True)
class Started:
    """The call has begun: who it is, and how its sound is coded."""

    call_id: str
    """By which the other side knows the call: Twilio's CallSid, Telnyx' call_control_id, Asterisk's UUID or channel."""
    stream_id: str
    format: AudioFormat
    parameters: Mapping[str, str] = attrs.field(factory=dict)
    """What was given along for this side: TwiML's ``<Parameter>``, Plivo's extra headers, channel variables."""
    caller: str | None = None
    called: str | None = None
    """Numbers, where the dialect tells them."""
    frame_bytes: int | None = None
    """How much the other side likes to get at once."""


@value
class Sound:
    """Sound of the caller, as it is coded on the line."""

    payload: bytes
    order: int | None = None
    """Its number, where the dialect says that frames may come out of order."""


@value
class Pressed:
    """The caller pressed a key."""

    digit: str


@value
class Played:
    """All sound that was sent before a mark was played; or thrown away by a clear, in dialects that say so."""

    mark: str


@value
class Paused:
    """More sound than this would be lost."""


@value
class Resumed:
    """There is room again."""


@value
class Stopped:
    """The call is over, by the wish of the other side."""

    reason: str


@value
class Told:
    """A complaint, or something nobody here needs to know."""

    text: str


MOST_DIGITS: Final = 9
"""No count that a phone tells has more."""


def pressed(digit: str) -> Pressed:
    """A key, as a phone names it.

    Raises:
        NotADialect: no phone has it.
    """
    if digit.upper() not in DTMF_KEYS:
        raise NotADialect(f"a key that no phone has: {shortened(digit)}")
    return Pressed(digit.upper())


def is_count(text: str) -> bool:
    """Whether `int` takes it: ``²`` is a digit, and no number."""
    return text.isdecimal() and len(text) <= MOST_DIGITS


def shortened(found: object) -> str:
    """What came, for a message that is read."""
    text = repr(found)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004


PhoneEvent: TypeAlias = Started | Sound | Pressed | Played | Paused | Resumed | Stopped | Told
Frame: TypeAlias = bytes | str


class PhoneProtocol(Protocol):
    """One call in one dialect: frames in, values out, and the other way round. No I/O, no clock."""

    def receive(self, frame: Frame) -> Sequence[PhoneEvent]:
        """What a frame says.

        Raises:
            NotADialect: nothing that a phone says.
        """

    def sound(self, payload: bytes) -> Frame:
        """Sound for the caller, as it is coded on the line; after `Started` only."""

    def mark(self, name: str) -> Frame | None:
        """Asks to be told when everything before it was played; ``None`` where nobody would answer."""

    def clear(self) -> Sequence[Frame]:
        """Throws away what waits to be played; nothing where nothing waits there."""

    def hang_up(self) -> Sequence[Frame]:
        """Ends the call; nothing where the end of the connection says that."""
