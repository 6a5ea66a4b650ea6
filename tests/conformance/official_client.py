"""Talks to an emulator with the official google-genai client, as a program of its own: that client is asyncio.

Usage: official_client.py SCENARIO DIALECT BASE_URL [WAV]. Prints one JSON object: what the client saw.
"""

from __future__ import annotations

import asyncio
import json
import sys
import wave
from typing import Any

from google import genai
from google.auth.credentials import Credentials
from google.genai import types

FUNCTIONS = [
    {
        "name": "find_slots",
        "description": "Free times of a doctor on a day.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}},
            "required": ["doctor", "day"],
        },
    }
]
MODELS = {"google_ai": "gemini-2.5-flash-native-audio-latest", "vertex": "gemini-live-2.5-flash-native-audio"}


class FixedCredentials(Credentials):
    """An access token that needs no network."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "throwaway"
        self.expiry = None

    def refresh(self, request: Any) -> None:
        """Nothing to refresh."""


def make_client(dialect: str, base_url: str) -> genai.Client:
    options = types.HttpOptions(base_url=base_url)
    if dialect == "google_ai":
        return genai.Client(api_key="throwaway", http_options=options)
    return genai.Client(
        vertexai=True, project="p", location="us-central1", credentials=FixedCredentials(), http_options=options
    )


async def hear_turn(session: Any, seen: dict[str, Any]) -> None:
    """Collect messages until the turn is complete."""
    async for message in session.receive():
        content = message.server_content
        if message.usage_metadata and message.usage_metadata.total_token_count:
            seen["tokens"] = message.usage_metadata.total_token_count
        if message.tool_call:
            for call in message.tool_call.function_calls:
                seen.setdefault("calls", []).append({"name": call.name, "args": call.args})
                await session.send_tool_response(
                    function_responses=types.FunctionResponse(
                        id=call.id, name=call.name, response={"slots": ["nine", "ten"]}
                    )
                )
        if content is None:
            continue
        if content.model_turn:
            for part in content.model_turn.parts or []:
                if part.inline_data and part.inline_data.data:
                    seen["audio_bytes"] = seen.get("audio_bytes", 0) + len(part.inline_data.data)
        if content.input_transcription and content.input_transcription.text:
            seen["heard"] = seen.get("heard", "") + content.input_transcription.text
        if content.output_transcription and content.output_transcription.text:
            seen["said"] = seen.get("said", "") + content.output_transcription.text
        if content.generation_complete:
            seen["generated"] = True
        if content.turn_complete:
            seen["turns"] = seen.get("turns", 0) + 1


def user_turn(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


async def text(session: Any, seen: dict[str, Any]) -> None:
    await session.send_client_content(turns=user_turn("What is the capital of France?"), turn_complete=True)
    await hear_turn(session, seen)


async def tool(session: Any, seen: dict[str, Any]) -> None:
    await session.send_client_content(turns=user_turn("I need an appointment with Doctor Chen"), turn_complete=True)
    await hear_turn(session, {})
    await session.send_client_content(turns=user_turn("On Thursday, please"), turn_complete=True)
    await hear_turn(session, seen)
    if not seen.get("audio_bytes"):  # Vertex closes the calling turn and answers in a second one
        await hear_turn(session, seen)


async def audio(session: Any, seen: dict[str, Any]) -> None:
    with wave.open(sys.argv[4], "rb") as file:
        pcm = file.readframes(file.getnframes())

    async def speak() -> None:
        silence = b"\0" * 640
        for start in range(0, len(pcm), 640):
            blob = types.Blob(data=pcm[start : start + 640], mime_type="audio/pcm;rate=16000")
            await session.send_realtime_input(audio=blob)
        for _ in range(100):
            await session.send_realtime_input(audio=types.Blob(data=silence, mime_type="audio/pcm;rate=16000"))

    speaking = asyncio.create_task(speak())
    await hear_turn(session, seen)
    await speaking


SCENARIOS = {"text": text, "tool": tool, "audio": audio}


async def main() -> None:
    scenario, dialect, base_url = sys.argv[1:4]
    config: dict[str, Any] = {
        "response_modalities": ["AUDIO"],
        "input_audio_transcription": {},
        "output_audio_transcription": {},
        "system_instruction": "You are the front desk of a clinic.",
    }
    if scenario == "tool":
        config["tools"] = [{"function_declarations": FUNCTIONS}]
    seen: dict[str, Any] = {"version": genai.__version__}
    client = make_client(dialect, base_url)
    async with client.aio.live.connect(model=MODELS[dialect], config=config) as session:
        await SCENARIOS[scenario](session, seen)
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), 40))
