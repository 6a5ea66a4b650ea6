"""What a message after the setup is refused for, as a function of values."""

from __future__ import annotations

from typing import Final

import attrs

from trio_live.emulator._service._behaviour import behaviour_of
from trio_live.emulator._service._refusals import (
    EXPLICIT_ACTIVITY,
    INVALID,
    UNKNOWN_ROLE,
    Refused,
    invalid,
    unknown_name,
)
from trio_live.wire import (
    AutomaticActivityDetection,
    ClientContent,
    ClientContentUse,
    ClientMessage,
    Platform,
    Setup,
    ToolResponse,
    profile_for,
)
from trio_live.wire._internal import bare_model, fit_response

_ROLES: Final = {
    Platform.GOOGLE_AI: {None, "", "user", "model"},
    Platform.VERTEX: {None, "", "user", "model", "system"},
}
_UPDATABLE: Final = ("gemini-2", "gemini-live-2", "gemini-3.1")
"""Models that do not know ``contextUpdate``."""


@attrs.frozen(kw_only=True)
class SessionSettings:
    """What a setup settled for the messages that follow."""

    setup: Setup
    platform: Platform

    @property
    def detection(self) -> AutomaticActivityDetection | None:
        """The settings of the server's own detection."""
        config = self.setup.realtime_input_config
        return config.automatic_activity_detection if config else None

    @property
    def detects_activity(self) -> bool:
        """Whether the server finds the edges of speech itself."""
        return not (self.detection and self.detection.disabled)

    @property
    def is_interruptible(self) -> bool:
        """Whether a user who begins to speak cuts the model off."""
        config = self.setup.realtime_input_config
        return not (config and config.activity_handling == "NO_INTERRUPTION")

    @property
    def takes_history(self) -> bool:
        """Whether ``clientContent`` is history until it completes a turn."""
        config = self.setup.history_config
        return bool(config and config.initial_history_in_client_content)


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
    typed = message.client_content is not None or (realtime and realtime.text is not None)
    if typed and behaviour_of(settings.setup.model).audio_only:
        return invalid("This model takes audio only.")
    if message.client_content is not None:
        return _refuse_content(message.client_content, settings, has_answered=has_answered)
    if not strict:
        return None
    if message.context_update is not None and bare_model(settings.setup.model).startswith(_UPDATABLE):
        return unknown_name("contextUpdate")
    if message.tool_response is not None:
        return _refuse_tool_response(message.tool_response, settings)
    return None


def _refuse_content(content: ClientContent, settings: SessionSettings, *, has_answered: bool) -> Refused | None:
    if any(turn.role not in _ROLES[settings.platform] for turn in content.turns or ()):
        return Refused(INVALID, UNKNOWN_ROLE)
    seeding = settings.takes_history and not has_answered
    profile = profile_for(settings.setup.model, settings.platform)
    if profile.client_content is ClientContentUse.SEED_ONLY and not seeding:
        return invalid("This model takes clientContent only as initial history.")
    return None


def _refuse_tool_response(answer: ToolResponse, settings: SessionSettings) -> Refused | None:
    for response in answer.function_responses or ():
        if response.response is None or not response.name:
            return invalid("A function response needs a name and a response.")
        if response.id is None and settings.platform is Platform.GOOGLE_AI:
            return invalid("A function response needs the id of its call.")
        ignored = fit_response(response, profile_for(settings.setup.model, settings.platform))[1]
        if ignored:
            return unknown_name(ignored[0].path, "tool_response.function_responses[0]")
    return None
