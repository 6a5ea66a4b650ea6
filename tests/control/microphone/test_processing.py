"""Processors on the microphone's way, over a whole session in memory."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from trio.testing import MockClock

from tests.peer import builder, call, reading, settled
from trio_live import ConfigError, events
from trio_live.audio import Resampler
from trio_live.voice import SileroBackend

FRAME = 480
QUIET, LOUD = 20, 8_000


def sound(amplitude: int, samples: int) -> bytes:
    return struct.pack(f"<{samples}h", *(amplitude if index // 8 % 2 else -amplitude for index in range(samples)))


async def test_processors_change_the_sound_in_their_order_before_it_is_heard_and_sent(
    autojump_clock: MockClock,
) -> None:
    async with call(builder().mic_gain(40).mic_noise_gate(-20).input_vad()) as (session, _):
        await session.send_audio(sound(50, 10 * FRAME))
        assert session.voice_state.user_speaking
    async with call(builder().mic_noise_gate(-20).mic_gain(40).input_vad()) as (session, peer):
        await session.send_audio(sound(50, 10 * FRAME))
        assert not session.voice_state.user_speaking
        await settled()
        assert peer.received[-1]["realtimeInput"]["audio"]["data"].strip("A=") == ""


async def test_without_a_detector_the_sound_is_changed_all_the_same(autojump_clock: MockClock) -> None:
    async with call(builder().mic_gain(20)) as (session, peer):
        await session.send_audio(b"\x01\x00\x02")
        await session.send_audio(b"\x00")
        await settled()
        sent = [frame["realtimeInput"]["audio"]["data"] for frame in peer.received if "realtimeInput" in frame]
        assert sent == ["CgA=", "FAA="]


async def test_each_session_has_its_own_processors(autojump_clock: MockClock) -> None:
    made = []

    class Counting:
        def __init__(self) -> None:
            made.append(self)

        def process(self, pcm: bytes, /) -> bytes:
            return pcm

        def reset(self) -> None:
            pass

    live = builder().mic_processor(Counting)
    assert len(made) == 1, "at the call, to see that it is one"
    async with call(live), call(live):
        pass
    assert len(made) == 3


@pytest.mark.parametrize("answer", [None, "sound"])
async def test_a_processor_that_fails_is_reported_and_the_sound_passes(
    autojump_clock: MockClock, answer: str | None
) -> None:
    class Broken:
        def process(self, pcm: bytes, /) -> Any:
            if answer is None:
                raise ValueError("no")
            return answer

        def reset(self) -> None:
            pass

    live = builder().callback_errors("report").mic_processor(Broken)
    async with call(live) as (session, peer), reading(session) as seen:
        await session.send_audio(b"\x01\x02")
        await settled()
        assert peer.received[-1]["realtimeInput"]["audio"]["data"] == "AQI="
    assert any(isinstance(event, events.Error) and event.message.startswith("mic_processor: ") for event in seen)


async def test_a_resampler_takes_another_rate(autojump_clock: MockClock) -> None:
    async with call(builder().mic_processor(lambda: Resampler(48_000, 16_000)).input_vad()) as (session, peer):
        for amplitude in [QUIET] * 20 + [LOUD] * 20:
            pcm = struct.pack("<960h", *(amplitude if index // 24 % 2 else -amplitude for index in range(960)))
            await session.send_audio(pcm)
        assert session.voice_state.user_speaking
        await settled()
        sent = sum(len(each["realtimeInput"]["audio"]["data"]) for each in peer.received if "realtimeInput" in each)
        assert sent * 3 / 4 == pytest.approx(40 * 640, rel=0.05)


async def test_noise_is_taken_off_before_it_is_sent(autojump_clock: MockClock) -> None:
    async with call(builder().mic_denoise()) as (session, peer):
        for _ in range(20):
            await session.send_audio(sound(LOUD, 320))
        await settled()
        sent = [frame["realtimeInput"]["audio"]["data"] for frame in peer.received if "realtimeInput" in frame]
        assert [len(each) for each in sent] == [856] * 20
        assert sent[0].strip("A=") == "", "what comes out lags behind"


async def test_a_neural_detector_hears_a_session(autojump_clock: MockClock) -> None:
    async with call(builder().input_vad(backend=SileroBackend)) as (session, _):
        await session.send_audio(sound(QUIET, 1_600))
        assert session.input_vad_state is not None
        assert (session.input_vad_state.backend, session.input_vad_state.frames_processed) == ("silero", 3)


@pytest.mark.parametrize(
    ("set_up", "named"),
    [
        (lambda: builder().mic_gain(100), "gain of 100"),
        (lambda: builder().mic_noise_gate(5), "threshold of 5"),
    ],
)
def test_what_is_out_of_bounds_is_told_at_the_call(set_up: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        set_up()


def test_what_is_no_processor_is_told_at_the_call() -> None:
    with pytest.raises(TypeError, match="methods process"):
        builder().mic_processor(dict)  # type: ignore[arg-type]
