"""The front desk of a clinic: phases, facts, guarded tools, and a model that hangs up by itself.

What it shows: an agent that is *governed*. The model talks; which phase the talk is in, what is still missing, which
functions may run now and when the call is over is declared here and decided at the end of every turn.

    welcome ──doctor is known──▶ day ──times were found──▶ booking ──it is booked──▶ farewell

Run it against the emulator, and then, with a key and without that address, against Google:

    trio-live emulator --port 8080 --persona docs/examples/agents/front_desk.toml
    GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any python docs/examples/agents/front_desk.py
    GEMINI_API_KEY=… python docs/examples/agents/front_desk.py
"""

from __future__ import annotations

from typing import Literal

import trio

from trio_live import Live, PhaseSpec, RepairConfig, State, ToolContext, ToolError
from trio_live.extraction import FieldPromotion, RuleExtractor, keywords, regex
from trio_live.phases import leads_to
from trio_live.tools import end_call

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
FREE = {"Thursday": ["13:30", "15:30"], "Friday": ["09:00"]}


async def find_slots(doctor: str, day: Day, context: ToolContext) -> list[str]:
    """Free times of a doctor on a day."""
    slots = FREE.get(day, [])
    context.state.set("app:slots", slots)
    return slots


async def book_appointment(patient: str, time: str, context: ToolContext) -> dict[str, str]:
    """Book a time that was offered. Returns the confirmation number."""
    if time not in context.state.get("app:slots", []):
        raise ToolError(f"{time} was not offered", retry=True)
    context.state.set("app:booked", {"patient": patient, "time": time})
    return {"confirmation_number": "4711"}


class Welcome(PhaseSpec):
    """Who calls, and for whom?"""

    instruction = "Find out who calls and which doctor they want to see."
    needs = ("patient", "doctor")
    tools = ()

    @leads_to("day", description="when patient and doctor are known")
    def both_are_known(self, state: State) -> bool:
        """What the extractor found in this very turn counts."""
        return state.is_known("patient") and state.is_known("doctor")


class FindDay(PhaseSpec):
    """When?"""

    name = "day"
    instruction = "Find a day that suits, and look up what is free."
    needs = ("day",)
    tools = ("find_slots",)

    @leads_to("booking", description="when times were found")
    def times_were_found(self, state: State) -> bool:
        """Nobody is offered a time from an empty day."""
        return bool(state.get("app:slots"))


class Booking(PhaseSpec):
    """Which time?"""

    instruction = "Settle on one of the times and book it."
    tools = ("find_slots", "book_appointment")

    @leads_to("farewell", description="when it is booked")
    def it_is_booked(self, state: State) -> bool:
        """The tool says so, not the model."""
        return state.is_known("app:booked")


class Farewell(PhaseSpec):
    """Enough."""

    instruction = "Ask whether there is anything else. If not, say goodbye and end the call."
    tools = ("end_call",)
    terminal = True


wish = RuleExtractor(
    "Wish",
    {
        "patient": regex(r"(?:this is|my name is) ([A-Z]\w+(?: [A-Z]\w+)?)"),
        "doctor": regex(r"[Dd]octor ([A-Z]\w+)"),
        "day": keywords({day: day.lower() for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")}),
    },
    promotion_rules=map(FieldPromotion.keep_known, ("patient", "doctor", "day")),
)
live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You are the front desk of Harbour Clinic. Be brief and kind.")
    .transcription()
    .extractor(wish)
    .tools(find_slots, book_appointment, end_call)
    .phases(Welcome(), FindDay(), Booking(), Farewell())
    .initial_phase("welcome")
    .repair(RepairConfig(nudge_after=1, escalate_after=4))
)


async def main() -> None:
    async with live.connect_from_env() as session:
        for line in (
            "Hello, this is Maria Lopez, I'd like to see Doctor Chen.",
            "Well, let me think.",
            "Thursday would be good.",
            "Half past three, please.",
            "That is all, thank you. Goodbye.",
        ):
            answer = await session.ask(line)
            print(f"caller: {line}\n  desk: {answer}")
            for call in answer.tool_calls:
                print(f"        [{call.name} -> {call.result_summary}]")
            print(f"        [now in {session.conversation_phase}]")
        await session.done()  # the model hangs up, when its last words have been heard


if __name__ == "__main__":
    trio.run(main)
