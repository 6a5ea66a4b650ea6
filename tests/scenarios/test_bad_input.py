"""What a user sees when something is wrong, over real sockets against the emulator: one error, and what to do."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import trio

from trio_live import (
    ConfigError,
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    Live,
    LiveHandle,
    SessionClosed,
    events,
)
from trio_live.emulator import Emulator, FaultPlan, open_emulator


@asynccontextmanager
async def call(emulator: Emulator, live: Live | None = None, key: str = "k") -> AsyncGenerator[LiveHandle, None]:
    live = live or Live.builder().model("gemini-3.8-live").transcription()
    with trio.fail_after(20):
        async with live.connect_google_ai(key, base_url=emulator.url) as session:
            yield session


async def test_a_wrong_key_is_refused_with_the_status_and_never_shown() -> None:
    async with open_emulator(keys=["right"]) as emulator:
        with pytest.raises(ConnectRejected) as caught:
            async with call(emulator, key="very-secret"):
                pass
    assert caught.value.code in {401, 403}
    assert "check the API key" in str(caught.value)
    assert "very-secret" not in str(caught.value) + repr(caught.value)


async def test_an_unknown_model_is_refused_with_the_servers_words_and_advice() -> None:
    async with open_emulator(models=["gemini-3.8-live"]) as emulator:
        with pytest.raises(ConnectRejected, match="check the model name") as caught:
            async with call(emulator, Live.builder().model("gemini-9-imaginary")):
                pass
    assert caught.value.code == 1008
    assert "is not found for API version" in caught.value.reason


async def test_a_refused_setup_names_the_field() -> None:
    async with open_emulator(model_profile="3.8") as emulator:
        broken = Live.builder().model("gemini-9-imaginary").proactive_audio()  # no rules are known for this model
        with pytest.raises(ConnectRejected) as caught:
            async with call(emulator, broken):
                pass
    assert caught.value.code == 1007
    assert "proactivity" in str(caught.value)


async def test_a_server_that_never_answers_the_setup_is_a_timeout() -> None:
    async with open_emulator(faults=FaultPlan.of("no_setup_complete")) as emulator:
        with pytest.raises(ConnectTimeout, match=r"did not answer the setup within 0\.2 s"):
            async with call(emulator, Live.builder().timeouts(setup=0.2)):
                pass


async def test_an_unreachable_host_says_where_and_why() -> None:
    with pytest.raises(ConnectError, match=r"127\.0\.0\.1:9 cannot be reached"):
        async with Live.builder().connect_google_ai("k", base_url="ws://127.0.0.1:9"):
            pass


async def test_mistakes_are_told_at_once_and_before_any_dial() -> None:
    live = Live.builder().model("gemini-3.8-live-extended-thinking").phase("a").transition("b", bool).done()
    with pytest.raises(ConfigError) as caught:
        async with live.connect_google_ai("", base_url="ftp://nowhere"):
            pass
    told = str(caught.value)
    assert "api_key is empty" in told
    assert "base_url" in told
    assert "thinkingLevel" in told
    assert "initial phase" in told
    assert len(caught.value.problems) >= 4


async def test_garbage_in_mid_call_is_skipped_told_and_counted() -> None:
    async with (
        open_emulator(faults=FaultPlan.of("garbage", "generation"), pace=None, realtime_playback=False) as emulator,
        call(emulator) as session,
        session.events() as stream,
    ):
        await session.send_text("What does it cost?")
        seen = []
        async for event in stream:
            seen.append(event)
            if isinstance(event, events.TurnComplete):
                break
        assert any(isinstance(event, events.Error) and "skipped" in event.message for event in seen)
        assert any(isinstance(event, events.OutputTranscript) for event in seen)
        assert session.telemetry.snapshot()["undecodable_frames"] == 1


async def test_odd_and_empty_audio_do_no_harm() -> None:
    async with open_emulator(pace=None, realtime_playback=False) as emulator, call(emulator) as session:
        for piece in (b"", b"\0", b"\0\0\0", b"\0" * 641):
            await session.send_audio(piece)
        with pytest.raises(TypeError, match="PCM16"):
            await session.send_audio("not sound")  # type: ignore[arg-type]  # the mistake under test
        await session.flush()
        assert session.phase.value == "Active"


async def test_sending_after_the_end_says_so_at_once() -> None:
    async with open_emulator(pace=None, realtime_playback=False) as emulator, call(emulator) as session:
        await session.disconnect()
        for send in (session.send_text("x"), session.send_audio(b"\0\0"), session.send_video(b"jpeg")):
            with pytest.raises(SessionClosed):
                await send
