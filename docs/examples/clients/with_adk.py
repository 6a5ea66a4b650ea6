"""One turn with ADK. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and SSL_CERT_FILE."""

from __future__ import annotations

import asyncio

from google.adk.agents import Agent, LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.runners import InMemoryRunner
from google.genai import types

DESK = Agent(name="desk", model="gemini-3.8-live", instruction="Answer in one sentence.")


async def main() -> None:
    runner = InMemoryRunner(DESK)
    session = await runner.session_service.create_session(app_name=runner.app_name, user_id="caller")
    queue = LiveRequestQueue()
    queue.send_content(types.Content(role="user", parts=[types.Part(text="What is the capital of France?")]))
    async for event in runner.run_live(
        user_id="caller",
        session_id=session.id,
        live_request_queue=queue,
        run_config=RunConfig(response_modalities=["AUDIO"], streaming_mode=StreamingMode.BIDI),
    ):
        if event.output_transcription and not event.partial:
            print(event.output_transcription.text)
        if event.turn_complete:
            break
    queue.close()


asyncio.run(main())
