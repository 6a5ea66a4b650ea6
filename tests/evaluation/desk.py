"""An agent to be evaluated, and who plays its model."""

from __future__ import annotations

from trio_live import Live, State
from trio_live.emulator import parse_persona
from trio_live.extraction import RuleExtractor, regex
from trio_live.phases import Phase, Transition

PERSONA_TEXT = """
name = "desk"
[[rule]]
heard = { keywords = ["table"] }
say = "For what time?"
[[rule]]
heard = { keywords = ["eight"] }
call = { tool = "book", args = { time = "eight" } }
then = "It is booked for eight."
[[rule]]
heard = { keywords = ["bye"] }
say = "Goodbye."
[[default]]
say = "I did not understand that."
"""
PERSONA = parse_persona(PERSONA_TEXT)


async def book(time: str) -> str:
    """Book a table.

    Args:
        time: when.
    """
    return f"booked for {time}"


def agent() -> Live:
    """Books tables."""
    wish = RuleExtractor("Wish", {"time": regex(r"\bat (\w+)")})

    def is_settled(state: State) -> bool:
        return state.is_known("time")

    return (
        Live.builder()
        .model("gemini-3.8-live")
        .extractor(wish)
        .tools(book)
        .initial_phase("ask")
        .phases(
            Phase("ask", "Ask.", transitions=[Transition("done", is_settled)]),
            Phase("done", "Say goodbye.", terminal=True),
        )
    )


live = agent()
