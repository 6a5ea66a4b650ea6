"""The restaurant Luna takes reservations: three phases, two tools, and facts out of the caller's words."""

from __future__ import annotations

import trio

from trio_live import Live, State, ToolContext, ToolError
from trio_live.extraction import FieldPromotion, RuleExtractor, keywords, regex

FREE = {"Friday": ["19:00", "20:30"], "Saturday": []}


async def free_times(day: str, context: ToolContext) -> list[str]:
    """Times at which a table is free on a day."""
    context.state.set("app:times", FREE[day])
    return FREE[day]


async def book_table(guests: int, day: str, time: str, context: ToolContext) -> dict[str, int]:
    """Book a table. Returns its number."""
    if time not in FREE[day]:
        raise ToolError(f"nothing is free on {day} at {time}", retry=True)
    context.state.set("app:booked", f"{guests} on {day} at {time}")
    return {"table": 7}


def knows_wish(state: State) -> bool:
    return state.is_known("guests") and state.is_known("day")


def was_offered_times(state: State) -> bool:
    return bool(state.get("app:times"))


def is_booked(state: State) -> bool:
    return state.is_known("app:booked")


wish = RuleExtractor(
    "Wish",
    {
        "guests": keywords({2: ["two", "2"], 4: ["four", "4"]}),
        "day": keywords({"Friday": "friday", "Saturday": "saturday"}),
        "name": regex(r"my name is (\w+)"),
    },
    promotion_rules=[
        FieldPromotion.overwrite("guests"),
        FieldPromotion.overwrite("day"),
        FieldPromotion.keep_known("name"),
    ],
)


def restaurant() -> Live:
    """The agent, not connected to anything."""
    live = Live.builder().model("gemini-3.8-live").transcription().extractor(wish).tools(free_times, book_table)
    live = live.instruction("You take reservations for the restaurant Luna. Be brief and kind.")
    live = (
        live.phase("wish")
        .instruction("Find out how many they are, and for which day.")
        .needs(["guests", "day"])
        .tools([])
        .transition_with("table", knows_wish, "when guests and day are known")
        .done()
    )
    live = (
        live.phase("table")
        .instruction("Look up free times, offer them, and book the one that is chosen.")
        .tool_guard("book_table", was_offered_times, "look up the free times first")
        .transition_with("goodbye", is_booked, "when the table is booked")
        .done()
    )
    live = live.phase("goodbye").instruction("Repeat what is booked, and say goodbye.").tools([]).terminal().done()
    return live.initial_phase("wish")


async def main() -> None:
    async with restaurant().connect_from_env() as session:
        for line in ("A table, please.", "We are four, on Friday.", "What is free?", "Half past eight.", "Thank you!"):
            answer = await session.ask(line)
            print(f"> {line}\n{answer}")
            for call in answer.tool_calls:
                print(f"[{call.name}({call.args_summary}) -> {call.result_summary}]")
            print(f"[{session.conversation_phase}]")


if __name__ == "__main__":
    trio.run(main)
