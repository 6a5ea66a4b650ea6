"""What is logged while a session runs that hides something, in whatever task of it.

A record is rewritten where it is made, before any handler sees it: its words, and the words of its traceback. Which policy
holds is known by the context, which tasks inherit from whoever started them.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from trio_live.redaction._policy import Redaction

LOGGERS: Final = (
    "trio_live.agents",
    "trio_live.callbacks",
    "trio_live.compose",
    "trio_live.config",
    "trio_live.control",
    "trio_live.draining",
    "trio_live.extraction",
    "trio_live.instruments",
    "trio_live.lanes",
    "trio_live.mcp",
    "trio_live.persistence",
    "trio_live.phone",
    "trio_live.phone.websockets",
    "trio_live.recording",
    "trio_live.session",
    "trio_live.state._journal",
    "trio_live.state._sinks",
    "trio_live.timeline",
    "trio_live.tools",
    "trio_live.transport.websockets",
    "trio_live.web",
)
"""Every logger of this package but the emulator's, which is nobody's call."""

_POLICY: Final[ContextVar[Redaction | None]] = ContextVar("trio_live_redaction", default=None)


def _hide(record: logging.LogRecord) -> bool:
    policy = _POLICY.get()
    if policy is not None:
        rewritten = vars(record)
        rewritten.update(msg=policy.text(record.getMessage()), args=())
        if record.exc_info:
            trace = policy.text(logging.Formatter().formatException(record.exc_info))
            rewritten.update(exc_text=trace, exc_info=None)
    return True


@contextmanager
def hidden_in_logs(policy: Redaction) -> Generator[None, None, None]:
    """Redact what is logged in the block, and in the tasks that are started in it."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_hide)  # the same one each time, so it is there once
    before = _POLICY.set(policy)
    try:
        yield
    finally:
        _POLICY.reset(before)
