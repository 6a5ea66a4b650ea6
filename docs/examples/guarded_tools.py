"""What stands around tools: a look at every call, a question before a booking, a booking that is made once."""

from __future__ import annotations

from typing import Any

import trio

from trio_live import FunctionCall, Live, ToolContext, ToolError, ToolMiddleware, events, tool
from trio_live.tools import CommitGuard, ConfirmationRequest


class Watch(ToolMiddleware):
    """Tells of every call, and keeps Sundays free."""

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        if (call.args or {}).get("day") == "Sunday":
            raise ToolError("the clinic is closed on Sundays")

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Any) -> None:
        print(f"[{call.name}: done]")

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        print(f"[{call.name}: {error}]")


class Nurse:
    """Agrees to every booking, and says so."""

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        print(f"[{request.message} {request.call.args}: yes]")
        return True


async def find_slots(doctor: str, day: str) -> list[str]:
    """Free times of a doctor on a day."""
    return ["14:15", "15:30"]


@tool(confirm="May I book?", commit=CommitGuard("{doctor}-{day}-{time}", compensate="cancel_appointment"))
async def book_appointment(patient: str, doctor: str, day: str, time: str) -> dict[str, str]:
    """Book a time. Returns the confirmation number."""
    return {"confirmation_number": "4711"}


async def cancel_appointment(patient: str, doctor: str, day: str, time: str) -> str:
    """Cancel an appointment, if there is one."""
    return "cancelled"


async def main() -> None:
    live = (
        Live.builder()
        .model("gemini-3.8-live")
        .transcription()
        .tools(find_slots, book_appointment, cancel_appointment)
        .middleware(Watch())
        .confirmation_provider(Nurse())
    )
    async with live.connect_from_env() as session, session.events() as stream:
        for line in ("I would like to see Doctor Chen.", "On Thursday.", "Half past three then."):
            print(f"> {line}")
            await session.send_text(line)
            async for event in stream:
                match event:
                    case events.OutputTranscript(text, is_final=True):
                        print(text)
                    case events.TurnComplete():
                        break


if __name__ == "__main__":
    trio.run(main)
