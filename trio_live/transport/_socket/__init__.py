"""The socket below whatever carries frames: a line on which writing never waits, and what a connection is held to."""

from trio_live.transport._socket._answer import BLANK_LINE, Answer
from trio_live.transport._socket._limits import (
    ABNORMAL,
    AHEAD_BYTES,
    BROKE,
    BROKE_A_RULE,
    CLOSE_WITHIN,
    CONNECT_WITHIN,
    DEADLINES,
    MAX_MESSAGE_BYTES,
    NO_SIGN_OF_LIFE,
    PING_AFTER,
    PONG_WITHIN,
    READ_BYTES,
    TOO_LARGE,
    WORDS_WITHIN,
    WRITE_STALLED,
    WRITE_WITHIN,
    watch_for_life,
)
from trio_live.transport._socket._line import Line
from trio_live.transport._socket._line_stream import LineStream
from trio_live.transport._socket._read_ahead import ReadAhead

__all__ = [
    "ABNORMAL",
    "AHEAD_BYTES",
    "BLANK_LINE",
    "BROKE",
    "BROKE_A_RULE",
    "CLOSE_WITHIN",
    "CONNECT_WITHIN",
    "DEADLINES",
    "MAX_MESSAGE_BYTES",
    "NO_SIGN_OF_LIFE",
    "PING_AFTER",
    "PONG_WITHIN",
    "READ_BYTES",
    "TOO_LARGE",
    "WORDS_WITHIN",
    "WRITE_STALLED",
    "WRITE_WITHIN",
    "Answer",
    "Line",
    "LineStream",
    "ReadAhead",
    "watch_for_life",
]
