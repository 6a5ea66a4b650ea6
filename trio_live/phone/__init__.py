"""The telephone: calls of Twilio, Telnyx, Plivo and Asterisk, each joined to a session (extra ``phone``).

A server takes calls of one dialect on one port; whoever answers makes a session for each, and lets them talk. Sound is paced,
an interruption reaches the phone at once, and the session is told how much the caller has heard.
"""

from trio_live.phone._call import PhoneCall, PhoneStatistics
from trio_live.phone._dialects import (
    ASTERISK_WEBSOCKET,
    AUDIOSOCKET,
    DIALECTS,
    PLIVO,
    TELNYX,
    TWILIO,
    Admission,
    AudioFormat,
    BasicAuth,
    Carrier,
    Dialect,
    PhoneRequest,
    SecretPath,
    TelnyxToken,
    TwilioSignature,
    twilio_signature,
)
from trio_live.phone._line import HungUp
from trio_live.phone._preset import PHONE_VAD
from trio_live.phone._server import Answer, PhoneServer, PhoneServerStatistics, open_phone_server

__all__ = [
    "ASTERISK_WEBSOCKET",
    "AUDIOSOCKET",
    "DIALECTS",
    "PHONE_VAD",
    "PLIVO",
    "TELNYX",
    "TWILIO",
    "Admission",
    "Answer",
    "AudioFormat",
    "BasicAuth",
    "Carrier",
    "Dialect",
    "HungUp",
    "PhoneCall",
    "PhoneRequest",
    "PhoneServer",
    "PhoneServerStatistics",
    "PhoneStatistics",
    "SecretPath",
    "TelnyxToken",
    "TwilioSignature",
    "open_phone_server",
    "twilio_signature",
]
