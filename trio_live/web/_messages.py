"""What a page and its server say to each other: two tables, and one kind of sound each way.

Messages are JSON objects with a ``type``. Sound goes as binary messages: from the page PCM16 LE mono 16 kHz as it is; to the
page four bytes first, the *epoch* as a whole number, LE, then PCM16 LE mono 24 kHz.

An epoch is the sound between two interruptions, from 0. A page counts what it has played in each from its beginning, and says
so; what it says of an epoch that is over is of no use any more, and what it still has to play of one is thrown away.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from trio_live._typing import Json
from trio_live._values import value
from trio_live.web._site import read_object

VERSION: Final = 1
"""Of these tables. A page that brings another one is told to load itself again."""
MOST_SOUND: Final = 32_000
"""Bytes of one message of sound from the page: a second."""
MOST_TEXT: Final = 4_000
"""Characters that may be typed at once."""
_EPOCH: Final = struct.Struct("<I")
_LATEST: Final = 24 * 3600 * 1000
"""Milliseconds of sound in one epoch at most: a day."""


class Garbage(ValueError):
    """A message that a page of ours does not send; says what is wrong with it."""


@value
class Said:
    """Sound of the microphone."""

    pcm: bytes


@value
class Typed:
    """Words that were typed."""

    text: str


@value
class Played:
    """So much of an epoch was played."""

    epoch: int
    ms: float


@value
class Drained:
    """Everything that came of an epoch was played, which was so much."""

    epoch: int
    ms: float


@value
class Flushed:
    """What was not played of an epoch was thrown away: because it was told to, or by a wish of the user's."""

    epoch: int
    ms: float
    """So much had been played."""


@value
class MicrophoneOff:
    """No sound comes any more: the user switched the microphone off, or it was taken away."""


@value
class Bye:
    """The user hangs up."""


PageMessage: TypeAlias = Said | Typed | Played | Drained | Flushed | MicrophoneOff | Bye


@value
class FieldKind:
    """What a field of a message may be."""

    words: str
    fits: Callable[[Any], bool]


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


TEXT: Final = FieldKind(
    f"text of 1 to {MOST_TEXT} characters", lambda found: isinstance(found, str) and 0 < len(found.strip()) <= MOST_TEXT
)
EPOCH: Final = FieldKind("a whole number from 0", lambda found: type(found) is int and 0 <= found < 1 << 32)
MILLISECONDS: Final = FieldKind("milliseconds", lambda found: _is_number(found) and 0 <= found <= _LATEST)


@value
class FromPage:
    """One row of `FROM_PAGE`."""

    make: Callable[..., PageMessage]
    about: str
    fields: Mapping[str, FieldKind] = attrs.field(factory=dict)


FROM_PAGE: Final[dict[str, FromPage]] = {
    "text": FromPage(Typed, "The user typed something.", {"text": TEXT}),
    "played": FromPage(
        Played, "So much of an epoch was played; ten times a second.", {"epoch": EPOCH, "ms": MILLISECONDS}
    ),
    "drained": FromPage(Drained, "All that came was played.", {"epoch": EPOCH, "ms": MILLISECONDS}),
    "flushed": FromPage(Flushed, "What was not played was thrown away.", {"epoch": EPOCH, "ms": MILLISECONDS}),
    "microphone_off": FromPage(MicrophoneOff, "No sound comes any more."),
    "bye": FromPage(Bye, "The user hangs up."),
}
"""What a page may say after its hello, by ``type``."""

TO_PAGE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "welcome": (
        "The call stands: how to find it again, and where it is.",
        ("call", "resumed", "epoch", "played_ms", "captions", "model", "about", "grace"),
    ),
    "state": ("Where the link and the conversation stand.", ("link", "phase")),
    "caption": ("A line of the conversation, as it now is.", ("line",)),
    "flush": ("The model was interrupted: throw away what was not played; this epoch begins.", ("epoch",)),
    "volume": ("Play so loud from now on, from 0 to 1.", ("volume",)),
    "latency": ("How long the last answer took, until it was heard or at least there.", ("ms", "heard")),
    "notice": ("Something the user should know.", ("text",)),
    "ended": ("The call is over, and why.", ("reason",)),
}
"""What a server says, by ``type``: about what, and its fields."""


def read_message(message: str | bytes) -> PageMessage:
    """What a page says.

    Raises:
        Garbage: no page of ours says that.
    """
    if isinstance(message, bytes):
        return _read_sound(message)
    try:
        found = read_object(message)
    except ValueError as problem:
        raise Garbage(f"a message cannot be read: {problem}") from None
    kind = found.pop("type", None)
    row = FROM_PAGE.get(kind) if isinstance(kind, str) else None
    if row is None:
        raise Garbage(f"{_shown(kind)} is no type of message; there are {', '.join(FROM_PAGE)}")
    if strange := found.keys() ^ row.fields.keys():
        raise Garbage(
            f"{kind} has the fields {', '.join(row.fields) or 'none'}; {_shown(min(strange))} is missing or strange"
        )
    for name, field in row.fields.items():
        if not field.fits(found[name]):
            raise Garbage(f"{name} of {kind} must be {field.words}")
    return row.make(**found)


def _read_sound(message: bytes) -> Said:
    if len(message) % 2 or not 0 < len(message) <= MOST_SOUND:
        raise Garbage(f"sound comes in 2 to {MOST_SOUND} bytes, two for each sample, and not in {len(message)}")
    return Said(message)


def _shown(found: object) -> str:
    return repr(found)[:40]


def write_message(kind: str, **fields: Json) -> str:
    """A message to the page.

    Raises:
        ValueError: the table has no such message, or it has other fields.
    """
    if kind not in TO_PAGE or set(TO_PAGE[kind][1]) != fields.keys():
        raise ValueError(f"{kind}({', '.join(fields)}) is not in the table of messages")
    return json.dumps({"type": kind, **fields})


def write_sound(epoch: int, pcm: bytes) -> bytes:
    """Sound for the page."""
    return _EPOCH.pack(epoch) + pcm
