"""A talk is held by a simulated caller and judged, offline; the report says what came of it."""

from __future__ import annotations

import trio

from trio_live import Live
from trio_live.emulator import parse_persona
from trio_live.evaluation import Goal, ScriptedCaller, called, evaluate, known, never_says, offline, says
from trio_live.extraction import RuleExtractor, regex

PERSONA = parse_persona("""
name = "Luna"
[[rule]]
heard = { keywords = ["table"] }
say = "For what time?"
[[rule]]
heard = { keywords = ["eight"] }
call = { tool = "book_table", args = { time = "eight" } }
then = "It is booked for eight."
[[default]]
say = "Luna, good evening."
""")
"""Plays the model, so that this runs without a key."""


async def book_table(time: str) -> str:
    """Book a table.

    Args:
        time: when.
    """
    return f"booked for {time}"


live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You are the restaurant Luna.")
    .extractor(RuleExtractor("Wish", {"time": regex(r"at (\w+)")}))
    .tools(book_table)
)
caller = ScriptedCaller(
    [
        Goal("Good evening."),
        Goal(["I am hungry.", "Can I have a table?"], reached=says("what time")),
        Goal("At eight, please.", reached=called("book_table", time="eight")),
    ]
)


async def main() -> None:
    """Hold the talk, and print the report."""
    expected = [says("booked for eight"), never_says("sorry"), known("time")]
    report = await evaluate("books a table", live, caller, expected, connect=offline(PERSONA))
    print(report.text())


if __name__ == "__main__":
    trio.run(main)
