"""An emulator that hears: real recognisers, real speech, over a real socket.

The speech is synthetic: the recordings of the demo's caller, and a voice. It is sent as fast as it goes; the detector counts
samples, and not seconds.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec

import pytest
import trio

from trio_live import Live, LiveEventStream, LiveHandle, events
from trio_live.audio import Resampler
from trio_live.cli._demo import read_recording
from trio_live.emulator import open_emulator
from trio_live.emulator._audio import babble
from trio_live.emulator._engines import ENGINES, VOICES

INSTALLED = [name for name, engine in ENGINES.items() if all(map(find_spec, engine.libraries))]
needs_recogniser = pytest.mark.skipif(not INSTALLED, reason="nobody hears: pip install 'trio-live[emulator-speech]'")
needs_voice = pytest.mark.skipif(
    not all(find_spec(library) for voice in VOICES.values() for library in voice.libraries),
    reason="nobody speaks: pip install 'trio-live[emulator-speech]'",
)
SILENCE = bytes(2 * 16_000)
RATE = 16_000


class Talk:
    """A session, and what it has heard."""

    def __init__(self, session: LiveHandle, stream: LiveEventStream[events.LiveEvent]) -> None:
        self.session = session
        self.stream = stream
        self.seen: list[events.LiveEvent] = []

    async def say(self, pcm: bytes) -> None:
        sound = bytes(RATE // 2) + pcm + SILENCE
        for start in range(0, len(sound), 3200):
            await self.session.send_audio(sound[start : start + 3200])

    async def until(self, kind: type[events.LiveEvent]) -> None:
        async for event in self.stream:
            self.seen.append(event)
            if isinstance(event, kind):
                return

    async def answer(self) -> str:
        """The words of the next answer."""
        self.seen.clear()
        await self.until(events.TurnComplete)
        return "".join(
            event.text for event in self.seen if isinstance(event, events.OutputTranscript) and not event.is_final
        ).strip()

    @property
    def heard(self) -> str:
        return "".join(
            event.text for event in self.seen if isinstance(event, events.InputTranscript) and event.is_final
        )


@asynccontextmanager
async def talking(hearing: str, **choices: object) -> AsyncGenerator[Talk, None]:
    live = Live.builder().model("gemini-3.8-live").transcription()
    quick = {"pace": None, "realtime_playback": False, "first_word_after": 0.0, "raise_errors": True} | choices
    with trio.fail_after(120):
        async with (
            open_emulator(hearing=hearing, **quick) as emulator,  # type: ignore[arg-type]
            live.connect_google_ai("any", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            yield Talk(session, stream)


@needs_recogniser
@pytest.mark.parametrize("hearing", INSTALLED)
async def test_what_was_said_is_answered_in_whatever_order(hearing: str) -> None:
    """The persona's list has these in another order."""
    async with talking(hearing) as talk:
        await talk.say(read_recording("goodbye.wav"))
        assert await talk.answer() == "Thank you for calling Harbour Clinic. Goodbye, and take care!"
        await talk.say(read_recording("hello.wav"))
        assert await talk.answer() == "Hello Maria Lopez, of course. Which day would suit you for Doctor Chen?"
        assert "appointment" in talk.heard
        await talk.say(read_recording("thursday.wav"))
        assert (await talk.answer()).startswith("Let me see what Doctor Chen has for Thursday.")
        await talk.say(read_recording("one_moment.wav"))
        assert await talk.answer() == "Of course, take your time."
        await talk.say(read_recording("three_thirty.wav"))
        assert "at three thirty" in await talk.answer()


@needs_recogniser
@pytest.mark.parametrize("hearing", INSTALLED)
async def test_a_barge_in_is_answered_by_what_it_said(hearing: str) -> None:
    async with talking(hearing, pace=2.0, realtime_playback=True) as talk:
        await talk.say(read_recording("thursday.wav"))  # in the wrong state: a default, which is long
        await talk.until(events.Audio)
        await talk.say(read_recording("goodbye.wav"))
        await talk.until(events.Interrupted)
        await talk.until(events.TurnComplete)
        assert (await talk.answer()).startswith("Thank you for calling")


@needs_recogniser
@pytest.mark.parametrize("hearing", INSTALLED)
async def test_noise_gets_the_default(hearing: str) -> None:
    async with talking(hearing) as talk:
        await talk.say(babble("Nobody can say what this is, and least of all where it is.", rate=RATE))
        assert (await talk.answer()).startswith("I see. I can book an appointment")
        assert talk.heard == "<noise>"


@needs_recogniser
@needs_voice
@pytest.mark.parametrize("hearing", INSTALLED)
async def test_a_synthetic_voice_is_understood_and_answers(hearing: str) -> None:
    voice = VOICES["hibari"].load()
    said = Resampler(24_000, RATE).process(voice.speak("What is the capital of France?"))
    async with talking(hearing, speaking="hibari") as talk:
        await talk.say(said)
        assert "it is Paris" in await talk.answer()
        spoken = b"".join(event.data for event in talk.seen if isinstance(event, events.Audio))
        assert spoken == voice.speak(
            "That is a little outside of my desk, but it is Paris. Can I help you with an appointment as well?"
        )


@pytest.mark.parametrize(("hearing", "understands"), [("turns", False), ("auto", bool(INSTALLED))])
async def test_a_program_can_ask_whether_it_understands(hearing: str, understands: bool) -> None:  # noqa: FBT001
    async with open_emulator(hearing=hearing) as emulator:
        assert emulator.understands is understands
