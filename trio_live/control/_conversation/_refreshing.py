"""Looking once more before a call is refused: the word that its guard waits for may just have been said.

A guard reads State, and facts come into State at the end of a turn. A call in the very turn in which the caller says yes
would be refused for that. So extractors look at the running turn first, on the control lane like all extraction, and
the guards are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from trio_live._typing import Seconds
from trio_live.control._conversation._conversation import Conversation
from trio_live.phases._internal import ToolSplit, split_calls, unsure
from trio_live.wire import FunctionCall

if TYPE_CHECKING:
    from trio_live.control._extraction import Extractors

REFRESH_WITHIN: Final[Seconds] = 5.0
"""So long a call that a guard keeps back waits for the extractors. What has not been found by then is not known."""


async def refresh(talk: Conversation, extractors: Extractors | None, report: Callable[[str, Exception], None]) -> None:
    """Let extractors look at the running turn for the calls that wait for it, and ask the guards again.

    Args:
        talk: the conversation; has the calls.
        extractors: of the session.
        report: told which guard raised.

    Cancellation: the extractors are cancelled, and the calls wait on.
    """
    while talk.refreshes and extractors is not None:
        failures = await extractors.refresh(REFRESH_WITHIN)
        talk.recompute()
        for wish in [*talk.refreshes]:
            wish.split = decide_again(wish.calls, failures, talk, report)
            talk.refreshes.remove(wish)
            wish.over.set()


def decide_again(
    calls: Sequence[FunctionCall],
    failures: Sequence[str],
    talk: Conversation,
    report: Callable[[str, Exception], None],
) -> ToolSplit:
    """Which calls may run after all. The others are told where an extractor could not say."""
    split = split_calls(calls, talk.current_phase, talk.state, report)
    return ToolSplit(split.allowed, tuple(unsure(answer, failures) for answer in split.rejected))
