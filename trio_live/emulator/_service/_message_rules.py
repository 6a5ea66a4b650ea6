"""What a message after the setup is refused for, as a function of values."""

from __future__ import annotations

from typing import Final

from trio_live.emulator._service._abilities import Attempt, refuse_attempt
from trio_live.emulator._service._refusals import (
    EXPLICIT_ACTIVITY,
    INVALID,
    UNKNOWN_ROLE,
    Refused,
    invalid,
    unknown_name,
)
from trio_live.emulator._service._settings import SessionSettings
from trio_live.emulator._service._setup_rules import refuse_tools
from trio_live.wire import ClientMessage, Platform, ToolResponse
from trio_live.wire._internal import fit_response

_ROLES: Final = {None, "", "user", "model", "system"}


def refuse_message(
    message: ClientMessage, settings: SessionSettings, *, has_answered: bool, strict: bool
) -> Refused | None:
    """Why this message ends the connection, or ``None`` when it is welcome.

    Args:
        message: what the client sent.
        settings: what its setup settled.
        has_answered: whether the model has begun a turn.
        strict: also refuse what could simply be passed over.
    """
    if message.setup is not None:
        return invalid("The setup message must be sent once, and first.")
    if strict and sum(getattr(message, name) is not None for name in message.__struct_fields__) > 1:
        return invalid("A message carries one field.")
    realtime = message.realtime_input
    if realtime and settings.detects_activity and (realtime.activity_start or realtime.activity_end):
        return Refused(INVALID, EXPLICIT_ACTIVITY)
    content = message.client_content
    if content is not None and any(turn.role not in _ROLES for turn in content.turns or ()):
        return Refused(INVALID, UNKNOWN_ROLE)
    attempt = Attempt(message=message, settings=settings, has_answered=has_answered)
    refusal = refuse_attempt(attempt, strict=strict)
    if refusal is not None or not strict:
        return refusal
    if message.tool_response is not None:
        return _refuse_tool_response(message.tool_response, settings)
    return refuse_tools(attempt.tools, "context_update.tools")


def _refuse_tool_response(answer: ToolResponse, settings: SessionSettings) -> Refused | None:
    for number, response in enumerate(answer.function_responses or ()):
        if response.response is None or not response.name:
            return invalid("A function response needs a name and a response.")
        if not response.id and settings.platform is Platform.GOOGLE_AI:
            return invalid("A function response needs the id of its call.")
        for ignored in fit_response(response, settings.profile)[1]:
            return unknown_name(ignored.path, f"tool_response.function_responses[{number}]")
    return None
