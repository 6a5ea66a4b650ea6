"""The attributes of spans: the names of OpenTelemetry's conventions for generative AI, and a few of our own beside them.

Those conventions are in development, and change. Names are those of the newest version that was read, in October 2026.
"""

from __future__ import annotations

from typing import Final

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
MODEL: Final = "gen_ai.request.model"
CONVERSATION: Final = "gen_ai.conversation.id"
OUTPUT: Final = "gen_ai.output.type"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHED_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
THOUGHT_TOKENS: Final = "gen_ai.usage.reasoning.output_tokens"
TOOL_NAME: Final = "gen_ai.tool.name"
TOOL_ID: Final = "gen_ai.tool.call.id"
TOOL_TYPE: Final = "gen_ai.tool.type"
TOOL_ARGUMENTS: Final = "gen_ai.tool.call.arguments"
TOOL_RESULT: Final = "gen_ai.tool.call.result"
INSTRUCTIONS: Final = "gen_ai.system_instructions"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
ERROR: Final = "error.type"
TURN: Final = "trio_live.turn"
INTERRUPTED: Final = "trio_live.turn.interrupted"
CUT: Final = "trio_live.turn.cut"
GENERATION: Final = "trio_live.connection.generation"
CLOSE_CODE: Final = "trio_live.connection.close_code"
CLOSE_REASON: Final = "trio_live.connection.close_reason"
EXTRACTOR: Final = "trio_live.extractor"

ATTRIBUTES: Final[dict[str, tuple[str, str]]] = {
    OPERATION: ("all but connection", "`invoke_agent` (session), `generate_content` (turn), `execute_tool`, `extract`"),
    PROVIDER: ("session, turn", "`gcp.gemini`, or `gcp.vertex_ai`"),
    MODEL: ("session, turn", "the model that was asked for"),
    OUTPUT: ("session, turn", "`speech`, or `text`"),
    CONVERSATION: ("session", "what the server calls the session, where it says so"),
    INPUT_TOKENS: ("turn", "tokens that the model read"),
    OUTPUT_TOKENS: ("turn", "tokens that it said or wrote, thoughts included"),
    CACHED_TOKENS: ("turn", "tokens that were read from a cache, where the server says so"),
    THOUGHT_TOKENS: ("turn", "tokens that it thought, where the server says so"),
    TOOL_NAME: ("tool", "the function"),
    TOOL_ID: ("tool", "the id of the call, where it has one"),
    TOOL_TYPE: ("tool", "`function`"),
    ERROR: ("session, tool, extraction, connection", "the class of the error, or the close code"),
    TURN: ("turn", "its number, from 0"),
    INTERRUPTED: ("turn", "the user spoke over the model"),
    CUT: ("turn", "its connection was lost"),
    GENERATION: ("connection", "its number, from 1"),
    CLOSE_CODE: ("connection", "how it was closed, where this side did not"),
    CLOSE_REASON: ("connection", "in words; with `content` only"),
    EXTRACTOR: ("extraction", "its name"),
    INSTRUCTIONS: ("session", "the system instruction; with `content` only"),
    INPUT_MESSAGES: ("turn", "what the user was heard to say; with `content` only"),
    OUTPUT_MESSAGES: ("turn", "what the model said or wrote; with `content` only"),
    TOOL_ARGUMENTS: ("tool", "with `content` only"),
    TOOL_RESULT: ("tool", "with `content` only"),
}
"""Attribute → the spans that have it, and what it says."""
