"""One turn with LiveKit's plugin. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and SSL_CERT_FILE."""

from __future__ import annotations

import asyncio

from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent
from livekit.plugins import google


async def main() -> None:
    session: AgentSession[None] = AgentSession(llm=google.realtime.RealtimeModel(model="gemini-3.8-live"))
    answered = asyncio.Event()

    @session.on("conversation_item_added")
    def added(event: ConversationItemAddedEvent) -> None:
        if getattr(event.item, "role", None) == "assistant":
            print(event.item.text_content)
            answered.set()

    await session.start(Agent(instructions="Answer in one sentence."))  # no room: text in, text out
    session.generate_reply(user_input="What is the capital of France?")
    await answered.wait()
    await session.aclose()


asyncio.run(main())
