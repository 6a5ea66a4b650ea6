"""A tool that most agents want, ready to be handed over: the model hangs up."""

from __future__ import annotations

from trio_live._typing import JsonObject
from trio_live.tools._context import ToolContext
from trio_live.tools._tool import tool


@tool
async def end_call(context: ToolContext) -> JsonObject:
    """End the call. Use it when the caller says goodbye, or wants nothing more; never because you cannot help."""
    context.end_call()
    return {
        "status": "ending",
        "note": "Say goodbye, if you have not done so. The line is closed when your last words have been heard.",
    }
