"""Messages that are too much: refused before anybody works on them, so that no client holds up the others."""

from __future__ import annotations

from collections.abc import Iterator

from trio_live.emulator._service._limits import LIMITS
from trio_live.emulator._service._refusals import TOO_BIG, Refused
from trio_live.wire import Blob, ClientMessage


def refuse_bulk(frame: bytes | str) -> Refused | None:
    """Why a frame is not even parsed, or ``None``. Counting its braces costs next to nothing."""
    limit = LIMITS["objects"]
    braces = frame.count("{") if isinstance(frame, str) else frame.count(b"{")
    return _too_much("objects", braces) if braces > limit.most else None


def refuse_text(message: ClientMessage, size: int) -> Refused | None:
    """Why a message holds too much to read, or ``None``. A setup, of which there is one, may hold samples of a voice.

    Args:
        message: what the client sent.
        size: of its frame, in bytes.
    """
    if message.setup is not None or size <= LIMITS["text"].most:
        return None
    read = size - sum(len(blob.data or b"") for blob in _media(message)) * 4 // 3  # it travels as base64
    return _too_much("text", read) if read > LIMITS["text"].most else None


def _media(message: ClientMessage) -> Iterator[Blob]:
    if message.realtime_input is not None:
        realtime = message.realtime_input
        yield from (blob for blob in (realtime.audio, realtime.video) if blob is not None)
        yield from realtime.media_chunks or ()
    if message.client_content is not None:
        for turn in message.client_content.turns or ():
            yield from (part.inline_data for part in turn.parts or () if part.inline_data is not None)


def _too_much(name: str, found: int) -> Refused:
    limit = LIMITS[name]
    return Refused(TOO_BIG, f"The message is too large: {found} {limit.unit}, of which {limit.most} are taken.")
