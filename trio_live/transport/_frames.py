"""Frames and bytes, in both directions, for a client; pure, and quick for the frames that calls consist of.

Nearly every frame is whole and unfragmented, and for those a few lines do what the protocol of `websockets` takes
six times as long for. Everything else is left to that protocol. It sees, in order, every byte that was not dealt with
here, and it is always given either a whole frame or all that follows for good; so it is right whenever it takes over::

    a whole text or binary frame            dealt with here
    a whole ping, pong or fragment          given to the protocol; then on with the next frame
    a close, or whatever breaks a rule      given to the protocol, with all that follows, for good

A frame of which the rest is still to come is kept until it is whole. What breaks a rule is never judged here, only
recognised as not plain: the verdict, its code and its words are the library's.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Sequence
from typing import Final

from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Protocol

try:
    from websockets.speedups import apply_mask
except ImportError:  # no compiled part for this platform
    from websockets.utils import apply_mask

_WHOLE_TEXT: Final = 0x81
_WHOLE_BINARY: Final = 0x82
_FIRST: Final = (_WHOLE_BINARY, _WHOLE_TEXT, 0x01, 0x02)
"""What a message begins with."""
_LATER: Final = (0x00, 0x80)
_SIGNALS: Final = (0x89, 0x8A)
"""Ping and pong."""
_LONGEST_SIGNAL: Final = 125
_MASKED: Final = 0x80
_SHORTEST: Final = 2
"""Bytes of the shortest frame."""
_TWO_BYTES: Final = 126
_EIGHT_BYTES: Final = 127
_KEYS_AT_ONCE: Final = 1024
"""Bytes; a key has four."""


class Inbound:
    """Bytes in, whole messages out.

    Answers to pings and closes are left in ``protocol.data_to_send()``, its verdicts in ``protocol.close_sent``.
    """

    def __init__(self, protocol: Protocol, max_size: int) -> None:
        self._protocol = protocol
        self._max_size = max_size
        self._chunks: list[bytes] = []
        """The beginning of a frame, cut as it was read."""
        self._missing = 0
        """How much more it takes at least to go on."""
        self._pieces: list[bytes] = []
        self._pieces_size = 0
        self._pieces_are: Opcode | None = None
        """What a fragmented message in progress will be."""
        self._for_good = False
        """Whether the protocol has taken over."""
        self.consulted = False
        """Whether the protocol was given something since this was last reset: it may have an answer, or a verdict."""

    def feed(self, data: bytes) -> list[bytes | str]:
        """The messages that these bytes complete; ``str`` for text."""
        if self._chunks:
            self._chunks.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._chunks)
            self._chunks.clear()
        messages: list[bytes | str] = []
        at = 0 if self._for_good else self._feed_frames(data, messages)
        if self._for_good:
            self._give(data[at:], messages)
        elif at < len(data):
            self._chunks.append(data[at:])
        return messages

    def feed_end(self) -> None:
        """The stream has ended; the protocol judges whether that was in order."""
        if self._chunks:
            self._give(b"".join(self._chunks), [])
            self._chunks.clear()
        self.consulted = True
        self._protocol.receive_eof()

    def _feed_frames(self, data: bytes, messages: list[bytes | str]) -> int:  # noqa: PLR0912  # in one piece: it is hot
        """Deal with whole frames. Returns where it stopped: at the end, at half a frame, or for good."""
        at, end = 0, len(data)
        while at < end:
            self._missing = 1  # for a header that is cut
            if end - at < _SHORTEST:
                return at
            head, length, start = data[at], data[at + 1], at + 2
            if length == _TWO_BYTES:
                start = at + 4
                if start > end:
                    return at
                length = data[at + 2] << 8 | data[at + 3]
            elif length == _EIGHT_BYTES:
                start = at + 10
                if start > end:
                    return at
                length = int.from_bytes(data[at + 2 : start], "big")
            elif length >= _MASKED:
                break
            is_whole = head == _WHOLE_BINARY or head == _WHOLE_TEXT  # noqa: PLR1714  # no set is looked into
            if not (
                (length <= self._max_size and self._pieces_are is None) if is_whole else self._is_in_order(head, length)
            ):
                break
            stop = start + length
            if stop > end:
                self._missing = stop - end
                return at
            if head == _WHOLE_BINARY:
                messages.append(data[start:stop])
                at = stop
                continue
            if head == _WHOLE_TEXT:
                self._add_text(data[start:stop], messages)
            else:
                self._give(data[at:stop], messages)
            at = stop
            if self._for_good:
                return at
        else:
            return at
        self._for_good = True
        return at

    def _is_in_order(self, head: int, length: int) -> bool:
        """Whether a frame is one that we deal with, or that the protocol will take and give back."""
        if head in _FIRST:
            return length <= self._max_size and self._pieces_are is None
        if head in _LATER:
            return self._pieces_are is not None and length <= self._max_size - self._pieces_size
        return head in _SIGNALS and length <= _LONGEST_SIGNAL

    def _give(self, data: bytes, messages: list[bytes | str]) -> None:
        """Let the protocol have these bytes, and put together what it makes of them."""
        self.consulted = True
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame) and frame.opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
                self._add_piece(frame, messages)

    def _add_piece(self, frame: Frame, messages: list[bytes | str]) -> None:
        if frame.opcode is not Opcode.CONT:
            self._pieces_are = frame.opcode
        self._pieces.append(bytes(frame.data))
        self._pieces_size += len(frame.data)
        if not frame.fin:
            return
        data, kind = b"".join(self._pieces), self._pieces_are
        self._pieces, self._pieces_size, self._pieces_are = [], 0, None
        if kind is Opcode.TEXT:
            self._add_text(data, messages)
        else:
            messages.append(data)

    def _add_text(self, data: bytes, messages: list[bytes | str]) -> None:
        try:
            messages.append(data.decode())
        except UnicodeDecodeError as error:
            self._for_good = self.consulted = True
            self._protocol.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")


class Outbound:
    """Whole messages out as a client's frames, masked.

    The keys come from the system's own source, many at a time: a call for each frame is a fifth of what a frame costs.
    """

    def __init__(self) -> None:
        self._keys = _mask_keys()

    def encode(self, frames: Sequence[bytes | str]) -> bytes:
        """All of them, in one piece."""
        if len(frames) == 1:
            return self._encode(frames[0])
        return b"".join([self._encode(frame) for frame in frames])

    def _encode(self, frame: bytes | str) -> bytes:
        if isinstance(frame, str):
            head, data = _WHOLE_TEXT, frame.encode()
        else:
            head, data = _WHOLE_BINARY, frame
        length = len(data)
        if length < _TWO_BYTES:
            header = bytes((head, _MASKED | length))
        elif length < 1 << 16:
            header = struct.pack("!BBH", head, _MASKED | _TWO_BYTES, length)
        else:
            header = struct.pack("!BBQ", head, _MASKED | _EIGHT_BYTES, length)
        key = next(self._keys)
        return b"".join((header, key, apply_mask(data, key)))


def _mask_keys() -> Iterator[bytes]:
    while True:
        pool = secrets.token_bytes(_KEYS_AT_ONCE)
        for at in range(0, _KEYS_AT_ONCE, 4):
            yield pool[at : at + 4]
