"""What every page of the builder stands on: the description of an agent, and one way to get another."""

from trio_live.live._pages._base._page import Page
from trio_live.live._pages._base._spec import (
    DEFAULT_SESSION_ID,
    DeclaredAgent,
    LiveSpec,
    with_control,
    with_generation,
    with_realtime_input,
    with_setup,
)

__all__ = [
    "DEFAULT_SESSION_ID",
    "DeclaredAgent",
    "LiveSpec",
    "Page",
    "with_control",
    "with_generation",
    "with_realtime_input",
    "with_setup",
]
