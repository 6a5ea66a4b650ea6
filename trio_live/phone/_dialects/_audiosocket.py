"""Asterisk's AudioSocket: three bytes of header and a payload over TCP, and nothing else.

docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket: "Each packet contains a three-byte header and a variable
payload. The header is composed of a one-byte type and a two-byte length indicator", the length with its larger byte first,
the sound 16 bits a sample with the smaller one first. The dialplan application ``AudioSocket()`` has 8 kHz, the channel
driver whatever was agreed upon; the type says which. ``0x00 0x00 0x00`` hangs up, in both directions. Asterisk hands on
what it reads at once, so the pace is ours, and there is nothing to clear.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from trio_live.phone._dialects._events import (
    Frame,
    NotADialect,
    PhoneEvent,
    Sound,
    Started,
    Stopped,
    Told,
    pressed,
)
from trio_live.phone._dialects._formats import AudioFormat

HANGUP, IDENTITY, DTMF, ERROR = 0x00, 0x01, 0x03, 0xFF
RATES: Final = {0x10: 8_000, 0x11: 12_000, 0x12: 16_000, 0x13: 24_000, 0x14: 32_000, 0x15: 44_100, 0x16: 48_000}
"""Type of a packet with sound → samples a second."""
_TYPES: Final = {rate: kind for kind, rate in RATES.items()}
_UUID_BYTES: Final = 16
_HEADER: Final = struct.Struct("!BH")


class AudioSocketProtocol:
    """One call over AudioSocket.

    Args:
        sends: the sound in both directions, if it is not that of the dialplan application.
    """

    def __init__(self, sends: AudioFormat | None = None) -> None:
        self._format = sends or AudioFormat("slin")
        self._unread = b""
        self._has_begun = False

    def receive(self, frame: Frame) -> Sequence[PhoneEvent]:
        """See `PhoneProtocol.receive`. Takes bytes as they are read, wherever they are cut."""
        self._unread += frame if isinstance(frame, bytes) else frame.encode()
        found: list[PhoneEvent] = []
        at = 0
        while len(self._unread) - at >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._unread, at)
            self._check(kind, length)
            end = at + _HEADER.size + length
            if end > len(self._unread):
                break
            found.append(self._said(kind, self._unread[at + _HEADER.size : end]))
            at = end
        self._unread = self._unread[at:]
        return found

    def _check(self, kind: int, length: int) -> None:
        """Refuse a header at once: a stranger's bytes may announce much and bring little."""
        if not self._has_begun and (kind, length) not in ((IDENTITY, _UUID_BYTES), (HANGUP, 0)):
            raise NotADialect(f"a call begins with its UUID, and not with type 0x{kind:02x} and {length} bytes")

    def _said(self, kind: int, payload: bytes) -> PhoneEvent:
        if kind in RATES:
            if RATES[kind] != self._format.rate:
                raise NotADialect(
                    f"sound with {RATES[kind]} samples a second, where {self._format.rate} were agreed upon; see "
                    "Dialect.sending"
                )
            return Sound(payload)
        if kind == HANGUP:
            return Stopped("the phone hung up")
        if kind == DTMF and len(payload) == 1:
            return pressed(payload.decode("latin-1"))
        if kind == ERROR:
            return Told(f"Asterisk reports an error: {payload[:16].hex() or 'no code'}")
        if kind == IDENTITY and len(payload) == _UUID_BYTES and not self._has_begun:
            self._has_begun = True
            call_id = str(UUID(bytes=payload))
            return Started(call_id=call_id, stream_id=call_id, format=self._format)
        raise NotADialect(f"a packet of type 0x{kind:02x} with {len(payload)} bytes")

    def sound(self, payload: bytes) -> Frame:
        """See `PhoneProtocol.sound`."""
        return _HEADER.pack(_TYPES[self._format.rate], len(payload)) + payload

    def mark(self, name: str) -> Frame | None:  # noqa: ARG002
        """See `PhoneProtocol.mark`."""
        return None

    def clear(self) -> Sequence[Frame]:
        """See `PhoneProtocol.clear`."""
        return ()

    def hang_up(self) -> Sequence[Frame]:
        """See `PhoneProtocol.hang_up`."""
        return (_HEADER.pack(HANGUP, 0),)
