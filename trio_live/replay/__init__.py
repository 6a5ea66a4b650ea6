"""Recorded sessions, played again: through the real lanes, on a virtual clock, without a server."""

from trio_live.replay._agent import recorded_agent
from trio_live.replay._inspect import Inspection, inspect_recording
from trio_live.replay._run import Replayed, replay_now
from trio_live.replay._session import ReplaySession, replay_session

__all__ = [
    "Inspection",
    "ReplaySession",
    "Replayed",
    "inspect_recording",
    "recorded_agent",
    "replay_now",
    "replay_session",
]
