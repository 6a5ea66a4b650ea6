"""The same agent with google-genai."""

from __future__ import annotations

import asyncio

from google import genai
from google.genai import types

WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="Tell the weather in a city.",
    parameters=types.Schema(
        type=types.Type.OBJECT,
        properties={"city": types.Schema(type=types.Type.STRING, description="its name")},
        required=["city"],
    ),
)
CONFIG = types.LiveConnectConfig(
    response_modalities=[types.Modality.AUDIO],
    system_instruction="Be brief.",
    output_audio_transcription=types.AudioTranscriptionConfig(),
    tools=[types.Tool(function_declarations=[WEATHER])],
)


async def get_weather(city: str) -> dict[str, str]:
    return {"weather": "foggy"}


async def main() -> None:
    client = genai.Client()
    async with client.aio.live.connect(model="gemini-3.8-live", config=CONFIG) as session:
        question = types.Content(role="user", parts=[types.Part(text="How is the weather in London?")])
        await session.send_client_content(turns=question, turn_complete=True)
        said = False
        while not said:
            async for message in session.receive():
                for call in (message.tool_call and message.tool_call.function_calls) or ():
                    answer = types.FunctionResponse(
                        id=call.id, name=call.name, response=await get_weather(**(call.args or {}))
                    )
                    await session.send_tool_response(function_responses=answer)
                content = message.server_content
                if content and content.output_transcription and content.output_transcription.text:
                    print(content.output_transcription.text, end="", flush=True)
                    said = True


asyncio.run(main())
