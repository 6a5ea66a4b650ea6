"""The agent of the demo, as its author would write it: phases, needs, an extractor, a watcher, three functions.

The model (here the emulator's front desk) speaks. What it may do, what is still missing and when the talk moves on is
declared here, decided by trio-live at the end of every turn, and shown on the terminal::

    welcome ──knows who and with whom──▶ day ──times were found──▶ time ──it is booked──▶ farewell
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import trio

from trio_live import Live, RepairConfig, State, SteeringMode
from trio_live._typing import Seconds
from trio_live.extraction import FieldPromotion, RuleExtractor, keywords, regex

LOOKUP: Final[Seconds] = 0.35
"""How long the clinic's calendar takes."""

POST: Final[Seconds] = 0.3
"""How long a message to the patient takes: nobody should wait for it on the line."""

HEARD: Final = {
    "patient": regex(r"this is (\w+ \w+)"),
    "doctor": regex(r"doctor (\w+)"),
    "day": regex(r"\b(\w+day)\b"),
    "time": keywords({"three thirty": "three thirty"}),
}
"""What the program itself understands of the caller's words, by the key it is kept under; what is known stays."""


def _knows(*keys: str) -> Callable[[State], bool]:
    return lambda state: all(state.is_known(key) for key in keys)


def _request(state: State) -> str:
    """What the caller wants, in one line."""
    parts = [str(state.get(key)) for key in ("patient", "doctor", "day", "time") if state.is_known(key)]
    return ", ".join(parts) or "nothing yet"


def build_agent(*, scale: float, note: Callable[[str], None]) -> Live:
    """The agent.

    Args:
        scale: how many times faster than real time the call runs.
        note: shows a line on the terminal.
    """
    state = State()
    wish = RuleExtractor("wish", HEARD, promotion_rules=map(FieldPromotion.keep_known, HEARD))

    async def find_slots(doctor: str, day: str) -> dict[str, list[str]]:
        """Free times of a doctor on a day."""
        await trio.sleep(LOOKUP / scale)
        state.set("calendar:found", [doctor, day])
        return {"slots": ["half past one", "a quarter past two", "half past three", "four o'clock"]}

    async def book_appointment(patient: str, doctor: str, day: str, time: str) -> dict[str, str]:
        """Book a time. Returns the confirmation number."""
        await trio.sleep(LOOKUP / scale)
        state.set("calendar:booked", [patient, doctor, day, time])
        return {"confirmation_number": "4711"}

    async def send_confirmation(patient: str) -> str:
        """Send a patient the confirmation of what was booked."""
        await trio.sleep(POST / scale)
        note(f"sent to {patient}: {state.get('calendar:booked')}")
        return "sent"

    async def send_message(_old: Any, request: Any, _state: State) -> None:
        note(f"watcher: the request is now “{request}”")

    # fmt: off
    return (
        Live.builder()
        .model("gemini-3.8-live")
        .voice("Kore")
        .instruction("You are the front desk of Harbour Clinic. Book appointments. Be brief and kind.")
        .extractor(wish)
        .state(state)
        .tools(find_slots, book_appointment, send_confirmation)
        .tool_background_with_scheduling("send_confirmation", "SILENT")
        .callback_errors("raise")
        .steering_mode(SteeringMode.CONTEXT_INJECTION)
        .repair(RepairConfig(nudge_after=1, escalate_after=3))
        .computed("request", ["patient", "doctor", "day", "time"], _request)
        .watch("request").changed().then(send_message)
        .phase("welcome")
            .instruction("Find out who calls, and which doctor they want to see.")
            .needs(["patient", "doctor"])
            .tools([])
            .transition_with("day", _knows("patient", "doctor"), "when both are known")
            .done()
        .phase("day")
            .instruction("Find a day, and look up what is free.")
            .needs(["day"])
            .tools(["find_slots"])
            .transition_with("time", _knows("day", "calendar:found"), "when times were found")
            .done()
        .phase("time")
            .instruction("Settle on a time and book it.")
            .needs(["time"])
            .tools(["find_slots", "book_appointment"])
            .transition_with("farewell", _knows("calendar:booked"), "when it is booked")
            .done()
        .phase("farewell")
            .instruction("Say goodbye.")
            .presents(["confirmation"])
            .tools(["send_confirmation"])
            .terminal()
            .done()
        .initial_phase("welcome")
    )
    # fmt: on
