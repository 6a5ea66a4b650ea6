"""Tools: Python functions that the model may call, and what is told of them."""

from __future__ import annotations

from trio_live.tools._commit import CommitGuard
from trio_live.tools._context import Cancellation, ToolContext
from trio_live.tools._end_call import end_call
from trio_live.tools._formatting import (
    LARGEST_ANSWER,
    DefaultResultFormatter,
    ResultFormatter,
    as_object,
    error_answer,
)
from trio_live.tools._hints import Limits
from trio_live.tools._live_input import LiveInput, UserAudio, UserInput, UserText, UserVideo
from trio_live.tools._middleware import ConfirmationProvider, ConfirmationRequest, ToolMiddleware
from trio_live.tools._modes import Background, Behavior, Scheduling, Standard, ToolClass, ToolExecutionMode
from trio_live.tools._registry import ToolRegistry
from trio_live.tools._schema import normalise
from trio_live.tools._servers import HttpServer, McpServer, StdioServer
from trio_live.tools._signature import Signature
from trio_live.tools._tool import FunctionTool, ToolPolicy, tool

__all__ = [
    "LARGEST_ANSWER",
    "Background",
    "Behavior",
    "Cancellation",
    "CommitGuard",
    "ConfirmationProvider",
    "ConfirmationRequest",
    "DefaultResultFormatter",
    "FunctionTool",
    "HttpServer",
    "Limits",
    "LiveInput",
    "McpServer",
    "ResultFormatter",
    "Scheduling",
    "Signature",
    "Standard",
    "StdioServer",
    "ToolClass",
    "ToolContext",
    "ToolExecutionMode",
    "ToolMiddleware",
    "ToolPolicy",
    "ToolRegistry",
    "UserAudio",
    "UserInput",
    "UserText",
    "UserVideo",
    "as_object",
    "end_call",
    "error_answer",
    "normalise",
    "tool",
]
