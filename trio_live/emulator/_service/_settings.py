"""What a setup settled: who is played on which platform, and how the client wants it."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from trio_live.emulator._service._behaviour import ModelBehaviour, behaviour_of
from trio_live.wire import AutomaticActivityDetection, LiveModelProfile, Platform, Setup, TurnEnd, profile_for

ENDS: frozenset[TurnEnd] = frozenset({TurnEnd.TURN_COMPLETE, TurnEnd.IDLE})
"""Ends of turns that come as ``turnComplete``."""


@attrs.frozen(kw_only=True)
class SessionSettings:
    """What a setup settled for everything that follows."""

    setup: Setup
    platform: Platform
    version: str = "v1beta"
    """Of the API."""
    profile: LiveModelProfile = attrs.field()
    """What the model can: the same data that clients go by."""
    behaviour: ModelBehaviour = attrs.field()
    """What it does besides, and no client relies on."""

    @profile.default
    def _profile_of_model(self) -> LiveModelProfile:
        return profile_for(self.setup.model, self.platform).in_version(self.version)

    @behaviour.default
    def _behaviour_of_model(self) -> ModelBehaviour:
        return behaviour_of(self.setup.model)

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

    @property
    def completes_turns(self) -> bool:
        """Whether the model ever sends ``turnComplete``; one that does not writes down what it hears."""
        return bool(self.profile.turn_ends_on & ENDS)

    @property
    def ends_quietly(self) -> bool:
        """Whether the model may say nothing at the end of a turn; played, it never does."""
        return TurnEnd.QUIET in self.profile.turn_ends_on

    @property
    def tells_status(self) -> bool:
        """Whether the model ends a turn in order to think, and tells whether an answer is still to come."""
        return TurnEnd.IDLE in self.profile.turn_ends_on

    def speaks_plan(self, names: Collection[str]) -> bool:
        """Whether calls of these functions are announced aloud."""
        declared = [function for tool in self.setup.tools or () for function in tool.function_declarations or ()]
        full = {function.name for function in declared if function.parameters_json_schema is not None}
        return self.profile.speaks_plans and not full.isdisjoint(names)
