from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.emulator.callers import MODEL, calling, has, persona, spoken
from trio_live.emulator import ConnectionStatistics, Emulation, serve_transport
from trio_live.errors import LinkLost
from trio_live.transport import Frames

ECHO = persona('[[default]]\nsay = "You said {heard}."')


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("hello", "Invalid JSON payload received."),
        ("[]", "Invalid JSON payload received."),
        ("", "Invalid JSON payload received."),
        ('{"setup": 5}', "Invalid JSON payload received. expected an object"),
        ("{}", "Request contains an invalid argument."),
        ('{"realtimeInput": {"text": "hi"}}', "Request contains an invalid argument."),
        ('{"setup": {}}', "Request contains an invalid argument."),
        (
            '{"setup": {"model": "models/gemini-3.8-live", "turboMode": true}}',
            "Invalid JSON payload received. Unknown name \"turboMode\" at 'setup': Cannot find field.",
        ),
        (
            '{"setup": {"model": "models/gemini-3.8-live", "generationConfig": {"mediaResolution": "LOW"}}}',
            "Invalid value at 'setup.generation_config.media_resolution'",
        ),
    ],
)
async def test_a_bad_first_message_closes_with_1007(autojump_clock: MockClock, frame: str, reason: str) -> None:
    emulation = Emulation(ECHO)
    async with calling(emulation) as caller:
        await caller.send_raw(frame)
        code, words = await caller.closing()
        assert code == 1007
        assert words.startswith(reason)
        await wait_all_tasks_blocked()
        assert emulation.connections == ConnectionStatistics(accepted=1, refused=1)


async def test_a_retired_model_closes_with_1008(autojump_clock: MockClock) -> None:
    async with calling(Emulation(ECHO), version="v1") as caller:
        with pytest.raises(LinkLost) as lost:
            await caller.setup("models/gemini-2.0-flash-exp")
        assert lost.value.code == 1008
        assert lost.value.reason == (
            "models/gemini-2.0-flash-exp is not found for API version v1, or is not supported for bidiGenerateContent"
        )


@pytest.mark.parametrize("frame", ['{"setup": {"model": "models/gemini-3.8-live"}}', '{"realtimeInput": {"speed": 1}}'])
async def test_a_bad_later_message_closes_with_1007(autojump_clock: MockClock, frame: str) -> None:
    async with calling(Emulation(ECHO)) as caller:
        await caller.setup()
        await caller.send_raw(frame)
        code, _ = await caller.closing()
        assert code == 1007


async def test_a_lenient_server_reads_what_it_knows(autojump_clock: MockClock) -> None:
    async with calling(Emulation(ECHO, strict=False)) as caller:
        await caller.send_raw(
            '{"setup": {"model": "gemini-3.8-live", "turboMode": true, "outputAudioTranscription": {}}}'
        )
        await caller.until(has("setup_complete"))
        assert await caller.ask("hello") == "You said hello."


async def test_camel_and_snake_case_may_be_mixed(autojump_clock: MockClock) -> None:
    async with calling(Emulation(ECHO)) as caller:
        await caller.send_raw(f'{{"setup": {{"model": "{MODEL}", "output_audio_transcription": {{}}}}}}')
        await caller.until(has("setup_complete"))
        await caller.send_raw(
            '{"client_content": {"turns": [{"parts": [{"text": "hi"}], "role": "user"}], "turnComplete": true}}'
        )
        assert spoken(await caller.turn()) == "You said hi."


async def test_what_was_said_before_a_refusal_still_arrives(autojump_clock: MockClock) -> None:
    async with calling(Emulation(ECHO, pace=None, first_word_after=0.0)) as caller:
        await caller.setup()
        await caller.say("hello")
        await wait_all_tasks_blocked()
        await caller.send_raw("nonsense")
        code, _ = await caller.closing()
        assert code == 1007
        assert spoken(caller.received) == "You said hello."


async def test_a_connection_that_breaks_while_writing_ends(autojump_clock: MockClock) -> None:
    class Mute:
        """Receives for ever, and cannot send."""

        def __init__(self) -> None:
            self.closed = False
            self._frames: list[str] = [f'{{"setup": {{"model": "{MODEL}"}}}}']

        async def send(self, frames: Frames) -> None:
            await trio.lowlevel.checkpoint()
            raise LinkLost(1006, "broken pipe")

        async def receive(self) -> Frames:
            if self._frames:
                await trio.lowlevel.checkpoint()
                return [self._frames.pop()]
            await trio.sleep_forever()
            raise AssertionError

        async def aclose(self) -> None:
            await trio.lowlevel.checkpoint()
            self.closed = True

    mute = Mute()
    with trio.fail_after(5):
        await serve_transport(mute, ECHO)
    assert mute.closed
