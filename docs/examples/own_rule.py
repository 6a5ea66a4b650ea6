"""A rule of one's own: what follows when the caller begins to speak again and again."""

from __future__ import annotations

import trio

from trio_live import Content, Live, LiveEvent
from trio_live.reactive import Emit, LiveEffect, ReactorEvent, Rule, SendContext, UserSpeechStarted
from trio_live.voice import VoiceRuntimeState


class InHurry(LiveEvent):
    """An event of one's own: events() tells it like all others."""


def notice_hurry(event: ReactorEvent, voice: VoiceRuntimeState) -> list[LiveEffect]:
    """Speech over the model. Plain and pure: it sees what happened and what is believed, and says what is to be done."""
    if isinstance(event, UserSpeechStarted) and voice.playback_active:
        return [SendContext((Content.of("The caller is in a hurry.", "model"),)), Emit(InHurry())]
    return []


async def main() -> None:
    live = Live.builder().model("gemini-3.8-live").reactor_rule(Rule("notice hurry", notice_hurry))
    async with live.connect_from_env() as session, session.events() as stream:
        await session.send_text("What does a consultation cost?")
        await trio.sleep(1)
        await session.user_speech_started()
        async for event in stream:
            if isinstance(event, InHurry):
                print("[in a hurry]")
                break


if __name__ == "__main__":
    trio.run(main)
