"""Function calls and what may happen to them: an answer, an error, a second look before the answers are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import trio

from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, State, events


async def find_slots(args: Mapping[str, Any], state: State) -> list[str]:
    """Free times of a doctor on a day."""
    state.set("app:day", args["day"])
    return ["14:15", "15:30"]


async def book_appointment(args: Mapping[str, Any], state: State) -> dict[str, str]:
    """Book a time. Returns the confirmation number."""
    if not str(args["time"]).startswith("15"):
        raise LookupError(f"{args['time']} on {state.get('app:day')} has just been taken")
    return {"confirmation_number": "4711"}


Function = Callable[[Mapping[str, Any], State], Awaitable[Any]]

FUNCTIONS: dict[str, tuple[Function, tuple[str, ...]]] = {
    "find_slots": (find_slots, ("doctor", "day")),
    "book_appointment": (book_appointment, ("patient", "doctor", "day", "time")),
}
"""Name → what is run, and its parameters."""


def declaration(name: str) -> FunctionDeclaration:
    """What the model is told about a function."""
    function, parameters = FUNCTIONS[name]
    schema = {"type": "OBJECT", "properties": {parameter: {"type": "STRING"} for parameter in parameters}}
    return FunctionDeclaration(name=name, description=function.__doc__, parameters=schema)


async def answer_one(call: FunctionCall, state: State) -> FunctionResponse:
    """Run one function. What goes wrong becomes an answer, so that the model can talk about it."""
    function, _ = FUNCTIONS[call.name]
    try:
        with trio.fail_after(5):
            return FunctionResponse.of(call, await function(call.args or {}, state))
    except (LookupError, trio.TooSlowError) as problem:
        return FunctionResponse.error(call, str(problem) or "the calendar did not answer in time")


async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
    """Answer a batch, one call after the other."""
    return [await answer_one(call, state) for call in calls]


async def count(responses: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
    """See every answer before it is sent."""
    state.modify("app:answers", 0, lambda answers: answers + len(responses))
    return responses


async def main() -> None:
    live = Live.builder().model("gemini-3.8-live").transcription()
    for name in FUNCTIONS:
        live = live.add_tool(declaration(name))
    live = live.on_tool_call(answer).before_tool_response(count)
    async with live.connect_from_env() as session, session.events() as stream:
        for line in (
            "I would like to see Doctor Chen.",
            "On Thursday.",
            "A quarter past two.",
            "Half past three then.",
        ):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                match event:
                    case events.ToolExecution(name, args, result):
                        print(f"[{name}({args}) -> {result}]")
                    case events.OutputTranscript(text, is_final=True):
                        print(text)
                    case events.TurnComplete():
                        break
        print(f"{session.state.get('app:answers')} answers, all about {session.state.get('app:day')}")


if __name__ == "__main__":
    trio.run(main)
