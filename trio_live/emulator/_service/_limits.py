"""What the emulator bears of its clients: one table, read wherever something is bounded, and drawn in the docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trio_live._values import value


@value
class Limit:
    """One row of `LIMITS`."""

    most: int
    unit: str
    what: str
    """What is bounded, and for whom."""
    then: str
    """What becomes of more."""


LIMITS: Final[Mapping[str, Limit]] = {
    "upgrade": Limit(10, "seconds", "TLS and an upgrade, or a whole request for a token", "the connection is closed"),
    "request": Limit(1024 * 1024, "bytes", "the body of a request for a token", "HTTP 400"),
    "uses": Limit(2**31 - 1, "uses", "of one token", "HTTP 400"),
    "paths": Limit(100, "paths", "in the field mask of a token", "HTTP 400"),
    "steps": Limit(16, "steps", "in one of these paths", "HTTP 400"),
    "tokens": Limit(10_000, "tokens", "that are remembered", "the oldest are forgotten"),
    "token bytes": Limit(
        16 * 1024 * 1024, "bytes", "of the settings all tokens lock", "the oldest tokens are forgotten"
    ),
    "handles": Limit(10_000, "handles", "to resume with, that are remembered", "the oldest are forgotten"),
    "handle bytes": Limit(
        32 * 1024 * 1024, "bytes", "of what the persona remembers for them", "the oldest handles are forgotten"
    ),
    "objects": Limit(5_000, "braces", "that open in one message", "the connection is closed with 1009"),
    "text": Limit(1024 * 1024, "bytes", "of one message, without its sound and pictures", "closed with 1009"),
    "heard": Limit(10_000, "letters", "of one text that the persona looks at", "the rest is counted, and passed over"),
    "frames": Limit(256, "frames", "that wait for a client to read", "the persona waits, and nothing more is read"),
    "frame bytes": Limit(1024 * 1024, "bytes", "of these frames", "the persona waits, and nothing more is read"),
    "write": Limit(30, "seconds", "in which a client takes no whole frame", "the connection is cut"),
    "spoken": Limit(
        30, "seconds", "of one utterance that are recognised", "it goes on, and the rest of it is not recognised"
    ),
    "utterances": Limit(
        4, "utterances", "of one client that wait to be recognised", "the next is passed over, and noted"
    ),
    "answers": Limit(64, "answers", "that wait for their turn", "what was said is passed over, and noted"),
}
"""Everything else that is bounded is an option: connections, sessions, their age, and the silence of a client."""
