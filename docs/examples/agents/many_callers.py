"""Many callers in one process: one agent, a session for each, a limit, and figures of all of them.

What it shows: a session is an `async with`, so many calls are many tasks in a nursery, and that is all there is to it.
The agent is an immutable value and shared; State, phase and transcript are each caller's own. A limit keeps callers
waiting instead of slowing everybody down, one call that fails is told and ends alone, and a detector names code that
holds up the loop, which would be heard by all.

Run it against the emulator; then with a key, against Google (which limits sessions by project):

    trio-live emulator --port 8080 --persona docs/examples/agents/many_callers.toml --time-scale 20
    GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any python docs/examples/agents/many_callers.py 200
    GEMINI_API_KEY=… python docs/examples/agents/many_callers.py 3
"""

from __future__ import annotations

import sys
from statistics import median

import attrs
import trio

from trio_live import Live, LiveError, State, ToolContext, events
from trio_live.instruments import StallDetector

AT_ONCE = 50
"""Calls at the same time; others wait for their turn."""


async def count_tickets(number: int, context: ToolContext) -> str:
    """Set tickets aside.

    Args:
        number: how many.
    """
    context.state.set("app:tickets", number)
    return f"{number} are set aside"


def has_tickets(state: State) -> bool:
    return state.is_known("app:tickets")


live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You sell tickets for the ferry.")
    .transcription()
    .tools(count_tickets)
    .phase("order")
    .instruction("Ask how many tickets.")
    .transition("pay", has_tickets)
    .done()
    .phase("pay")
    .instruction("Say what they cost.")
    .terminal()
    .done()
    .initial_phase("order")
)


@attrs.define
class Tally:
    """What came of all calls."""

    done: int = 0
    failed: list[str] = attrs.field(factory=list)
    tickets: int = 0
    waited: list[float] = attrs.field(factory=list)
    """How long the first words of each answer were in coming."""


async def call(caller: int, tally: Tally) -> None:
    """One caller. What goes wrong here is this caller's alone."""
    try:
        async with live.connect_from_env() as session, session.events() as stream:
            for line in ("Hello", f"I want {caller % 5 + 1} tickets"):
                asked = trio.current_time()
                await session.send_text(line)
                async for event in stream:
                    match event:
                        case events.OutputTranscript(is_final=False) if asked:
                            tally.waited.append(trio.current_time() - asked)
                            asked = 0.0
                        case events.TurnComplete():
                            break
            tally.tickets += session.state.get("app:tickets", 0)
            tally.done += session.conversation_phase == "pay"
    except LiveError as error:
        tally.failed.append(f"caller {caller}: {error}")


async def main(callers: int) -> None:
    tally = Tally()
    limit = trio.CapacityLimiter(AT_ONCE)

    async def wait_and_call(caller: int) -> None:
        async with limit:
            await call(caller, tally)

    async with trio.open_nursery() as nursery:
        for caller in range(callers):
            nursery.start_soon(wait_and_call, caller)
    print(f"{tally.done} of {callers} callers have {tally.tickets} tickets; {len(tally.failed)} calls failed")
    print(f"first words after {median(tally.waited) * 1000:.0f} ms")
    print(*tally.failed[:5], sep="\n")


if __name__ == "__main__":
    detector = StallDetector(over=0.1)
    trio.run(main, int(sys.argv[1]) if sys.argv[1:] else 50, instruments=[detector])
    print(f"the loop was held up {len(detector.stalls)} times for more than a tenth of a second")
