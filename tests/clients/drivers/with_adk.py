"""Drives Google's Agent Development Kit."""

from __future__ import annotations

import asyncio

from driving import ASKED, ASKED_LATER, STORY, drive, go_ahead, report, speech
from google.adk.agents import Agent, LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.events import Event
from google.adk.runners import InMemoryRunner
from google.genai import types

waiting: set[asyncio.Task[None]] = set()


def get_weather(city: str) -> dict[str, str]:
    """Tell the weather in a city."""
    report(call="get_weather", args={"city": city})
    return {"weather": "foggy"}


def say(queue: LiveRequestQueue, text: str) -> None:
    queue.send_content(types.Content(role="user", parts=[types.Part(text=text)]))


async def say_later(queue: LiveRequestQueue, text: str) -> None:
    await go_ahead()
    say(queue, text)


async def speak(queue: LiveRequestQueue) -> None:
    async for piece in speech():
        queue.send_realtime(types.Blob(data=piece, mime_type="audio/pcm;rate=16000"))


def sound_of(event: Event) -> int:
    parts = (event.content and event.content.parts) or []
    return sum(len(part.inline_data.data or b"") for part in parts if part.inline_data)


async def play(scenario: str, model: str) -> None:
    runner = InMemoryRunner(Agent(name="desk", model=model, instruction="Be brief.", tools=[get_weather]))
    session = await runner.session_service.create_session(app_name=runner.app_name, user_id="user")
    queue = LiveRequestQueue()
    say(queue, ASKED[scenario])
    resumption = types.SessionResumptionConfig() if scenario in {"resume", "lose_handle"} else None
    config = RunConfig(response_modalities=["AUDIO"], streaming_mode=StreamingMode.BIDI, session_resumption=resumption)
    turns = {"resume": 2, "barge_in": 2, "lose_handle": 2}.get(scenario, 1)
    begun = False
    events = runner.run_live(user_id="user", session_id=session.id, live_request_queue=queue, run_config=config)
    async for event in events:
        if size := sound_of(event):
            report(audio=size)
        if size and scenario == "barge_in" and not begun:
            begun = True
            waiting.add(asyncio.create_task(speak(queue)))
        if event.output_transcription and not event.partial:
            report(said=event.output_transcription.text)
        if event.interrupted:
            report(interrupted=True)
        if update := event.live_session_resumption_update:
            report(handle=update.new_handle)
        if event.turn_complete:
            report(turn=True)
            turns -= 1
            if not turns:
                break
            if scenario in {"resume", "lose_handle"}:
                later = ASKED_LATER if scenario == "resume" else STORY
                waiting.add(asyncio.create_task(say_later(queue, later)))
    queue.close()


drive(play)
