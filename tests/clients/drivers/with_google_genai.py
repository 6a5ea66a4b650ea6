"""Drives google-genai itself, which most of the others are built on. It comes with each of their environments."""

from __future__ import annotations

from driving import ASKED, drive, report
from google import genai
from google.genai import types


async def play(scenario: str, model: str) -> None:
    config = types.LiveConnectConfig(response_modalities=[types.Modality.AUDIO])
    async with genai.Client(api_key="any").aio.live.connect(model=model, config=config) as session:
        question = types.Content(role="user", parts=[types.Part(text=ASKED[scenario])])
        await session.send_client_content(turns=question, turn_complete=True)
        async for message in session.receive():
            report(audio=len(message.data or b""))


drive(play)
