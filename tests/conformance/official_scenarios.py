"""The rarer things a conversation can do, done with the official google-genai client; see `official_client`.

Usage: python -m tests.conformance.official_scenarios SCENARIO DIALECT BASE_URL [ARGUMENT]. Prints one JSON object: what the client saw.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import warnings
import wave
from collections.abc import Callable
from typing import Any

from google import genai
from google.genai import types

from tests.conformance.official_client import hear_turn, make_client, user_turn

NEW, FLASH = "gemini-3.8-live", "gemini-3.1-flash-live-preview"
CONFIG: dict[str, Any] = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}}


def declare(*names: str, behavior: str = "BLOCKING") -> dict[str, Any]:
    return {"tools": [{"function_declarations": [{"name": name, "behavior": behavior} for name in names]}]}


def dialect() -> str:
    return sys.argv[2]


def address() -> str:
    return sys.argv[3]


def connect(model: str = NEW, **config: Any) -> Any:
    return make_client(dialect(), address()).aio.live.connect(model=model, config={**CONFIG, **config})


async def until(session: Any, wanted: Callable[[Any], Any]) -> Any:
    """The next message that holds what is wanted, and that."""
    while True:
        async for message in session.receive():
            if found := wanted(message):
                return found


async def say(session: Any, text: str) -> None:
    await session.send_client_content(turns=user_turn(text), turn_complete=True)


async def answer(session: Any, call: Any, result: Any, **settings: Any) -> None:
    response = types.FunctionResponse(id=call.id, name=call.name, response={"output": result}, **settings)
    await session.send_tool_response(function_responses=[response])


async def barge_in() -> dict[str, Any]:
    with wave.open(sys.argv[4], "rb") as file:
        pcm = file.readframes(file.getnframes())
    seen: dict[str, Any] = {}
    async with connect(input_audio_transcription={}) as session:
        await say(session, "Tell me a long story")
        await until(session, lambda message: message.data)
        speaking = asyncio.create_task(speak(session, pcm))
        seen["interrupted"] = await until(session, lambda m: m.server_content and m.server_content.interrupted)
        await hear_turn(session, {})
        await hear_turn(session, seen)
        await speaking
    return seen


async def speak(session: Any, pcm: bytes) -> None:
    for start in range(0, len(pcm) + 64_000, 640):
        chunk = pcm[start : start + 640].ljust(640, b"\0")
        await session.send_realtime_input(audio=types.Blob(data=chunk, mime_type="audio/pcm;rate=16000"))
        await asyncio.sleep(0.002)


async def parallel() -> dict[str, Any]:
    seen: dict[str, Any] = {}
    async with connect(**declare("temperature", "wind")) as session:
        await say(session, "The weather, please")
        calls = await until(session, lambda message: message.tool_call and message.tool_call.function_calls)
        seen["calls"] = [call.name for call in calls]
        for call in reversed(calls):
            await answer(session, call, f"{call.name} is low")
        await hear_turn(session, seen)
    return seen


async def schedule() -> dict[str, Any]:
    seen: dict[str, Any] = {}
    async with connect(**declare("temperature", "wind", behavior="NON_BLOCKING")) as session:
        await say(session, "The weather, please")
        calls = await until(session, lambda message: message.tool_call and message.tool_call.function_calls)
        await hear_turn(session, {})
        await say(session, "Tell me a long story")
        await until(session, lambda message: message.data)
        for call in calls:
            await answer(session, call, f"{call.name} is low", scheduling=sys.argv[4])
        seen["cut_in"] = await until(session, ending) == "interrupted"
        if seen["cut_in"]:
            await hear_turn(session, {})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hear_turn(session, seen), 3)
    return {"said": "", **seen}


def ending(message: Any) -> str | None:
    content = message.server_content
    if content and content.interrupted:
        return "interrupted"
    return "complete" if content and content.turn_complete else None


async def cancel() -> dict[str, Any]:
    seen: dict[str, Any] = {}
    async with connect(**declare("temperature", "wind")) as session:
        await say(session, "The weather, please")
        calls = await until(session, lambda message: message.tool_call and message.tool_call.function_calls)
        await say(session, "Never mind")
        ids = await until(session, lambda m: m.tool_call_cancellation and m.tool_call_cancellation.ids)
        seen["cancelled"] = sorted(ids) == sorted(call.id for call in calls)
        await hear_turn(session, {})
        await hear_turn(session, seen)
    return seen


async def resume() -> dict[str, Any]:
    seen: dict[str, Any] = {}
    try:
        async with connect(session_resumption={}) as session:
            await say(session, "My name is Ann")
            seen["handle"] = await until(session, usable_handle)
            await until(session, lambda _: False)
    except genai.errors.APIError as error:
        seen["ended"] = error.code
    async with connect(session_resumption={"handle": seen.pop("handle")}) as session:
        await say(session, "Who am I?")
        await hear_turn(session, seen)
    return seen


def usable_handle(message: Any) -> str | None:
    update = message.session_resumption_update
    return update.new_handle if update and update.resumable else None


async def go_away() -> dict[str, Any]:
    async with connect() as session:
        time_left = await until(session, lambda message: message.go_away and message.go_away.time_left)
        return {"time_left": time_left}


async def token() -> dict[str, Any]:
    warnings.simplefilter("ignore")
    options = types.HttpOptions(base_url=address(), api_version="v1alpha")
    constraints = types.LiveConnectConstraints(
        model=NEW, config=types.LiveConnectConfig(response_modalities=["AUDIO"], output_audio_transcription={})
    )
    minted = await genai.Client(api_key="throwaway", http_options=options).aio.auth_tokens.create(
        config=types.CreateAuthTokenConfig(uses=1, live_connect_constraints=constraints)
    )
    client = genai.Client(api_key=minted.name, http_options=options)
    seen: dict[str, Any] = {"token": str(minted.name).partition("/")[0]}
    async with client.aio.live.connect(model=FLASH, config={"response_modalities": ["TEXT"]}) as session:
        await say(session, "hello")
        await hear_turn(session, seen)
    try:
        async with client.aio.live.connect(model=NEW, config={}):
            pass
    except genai.errors.APIError as error:
        seen["second"] = [error.code, str(error)]
    return seen


async def history() -> dict[str, Any]:
    seen: dict[str, Any] = {}
    async with connect(FLASH, history_config={"initial_history_in_client_content": True}) as session:
        past = [user_turn("My name is Ann"), types.Content(role="model", parts=[types.Part(text="Hello Ann.")])]
        await session.send_client_content(turns=past, turn_complete=True)
        await session.send_realtime_input(text="Tell me something")
        await hear_turn(session, seen)
    return seen


SCENARIOS = {each.__name__: each for each in (barge_in, parallel, schedule, cancel, resume, go_away, token, history)}

if __name__ == "__main__":
    print(json.dumps(asyncio.run(asyncio.wait_for(SCENARIOS[sys.argv[1]](), 40))))
