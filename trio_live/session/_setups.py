"""What a setup asks for, and what it becomes for the next connection. Pure: a setup in, an answer or a setup out."""

from __future__ import annotations

from typing import Any

from trio_live.events._internal import Steer
from trio_live.wire import Content, LiveModelProfile, Setup, SpeechConfig
from trio_live.wire._internal import evolve, fit_setup


def seeds_history(setup: Setup) -> bool:
    """Whether the server reads ``clientContent`` as history until the model has spoken."""
    return bool(setup.history_config and setup.history_config.initial_history_in_client_content)


def voice_of(setup: Setup) -> SpeechConfig | None:
    """How a setup has the model speak."""
    return None if setup.generation_config is None else setup.generation_config.speech_config


def changed(setup: Setup, abilities: LiveModelProfile, **changes: Any) -> Setup:
    """The setup with other values, fitted to model and platform as all are before they are sent."""
    return fit_setup(evolve(setup, **changes), abilities)[0]


def resuming(setup: Setup, handle: str | None) -> Setup:
    """The setup that goes on from ``handle``, if handles were asked for at all; ``None`` begins afresh."""
    asked = setup.session_resumption
    return setup if asked is None else evolve(setup, session_resumption=evolve(asked, handle=handle))


def steered(setup: Setup, steer: Steer, abilities: LiveModelProfile) -> Setup:
    """What stands, stands in the next connection too: a setup says all of it again."""
    if steer.instruction is not None and abilities.instructions:
        setup = evolve(setup, system_instruction=Content.of(steer.instruction))
    return setup if steer.tools is None else evolve(setup, tools=list(steer.tools))
