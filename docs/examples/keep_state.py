"""What a call is about, kept in the session's State: typed keys, counters, and several writes at once."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import trio

from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, SessionWriter, State, StateKey, events


@attrs.frozen
class Wish:
    """What the caller would like."""

    doctor: str
    day: str


WISH = StateKey("app:wish", Wish)
"""A key that knows the type of its value."""

FIND_SLOTS = FunctionDeclaration(
    name="find_slots",
    description="Free times of a doctor on a day.",
    parameters={"type": "OBJECT", "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}}},
)


async def look_up(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
    """Answer a batch of calls, and remember what was asked for."""
    with state.transaction() as changes:  # all of it, or, if something raises, nothing
        for call in calls:
            args = call.args or {}
            changes.set_key(WISH, Wish(args["doctor"], args["day"]))
            changes.modify("app:lookups", 0, lambda lookups: lookups + 1)
    return [FunctionResponse.of(call, {"slots": ["13:30", "15:30"]}) for call in calls]


async def between_turns(state: State, _: SessionWriter) -> None:
    """Look at the State when a turn is over."""
    wish = state.get_key(WISH)
    known = f"{wish.day} with Doctor {wish.doctor}" if wish else "nothing yet"
    print(f"[turn {state.get('session:turn_count', 0)}: {known}]")


async def main() -> None:
    live = (
        Live.builder()
        .model("gemini-3.8-live")
        .transcription()
        .add_tool(FIND_SLOTS)
        .on_tool_call(look_up)
        .on_turn_boundary(between_turns)
    )
    async with live.connect_from_env() as session, session.events() as stream:
        for line in ("I would like to see Doctor Chen.", "On Thursday.", "Or on Friday?"):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                if isinstance(event, events.TurnComplete):
                    break
        print(f"{session.state.app.get('lookups')} lookups")


if __name__ == "__main__":
    trio.run(main)
