"""How much one frame may hold. One table: the types of the wire, the checks and the documentation read it.

A server is not always Google's, and the emulator's client may be anybody's. Whatever a peer can make large or deep has
a limit here, far above what was ever seen, and low enough that one frame holds no other task up. What exceeds one is
not used, is told once and counted; the session goes on.

Strategy: lists and texts carry their limit in their type, so the typed decoder sees it and nothing else pays for it.
What no type can say is looked at where there may be something to see: commas in a frame that is long, and depth and
digits where values are of any form.
"""

from __future__ import annotations

from typing import Final

from msgspec import Meta

from trio_live._values import value
from trio_live.errors import RemoteProtocolError


@value
class Limit:
    """One row of `LIMITS`."""

    most: int
    what: str
    """What is counted."""
    why: str


LIMITS: Final[dict[str, Limit]] = {
    "frame": Limit(
        16 * 1024 * 1024, "bytes of a message", "a part may carry megabytes of film; the link closes (1009)"
    ),
    "values": Limit(
        16_384,
        "values in a message of more than 64 KiB; of more than 1 MiB, commas, brackets or blanks",
        "each costs a hundred times its size to read",
    ),
    "depth": Limit(
        100,
        "objects and lists inside each other, in arguments; of a client, in all of its message",
        "protobuf's own readers stop there",
    ),
    "digits": Limit(308, "digits of an integer in arguments", "a double holds no more, and JSON's numbers are doubles"),
    "parts": Limit(1000, "parts of a content", "a frame of speech has one"),
    "turns": Limit(4096, "turns in a client's message", "a long history; more of it can be sent in a second message"),
    "text": Limit(262_144, "characters of one text or transcript", "what a model can write in one answer"),
    "calls": Limit(128, "function calls in a message", "a model asks for a handful"),
    "pieces": Limit(1024, "streamed arguments in a message", "they come one by one"),
    "ids": Limit(1024, "calls cancelled by a message", "more than can be open"),
    "open": Limit(1024, "function calls open at a time, or come in part", "a model asks for a handful"),
    "arguments": Limit(8 * 1024 * 1024, "bytes of arguments of those calls", "they are kept until they are answered"),
    "turn": Limit(262_144, "characters of one turn", "what a model can write in one answer, and five hours of talk"),
    "turn pieces": Limit(32_768, "pieces of text, and function calls, in one turn", "as many as it has words"),
    "count": Limit(2**53, "the highest count", "beyond it a double is not exact; a count below zero is none either"),
    "seconds": Limit(315_576_000_000, "the longest time in seconds", "ten thousand years, which protobuf allows"),
}
"""What a peer's message may hold at most."""


def at_most(name: str) -> Meta:
    """The limit of a list or text, for its type."""
    return Meta(max_length=LIMITS[name].most, extra={"limit": name})


def counted() -> Meta:
    """The range of a count, for its type."""
    return Meta(ge=0, le=LIMITS["count"].most, extra={"limit": "count"})


def exceeded(name: str, where: str = "") -> RemoteProtocolError:
    """The error of whoever met a limit."""
    limit = LIMITS[name]
    return RemoteProtocolError(f"over the limit {name!r}: at most {limit.most:,} {limit.what}", where=where, limit=name)
