"""The same agent with LiveKit's agents, in a session without a room."""

from __future__ import annotations

import asyncio

from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent, function_tool
from livekit.plugins import google


@function_tool
async def get_weather(city: str) -> dict[str, str]:
    """Tell the weather in a city."""
    return {"weather": "foggy"}


async def main() -> None:
    session: AgentSession[None] = AgentSession(llm=google.realtime.RealtimeModel(model="gemini-3.8-live"))
    answered = asyncio.Event()

    @session.on("conversation_item_added")
    def added(event: ConversationItemAddedEvent) -> None:
        if getattr(event.item, "role", None) == "assistant":
            print(event.item.text_content)
            answered.set()

    await session.start(Agent(instructions="Be brief.", tools=[get_weather]))
    session.generate_reply(user_input="How is the weather in London?")
    await answered.wait()
    await session.aclose()


asyncio.run(main())
