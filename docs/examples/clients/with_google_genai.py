"""One turn with google-genai. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and SSL_CERT_FILE."""

from __future__ import annotations

import asyncio

from google import genai
from google.genai import types

CONFIG = types.LiveConnectConfig(
    response_modalities=[types.Modality.AUDIO], output_audio_transcription=types.AudioTranscriptionConfig()
)


async def main() -> None:
    async with genai.Client(api_key="any").aio.live.connect(model="gemini-3.8-live", config=CONFIG) as session:
        question = types.Content(role="user", parts=[types.Part(text="What is the capital of France?")])
        await session.send_client_content(turns=question, turn_complete=True)
        async for message in session.receive():
            if message.server_content and message.server_content.output_transcription:
                print(message.server_content.output_transcription.text or "", end="", flush=True)


asyncio.run(main())
