"""One turn with pydantic-ai. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and SSL_CERT_FILE."""

from __future__ import annotations

import asyncio

from pydantic_ai import Agent
from pydantic_ai.messages import PartEndEvent, SpeechPart
from pydantic_ai.realtime import RealtimeTurnCompleteEvent
from pydantic_ai.realtime.google import GoogleRealtimeModel

agent = Agent(instructions="Answer in one sentence.")


async def main() -> None:
    async with agent.realtime(GoogleRealtimeModel("gemini-3.8-live")).session() as session:
        await session.send("What is the capital of France?")
        async for event in session:
            match event:
                case PartEndEvent(part=SpeechPart(speaker="assistant", transcript=said)):
                    print(said)
                case RealtimeTurnCompleteEvent():
                    break


asyncio.run(main())
