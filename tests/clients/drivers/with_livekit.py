"""Drives LiveKit's Google plugin, in an agent session without a room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from driving import ASKED, ASKED_LATER, drive, go_ahead, report, speech
from livekit import rtc
from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent, function_tool
from livekit.agents.voice import io
from livekit.plugins import google


@function_tool
async def get_weather(city: str) -> dict[str, str]:
    """Tell the weather in a city."""
    report(call="get_weather", args={"city": city})
    return {"weather": "foggy"}


class Microphone(io.AudioInput):
    """Says a few words when it is told to."""

    def __init__(self) -> None:
        super().__init__(label="microphone")
        self.speaks = asyncio.Event()
        self._pieces: AsyncIterator[bytes] = speech()

    async def __anext__(self) -> rtc.AudioFrame:
        await self.speaks.wait()
        pcm = await anext(self._pieces)
        return rtc.AudioFrame(pcm, 16_000, 1, len(pcm) // 2)


class Loudspeaker(io.AudioOutput):
    """Plays as fast as it gets."""

    def __init__(self, microphone: Microphone, *, is_to_be_interrupted: bool) -> None:
        super().__init__(label="speaker", capabilities=io.AudioOutputCapabilities(pause=False), sample_rate=24_000)
        self._microphone = microphone
        self._seconds = 0.0
        self._is_to_be_interrupted = is_to_be_interrupted

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        self._seconds += frame.duration
        report(audio=len(frame.data))
        if self._is_to_be_interrupted:
            self._microphone.speaks.set()

    def flush(self) -> None:
        super().flush()
        if not self._is_to_be_interrupted:
            self._played(interrupted=False)

    def clear_buffer(self) -> None:
        if self._is_to_be_interrupted:
            self._is_to_be_interrupted = False
            report(interrupted=True)
        self._played(interrupted=True)

    def _played(self, *, interrupted: bool) -> None:
        played, self._seconds = self._seconds, 0.0
        if played:
            self.on_playback_finished(playback_position=played, interrupted=interrupted)


async def play(scenario: str, model: str) -> None:
    session: AgentSession[None] = AgentSession(llm=google.realtime.RealtimeModel(model=model))
    microphone = Microphone()
    session.input.audio = microphone
    session.output.audio = Loudspeaker(microphone, is_to_be_interrupted=scenario == "barge_in")
    said: asyncio.Queue[str] = asyncio.Queue()

    @session.on("conversation_item_added")
    def added(event: ConversationItemAddedEvent) -> None:
        if getattr(event.item, "role", None) == "assistant":
            report(said=event.item.text_content)
            said.put_nowait(event.item.text_content)

    await session.start(Agent(instructions="Be brief.", tools=[get_weather]))
    session.generate_reply(user_input=ASKED[scenario])
    await said.get()
    if scenario == "resume":
        await go_ahead()
        session.generate_reply(user_input=ASKED_LATER)
    if scenario in {"resume", "barge_in"}:
        await said.get()
    report(turn=True)
    await session.aclose()


drive(play)
