"""What happens on the wire, as records for a person to read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeAlias

import attrs

from trio_live._typing import Seconds
from trio_live.wire import ClientMessage, Content

logger = logging.getLogger("trio_live.emulator")


class Direction(StrEnum):
    """Which way something went."""

    RECEIVED = "received"
    SENT = "sent"
    NOTE = "note"
    """Nothing went anywhere: the emulator tells what it decided, or what it was surprised by."""


@attrs.frozen
class LogRecord:
    """One thing that happened on one connection."""

    connection: int
    """Counted from 1."""
    at: Seconds
    """The instant on Trio's clock."""
    direction: Direction
    summary: str
    is_media: bool = False
    """Whether it is one of very many: audio and pictures."""
    frame: bytes | str | None = None
    """The message as it went over the wire; ``None`` for what is no message."""


LogHook: TypeAlias = Callable[[LogRecord], None]
"""Called in passing with every record; it must not block. What it raises is logged and forgotten."""


@attrs.frozen
class ConnectionLog:
    """Writes the records of one connection."""

    connection: int
    hook: LogHook | None
    clock: Callable[[], Seconds]

    @property
    def is_kept(self) -> bool:
        """Whether anybody reads it; without a reader nothing needs to be summarised."""
        return self.hook is not None

    def write(
        self, direction: Direction, summary: str, *, is_media: bool = False, frame: bytes | str | None = None
    ) -> None:
        """Add a record."""
        if self.hook is None:
            return
        try:
            self.hook(LogRecord(self.connection, self.clock(), direction, summary, is_media, frame))
        except Exception:
            logger.exception("the emulator's log hook failed")

    def note(self, summary: str) -> None:
        """Add a note."""
        self.write(Direction.NOTE, summary)


def summarise(message: ClientMessage) -> tuple[str, bool]:
    """One line about a client's message, and whether it is media."""
    media = message.realtime_input is not None and bool(
        message.realtime_input.audio or message.realtime_input.video or message.realtime_input.media_chunks
    )
    return "; ".join(_parts(message)) or "nothing", media


def _parts(message: ClientMessage) -> Iterator[str]:
    if message.setup is not None:
        names = [d.name for tool in message.setup.tools or () for d in tool.function_declarations or ()]
        yield f"setup {message.setup.model}" + (f" with {', '.join(names)}" if names else "")
    if (content := message.client_content) is not None:
        said = " | ".join(f"{turn.role or 'user'}: {text_of(turn)!r}" for turn in content.turns or ())
        yield f"content {said or 'without turns'}" + ("" if content.turn_complete else ", more to come")
    if (realtime := message.realtime_input) is not None:
        if realtime.text is not None:
            yield f"text {realtime.text!r}"
        for name in ("audio", "video", "media_chunks", "activity_start", "activity_end", "audio_stream_end"):
            if getattr(realtime, name) is not None:
                yield name.replace("_", " ")
    for response in (message.tool_response and message.tool_response.function_responses) or ():
        yield f"{response.name} answers {response.response}"
    if message.context_update is not None:
        yield "context update"


def text_of(content: Content) -> str:
    """The written words of a turn."""
    return " ".join(part.text for part in content.parts or () if part.text and not part.thought)
