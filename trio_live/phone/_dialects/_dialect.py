"""The dialects, as rows of a table."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import partial
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.phone._dialects._asterisk_websocket import AsteriskWebSocketProtocol
from trio_live.phone._dialects._audiosocket import RATES as AUDIOSOCKET_RATES
from trio_live.phone._dialects._audiosocket import AudioSocketProtocol
from trio_live.phone._dialects._events import PhoneProtocol
from trio_live.phone._dialects._formats import AudioFormat
from trio_live.phone._dialects._json import PLIVO_MESSAGES, TELNYX_MESSAGES, TWILIO_MESSAGES, JsonProtocol


class Carrier(enum.Enum):
    """What carries a dialect."""

    WEBSOCKET = "WebSocket"
    TCP = "TCP"


@value(kw_only=True)
class Dialect:
    """How a provider of telephone lines speaks: one of `TWILIO`, `TELNYX`, `PLIVO`, `AUDIOSOCKET`, `ASTERISK_WEBSOCKET`."""

    name: str
    carrier: Carrier
    protocol: Callable[[AudioFormat | None], PhoneProtocol] = attrs.field(repr=False)
    """Makes what speaks it, for one call."""
    lead: Seconds
    """So much sound is sent ahead of its time. What the other side holds bridges a late network, and is thrown away when
    the caller speaks over it."""
    frames_a_message: int = 1
    """So many pieces of 20 ms a message has at most."""
    sends: AudioFormat | None = None
    """How sound for the caller is coded; ``None``: as that of the caller."""
    may_send: tuple[tuple[str, int], ...] = ()
    """What else it could be coded as."""
    admission: str | None = None
    """What its requests can be recognised by."""

    def sending(self, encoding: str, rate: int = 8_000) -> Dialect:
        """The same dialect, with another coding of the sound for the caller: the one that you ask the provider for.

        Telnyx: ``stream_bidirectional_codec`` and its sampling rate. AudioSocket: the format of the channel, which is that of
        both directions.

        Args:
            encoding: ``PCMU``, ``PCMA`` or ``L16`` for Telnyx; ``slin…`` for AudioSocket.
            rate: samples a second.

        Raises:
            ConfigError: this dialect cannot.
        """
        if (encoding, rate) not in self.may_send:
            able = ", ".join(f"{name} at {rate}" for name, rate in self.may_send)
            raise ConfigError(
                f"{self.name} takes {able}, and not {encoding} at {rate}"
                if able
                else f"{self.name} says itself how sound is coded; nothing is to be chosen"
            )
        return attrs.evolve(self, sends=AudioFormat(encoding, rate))


BUFFERED: Final[Seconds] = 0.3
"""Providers buffer what they are sent. Fifteen frames survive a stall of this process, and of most networks."""

TWILIO: Final = Dialect(
    name="Twilio",
    carrier=Carrier.WEBSOCKET,
    protocol=partial(JsonProtocol, TWILIO_MESSAGES),
    lead=BUFFERED,
    admission="TwilioSignature",
)
TELNYX: Final = Dialect(
    name="Telnyx",
    carrier=Carrier.WEBSOCKET,
    protocol=partial(JsonProtocol, TELNYX_MESSAGES),
    lead=BUFFERED,
    sends=AudioFormat("PCMU"),
    may_send=(("PCMU", 8_000), ("PCMA", 8_000), ("L16", 8_000), ("L16", 16_000), ("L16", 24_000)),
    admission="TelnyxToken",
)
PLIVO: Final = Dialect(
    name="Plivo",
    carrier=Carrier.WEBSOCKET,
    protocol=partial(JsonProtocol, PLIVO_MESSAGES),
    lead=BUFFERED,
    admission="SecretPath",
)
AUDIOSOCKET: Final = Dialect(
    name="AudioSocket",
    carrier=Carrier.TCP,
    protocol=AudioSocketProtocol,
    lead=0.06,  # Asterisk hands it on at once: no more than the buffer of a telephone evens out
    may_send=tuple((f"slin{'' if rate == 8_000 else rate // 1_000}", rate) for rate in AUDIOSOCKET_RATES.values()),  # noqa: PLR2004
)
ASTERISK_WEBSOCKET: Final = Dialect(
    name="Asterisk's chan_websocket",
    carrier=Carrier.WEBSOCKET,
    protocol=AsteriskWebSocketProtocol,
    lead=10.0,  # it keeps the pace, and queues 20 s
    frames_a_message=50,
    admission="BasicAuth",
)
DIALECTS: Final = (TWILIO, TELNYX, PLIVO, AUDIOSOCKET, ASTERISK_WEBSOCKET)
"""All of them."""
