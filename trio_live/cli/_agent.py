"""The agent of the demo, as its author would write it: phases, needs, a watcher, a computed value, two functions.

The model (here the emulator's front desk) speaks. What it may do, what is still missing and when the talk moves on is
declared here, decided by trio-live at the end of every turn, and shown on the terminal::

    welcome ──knows who and with whom──▶ day ──times were found──▶ time ──it is booked──▶ farewell
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import trio

from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, RepairConfig, State, SteeringMode
from trio_live._typing import JsonObject, Seconds

LOOKUP: Final[Seconds] = 0.35
"""How long the clinic's calendar takes."""

_TEXT = {"type": "STRING"}

FUNCTIONS: Final = (
    FunctionDeclaration(
        name="find_slots",
        description="Free times of a doctor on a day.",
        parameters={"type": "OBJECT", "properties": {"doctor": _TEXT, "day": _TEXT}, "required": ["doctor", "day"]},
        behavior="BLOCKING",
    ),
    FunctionDeclaration(
        name="book_appointment",
        description="Book a time. Returns the confirmation number.",
        parameters={
            "type": "OBJECT",
            "properties": {"patient": _TEXT, "doctor": _TEXT, "day": _TEXT, "time": _TEXT},
            "required": ["patient", "doctor", "day", "time"],
        },
        behavior="BLOCKING",
    ),
)

# 3.8 models talk on while a function runs, unless it says that they must wait for it. A booking is worth the wait.

CALENDAR: Final[dict[str, JsonObject]] = {
    "find_slots": {"slots": ["half past one", "a quarter past two", "half past three", "four o'clock"]},
    "book_appointment": {"confirmation_number": "4711"},
}

HEARD: Final = {
    "patient": re.compile(r"this is (\w+ \w+)", re.IGNORECASE),
    "doctor": re.compile(r"doctor (\w+)", re.IGNORECASE),
    "day": re.compile(r"\b(\w+day)\b", re.IGNORECASE),
    "time": re.compile(r"\b(three thirty)\b", re.IGNORECASE),
}
"""What the program itself understands of the caller's words, by the key it is kept under."""


def understand(state: State, words: str) -> None:
    """Keep what the caller said that is not known yet."""
    for key, pattern in HEARD.items():
        found = pattern.search(words)
        if found and not state.is_known(key):
            state.set(key, found[1])


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

    def listen(words: str, is_final: bool) -> None:  # noqa: FBT001  # a transcript callback
        if is_final:
            understand(state, words)

    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        await trio.sleep(LOOKUP / scale)
        for call in calls:
            state.set(f"calendar:{call.name}", CALENDAR[call.name])
        return [FunctionResponse.of(call, CALENDAR[call.name]) for call in calls]

    async def send_message(_old: Any, request: Any, _state: State) -> None:
        note(f"watcher: the request is now “{request}”")

    # fmt: off
    live = (
        Live.builder()
        .model("gemini-3.8-live")
        .voice("Kore")
        .instruction("You are the front desk of Harbour Clinic. Book appointments. Be brief and kind.")
        .transcription()
        .state(state)
        .on_input_transcript(listen)
        .on_tool_call(answer)
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
            .transition_with("time", _knows("day", "calendar:find_slots"), "when times were found")
            .done()
        .phase("time")
            .instruction("Settle on a time and book it.")
            .needs(["time"])
            .tools(["find_slots", "book_appointment"])
            .transition_with("farewell", _knows("calendar:book_appointment"), "when it is booked")
            .done()
        .phase("farewell")
            .instruction("Say goodbye.")
            .presents(["confirmation"])
            .tools([])
            .terminal()
            .done()
        .initial_phase("welcome")
    )
    # fmt: on
    for function in FUNCTIONS:
        live = live.add_tool(function)
    return live
