"""The server of a soak: the emulator in a process of its own, so that the memory that is measured is the sessions' alone.

Its first line says the address; when its input ends it prints what it has read, as JSON, and is done.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from typing import Any, Final

import attrs
import trio

from trio_live._typing import Seconds
from trio_live.emulator import Direction, FaultPlan, LogRecord, Point, Strike, open_emulator, parse_persona

TOOL: Final = "look_up"
PERSONA: Final = f"""
name = "soak"

[[rule]]
heard = {{ keywords = ["look"] }}
call = {{ tool = "{TOOL}", args = {{ about = "{{heard}}" }} }}
then = "I have found {{{TOOL}}}."

[[default]]
say = "You said {{heard}}."
"""

CUTS: Final = ("cut", "cut", "internal", "deadline", "unavailable", "aborted", "going_away")
"""Ends that pass: after each of them another connection is worth its while."""
LONG_EVERY: Final = 4
"""Each so manieth connection is not cut, and lives until the server announces its end."""
LONG: Final[Seconds] = 75.0
"""The life of those: a minute less until the announcement."""


@attrs.frozen
class Cuts(FaultPlan):
    """A plan without end: each connection is cut at a random moment."""

    seed: int = 0
    """The same one gives the same plan."""
    every: Seconds = 15.0
    """Seconds after which a connection is cut, on average."""

    def on(self, connection: int) -> tuple[Strike, ...]:
        """See `FaultPlan.on`."""
        if not connection % LONG_EVERY:
            return ()
        dice = random.Random(f"{self.seed} {connection}")  # noqa: S311  # nobody is to be kept from guessing it
        after = self.every * dice.uniform(0.6, 1.4)
        return (Strike(fault=dice.choice(CUTS), at=Point.READY, after=after, connection=connection),)


class Books:
    """What the server has read of all callers."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()
        """How often each question was read as one."""
        self.struck = 0
        """Faults that struck."""

    def note(self, record: LogRecord) -> None:
        """A record of the emulator's log."""
        if record.direction is Direction.NOTE:
            self.struck += record.summary.startswith("fault: ")
        elif record.direction is Direction.RECEIVED and record.frame and not record.is_media:
            self.reads.update(questions_in(json.loads(record.frame)))


def questions_in(message: dict[str, Any]) -> list[str]:
    """What a message of a client asks; history, and whatever wants no answer, asks nothing."""
    content = message.get("clientContent") or {}
    turns = content.get("turns") or () if content.get("turnComplete") else ()
    texts = [part.get("text") for turn in turns for part in turn.get("parts") or ()]
    return [text for text in (*texts, (message.get("realtimeInput") or {}).get("text")) if text]


async def serve(seed: int, every: Seconds) -> None:
    """Serve until the input ends."""
    books = Books()
    async with open_emulator(
        parse_persona(PERSONA),
        on_log=books.note,
        faults=Cuts(seed=seed, every=every),
        connection_lifetime=LONG,
        idle_timeout=None,
        realtime_playback=False,
    ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await trio.to_thread.run_sync(sys.stdin.read, abandon_on_cancel=True)
        sys.stdout.write(json.dumps({"reads": books.reads, "struck": books.struck}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    trio.run(serve, int(sys.argv[1]), float(sys.argv[2]))
