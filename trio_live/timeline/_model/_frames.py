"""One message on the wire: what it is called, and what is shown of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from trio_live._wording import one_line
from trio_live.errors import RemoteProtocolError
from trio_live.wire import ClientMessage, Content, ServerContent, ServerMessage

M = TypeVar("M")

WIDTH: Final = 60
"""Characters of a title that come from a message."""
MOST_SHOWN: Final = 20_000
"""Characters of a message that are kept."""

_MEDIA: Final = re.compile(rb'("data"\s*:\s*")([A-Za-z0-9+/_=-]{16,})(")')
_BITS: Final = 6, 8


def shown(payload: bytes) -> str:
    """A frame as JSON to look at: sound and pictures are left out, and said how long they are.

    What is no JSON, or is longer than anybody reads, becomes a string.
    """
    hidden = _MEDIA.sub(_left_out, payload)
    text = hidden.decode(errors="replace")
    if len(text) > MOST_SHOWN:
        return json.dumps(f"{text[:MOST_SHOWN]}… ({len(text)} characters)")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return json.dumps(text)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if len(text) > WIDTH * 4 else _compact(text)


@lru_cache(maxsize=256)
def _compact(text: str) -> str:
    """As above; frames of sound are all alike."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def _left_out(found: re.Match[bytes]) -> bytes:
    size = len(found[2].rstrip(b"=")) * _BITS[0] // _BITS[1]
    return found[1] + b"(%d bytes)" % size + found[3]


def decoded(decode: Callable[[bytes], M], payload: bytes) -> M | None:
    """A frame as a message; ``None`` for one that cannot be read."""
    try:
        return decode(payload)
    except RemoteProtocolError:
        return None


def titles_of_ours(message: ClientMessage) -> Iterator[tuple[str, str]]:
    """The kind of a message of this side, and what it is called."""
    if message.setup is not None:
        yield "setup", f"setup of {message.setup.model}"
    sent = message.realtime_input
    if sent is not None:
        if sent.audio is not None or sent.media_chunks:
            yield "audio", "sound"
        if sent.video is not None:
            yield "video", "picture"
        if sent.text is not None:
            yield "text", short(sent.text)
        for field in ("activity_start", "activity_end", "audio_stream_end"):
            if getattr(sent, field):
                yield "activity", field.replace("_", " ")
    if message.client_content is not None:
        yield "content", short(text_of(message.client_content.turns or ())) or "the turn is complete"
    if message.tool_response is not None:
        names = ", ".join(each.name for each in message.tool_response.function_responses or ())
        yield "tool", f"answer of {names}"
    if message.context_update is not None:
        yield "context", "context update"


def titles_of_server(message: ServerMessage) -> Iterator[tuple[str, str]]:
    """The kind of a message of the server, and what it is called."""
    if message.setup_complete is not None:
        yield "setup", "setup complete"
    if message.server_content is not None:
        yield from _titles_of_content(message.server_content)
    if message.tool_call is not None:
        names = ", ".join(each.name for each in message.tool_call.function_calls or ())
        yield "tool", f"calls {names}"
    if message.tool_call_cancellation is not None:
        yield "tool", f"cancels {', '.join(message.tool_call_cancellation.ids or ())}"
    if message.voice_activity is not None:
        yield "activity", (message.voice_activity.kind or "voice activity").lower().replace("_", " ")
    if message.voice_activity_detection_signal is not None:
        yield "activity", message.voice_activity_detection_signal.vad_signal_type or "voice activity"
    if message.go_away is not None:
        yield "goAway", f"the connection ends in {message.go_away.seconds_left or 0:.0f} s"
    if message.session_resumption_update is not None:
        yield "resumption", "resumable" if message.session_resumption_update.resumable else "not resumable"
    if message.error is not None:
        yield "error", short(message.error.message or "error")
    if message.usage_metadata is not None:
        yield "usage", f"{message.usage_metadata.total_token_count or 0} tokens"
    if message.unknown is not None:
        yield "unknown", "a message of a kind that is not known"


def _titles_of_content(content: ServerContent) -> Iterator[tuple[str, str]]:
    if content.interrupted:
        yield "interrupted", "interrupted"
    for part in (content.model_turn.parts or ()) if content.model_turn is not None else ():
        if part.inline_data is not None:
            yield "audio", "sound"
        if part.text:
            yield "text", short(part.text)
    if content.input_transcription is not None:
        yield "transcript", f"user: {short(content.input_transcription.text or '')}"
    if content.interim_input_transcription is not None:
        yield "transcript", f"user, perhaps: {short(content.interim_input_transcription.text or '')}"
    if content.output_transcription is not None:
        yield "transcript", f"model: {short(content.output_transcription.text or '')}"
    if content.generation_complete:
        yield "turn", "generation complete"
    if content.turn_complete:
        yield "turn", "turn complete"
    if content.interaction_status:
        yield "turn", content.interaction_status


def text_of(turns: Sequence[Content]) -> str:
    """What is written in some turns."""
    return " ".join(part.text for turn in turns for part in turn.parts or () if part.text)


def short(found: Any) -> str:
    """A text, or a value as JSON, in one line that is not long."""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=repr)
    line = one_line(text.strip())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
