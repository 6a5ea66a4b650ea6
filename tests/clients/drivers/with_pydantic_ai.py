"""Drives pydantic-ai's realtime sessions."""

from __future__ import annotations

import asyncio

from driving import ASKED, ASKED_LATER, drive, go_ahead, report, speech
from pydantic_ai import Agent
from pydantic_ai.messages import PartEndEvent, RealtimeResponseInterruptedEvent, SpeechPart
from pydantic_ai.realtime import RealtimeSession, RealtimeSessionReconnectEvent, RealtimeTurnCompleteEvent
from pydantic_ai.realtime.google import GoogleRealtimeModel

agent = Agent(instructions="Be brief.")


@agent.tool_plain
def get_weather(city: str) -> dict[str, str]:
    """Tell the weather in a city."""
    report(call="get_weather", args={"city": city})
    return {"weather": "foggy"}


async def hear_audio(session: RealtimeSession, scenario: str) -> None:
    async for pcm in session.stream_audio():
        report(audio=len(pcm))
        if scenario == "barge_in":
            break
    if scenario == "barge_in":
        async for piece in speech():
            await session.send_audio(piece)


async def play(scenario: str, model: str) -> None:
    settings = {"reconnect": {"max_attempts": 3}} if scenario == "resume" else None
    turns = {"resume": 2, "barge_in": 2}.get(scenario, 1)
    async with agent.realtime(GoogleRealtimeModel(model), model_settings=settings).session() as session:
        listening = asyncio.create_task(hear_audio(session, scenario))
        await session.send(ASKED[scenario])
        async for event in session:
            match event:
                case PartEndEvent(part=SpeechPart(speaker="assistant", transcript=said)):
                    report(said=said)
                case RealtimeResponseInterruptedEvent():
                    report(interrupted=True)
                case RealtimeSessionReconnectEvent():
                    report(reconnected=True)
                    await go_ahead()
                    await session.send(ASKED_LATER)
                case RealtimeTurnCompleteEvent():
                    report(turn=True)
                    turns -= 1
                    if not turns:
                        break
        listening.cancel()


drive(play)
