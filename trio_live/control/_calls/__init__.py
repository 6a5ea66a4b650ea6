"""Function calls: who answers them, what may happen to the answer, and how it goes out."""

from trio_live.control._calls._background import BackgroundCalls, BackgroundToolTracker
from trio_live.control._calls._hooks import CallHooks
from trio_live.control._calls._runner import ToolRunner
from trio_live.control._calls._sender import AnswerSender
from trio_live.control._calls._talk import Talk
from trio_live.control._calls._tools import ToolCaller

__all__ = [
    "AnswerSender",
    "BackgroundCalls",
    "BackgroundToolTracker",
    "CallHooks",
    "Talk",
    "ToolCaller",
    "ToolRunner",
]
