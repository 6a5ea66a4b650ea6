"""The pages of the builder: each is a class of methods about one thing, over one frozen description of the agent."""

from trio_live.live._pages._base import DEFAULT_SESSION_ID, LiveSpec
from trio_live.live._pages._connection import ConnectionPage
from trio_live.live._pages._conversation import CallbackPage, ControlCallbackPage, PhasePage, ReactivePage
from trio_live.live._pages._declarations import DeclarationPage, merged_tools
from trio_live.live._pages._durability import DurabilityPage
from trio_live.live._pages._extraction import ExtractionPage
from trio_live.live._pages._resilience import ResiliencePage
from trio_live.live._pages._session import SessionPage
from trio_live.live._pages._tools import ToolPage

__all__ = [
    "DEFAULT_SESSION_ID",
    "CallbackPage",
    "ConnectionPage",
    "ControlCallbackPage",
    "DeclarationPage",
    "DurabilityPage",
    "ExtractionPage",
    "LiveSpec",
    "PhasePage",
    "ReactivePage",
    "ResiliencePage",
    "SessionPage",
    "ToolPage",
    "merged_tools",
]
