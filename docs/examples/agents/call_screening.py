"""Call screening: somebody answers the phone for you, and you get a line about it instead of a ringing phone.

What it shows: an agent that *decides something* and then ends the call by itself. Functions that end the call let the
model finish its sentence first. What is found out stands in the State, a watcher acts on it while the call goes on, and
a limit on turns and on money makes sure that no salesman keeps it busy for an hour.

Run it against the emulator; then with a key, against Google:

    trio-live emulator --port 8080 --persona docs/examples/agents/call_screening.toml
    GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any python docs/examples/agents/call_screening.py
    GEMINI_API_KEY=… python docs/examples/agents/call_screening.py
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import trio

from trio_live import Live, SessionClosed, SessionWriter, State, ToolContext
from trio_live.extraction import RuleExtractor, regex

LONGEST = 6
"""Turns after which a caller who has not come to the point is asked to write."""

Verdict = Literal["put through", "message", "spam"]


async def decide(verdict: Verdict, reason: str, context: ToolContext) -> str:
    """End the call with a verdict.

    Args:
        verdict: put through what is urgent, take a message from people, and hang up on spam.
        reason: in a few words, for the one who was called.
    """
    context.state.set("app:verdict", verdict)
    context.state.set("app:reason", reason)
    context.end_call(within=10)
    return "Say goodbye in one sentence."


async def ring(_old: Any, _new: Any, state: State) -> None:
    """A watcher: the moment it is known who calls, the phone in your pocket shows it."""
    print(f"        [calling: {state.get('name')}]")


async def come_to_the_point(state: State, writer: SessionWriter) -> None:
    """A pattern in time: the talk has gone on for long and led nowhere."""
    await writer.send_text("(The caller does not come to the point. Decide now.)")


live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You answer the phone for Maria. Find out who calls and what for. Promise nothing. Then decide.")
    .transcription()
    .extractor(RuleExtractor("Caller", {"name": regex(r"(?:this is|I am|my name is) ([A-Z]\w+)")}))
    .watch("name")
    .changed()
    .then(ring)
    .tools(decide)
    .when_turns("no point", lambda state: not state.is_known("app:verdict"), LONGEST, come_to_the_point)
    .cost(cap=0.25)
)

CALLS = (
    ["Hello, this is Ben from the school.", "Maria's son has a fever, can she come?"],
    ["Congratulations!", "You have won a cruise.", "Just tell me your card number."],
    ["Hi, my name is Zoe.", "Nothing urgent, could she call me back?"],
)


async def screen(lines: Sequence[str]) -> State:
    """Answer one call. Returns what came of it."""
    async with live.connect_from_env() as session:
        for line in lines:
            try:
                print(f"caller: {line}\nscreen: {await session.ask(line)}")
            except SessionClosed:
                break  # it hung up while the caller drew breath
        await session.done()
        return session.state


async def main() -> None:
    for lines in CALLS:
        state = await screen(lines)
        print(f"        [{state.get('app:verdict')}: {state.get('app:reason')}]\n")


if __name__ == "__main__":
    trio.run(main)
