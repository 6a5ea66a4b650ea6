"""The pages of the builder: each is a class of methods about one thing, over one frozen description of the agent."""

from trio_live.live._pages._agents import AgentPage
from trio_live.live._pages._base import DEFAULT_SESSION_ID, DeclaredAgent, LiveSpec
from trio_live.live._pages._composition import CompositionPage
from trio_live.live._pages._connection import ConnectionPage
from trio_live.live._pages._conversation import CallbackPage, ControlCallbackPage, PhasePage, ReactivePage
from trio_live.live._pages._declarations import merged_tools
from trio_live.live._pages._durability import DurabilityPage
from trio_live.live._pages._extraction import ExtractionPage
from trio_live.live._pages._resilience import ResiliencePage
from trio_live.live._pages._session import SessionPage
from trio_live.live._pages._voice import VoicePage

__all__ = [
    "DEFAULT_SESSION_ID",
    "AgentPage",
    "CallbackPage",
    "CompositionPage",
    "ConnectionPage",
    "ControlCallbackPage",
    "DeclaredAgent",
    "DurabilityPage",
    "ExtractionPage",
    "LiveSpec",
    "PhasePage",
    "ReactivePage",
    "ResiliencePage",
    "SessionPage",
    "VoicePage",
    "merged_tools",
]
