"""Frames of the server that hold one blob and nothing else: sound, twenty-five times a second in every call.

They are told by their shape, spelled exactly; whatever stands beside the blob, known or unknown, makes a frame one for
`decode_server_message`. And they are all alike: a server that has sent one sends the next with the same bytes around
other base64. So what stood around the last one is kept, and a frame with the same head and the same tail is taken
apart without parsing it. That finds the same, because JSON cannot tell the two apart:

- the head ends inside the string of the last ``"data"`` of the frame, and the tail begins with the quote that ends it;
- strict base64 has neither quotes nor backslashes, so what is between them is that string and no more.

It takes a third of the time of the typed decoder, whose base64 is the slower one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec
import pybase64

from trio_live.wire._messages import Wire

SHORTEST: Final = 400
"""Characters that hold more than a moment of sound."""

_QUOTE: Final = b'"'
_DATA: Final = re.compile(rb'"data"\s*:\s*"\Z')


class HotBlob(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    """A blob, complete and without anything else."""

    mime_type: str
    data: bytes


class _LonePart(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    inline_data: HotBlob


class _LoneTurn(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    parts: tuple[_LonePart]
    role: str | None = None


class _LoneContent(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    model_turn: _LoneTurn


class _LoneMessage(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    """The one server message that comes twenty-five times a second, spelled exactly; anything else is refused."""

    server_content: _LoneContent


_lone_decoder = msgspec.json.Decoder(_LoneMessage)


def decode_lone_blob(data: bytes | str) -> tuple[str, bytes] | None:
    """The type and the bytes of a frame that holds one blob of the model and nothing else; ``None`` for all others."""
    try:
        message = _lone_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    blob = message.server_content.model_turn.parts[0].inline_data
    return blob.mime_type, blob.data


class LoneBlobs:
    """The lone blobs of one connection's frames, found quicker in those that look like the one before.

    A frame too short to hold more than a moment of sound takes the long way: it is told from others there in the same
    time.

    Args:
        is_wanted: says of a media type whether blobs of it are looked for.
        shortest: characters of a frame that is looked at.
    """

    __slots__ = ("_head", "_is_wanted", "_shortest", "_start", "_stop", "_tail")

    def __init__(self, is_wanted: Callable[[str], bool], *, shortest: int = SHORTEST) -> None:
        self._is_wanted = is_wanted
        self._shortest = shortest
        self._head = self._tail = b""
        self._start = self._stop = 0
        """Where the base64 of such a frame begins, and where it ends, counted from the end; 0 while none was seen."""

    def of(self, frame: bytes | str) -> bytes | None:
        """The bytes of a frame that holds one wanted blob and nothing else; ``None`` for all others."""
        if self._stop and type(frame) is bytes and frame.startswith(self._head) and frame.endswith(self._tail):
            try:
                blob = pybase64.b64decode(frame[self._start : self._stop], validate=True)
            except ValueError:
                blob = b""  # not base64, or not as it should be: the decoder judges
            if blob:  # where head and tail overlap there is none
                return blob
        found = decode_lone_blob(frame) if len(frame) >= self._shortest else None
        if found is None or not self._is_wanted(found[0]):
            return None
        if type(frame) is bytes:
            self._remember(frame, found[1])
        return found[1]

    def _remember(self, frame: bytes, blob: bytes) -> None:
        """Keep what stands around the blob, if the frame has it as we would have written it."""
        written = pybase64.b64encode(blob)
        head, found, tail = frame.rpartition(written) if written else (b"", b"", b"")
        if found and tail.startswith(_QUOTE) and _DATA.search(head):
            self._head, self._tail = head, tail
            self._start, self._stop = len(head), -len(tail)
