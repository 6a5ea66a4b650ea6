"""A device and a session, over WAV files and over nothing, at the pace of the clock."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import attrs
import pytest
import trio
import trio.testing
from trio.testing import MockClock

from trio_live.audio import AudioDevice, open_null_device, open_paced_device, open_wav_device, read_wav, write_wav
from trio_live.errors import ConfigError

SECOND = 48_000


@attrs.define
class Session:
    """Notes what it is told, and when."""

    sent: bytearray = attrs.field(factory=bytearray)
    progress: list[tuple[float, float]] = attrs.field(factory=list)
    drained: list[float] = attrs.field(factory=list)
    frames: int = 0

    async def send_audio(self, data: bytes, /) -> None:
        self.sent += data
        self.frames += 1
        await trio.lowlevel.checkpoint()

    def playback_progress(self, played_ms: float, /) -> None:
        self.progress.append((trio.current_time(), played_ms))

    async def playback_drained(self) -> None:
        self.drained.append(trio.current_time())
        await trio.lowlevel.checkpoint()


def tone(seconds: float, rate: int) -> bytes:
    count = int(seconds * rate)
    return struct.pack(f"<{count}h", *(round(9_000 * math.sin(n / 15)) for n in range(count)))


async def talk(device: AudioDevice, session: Session, seconds: float, *, at: dict[float, bytes] | None = None) -> None:
    begin = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(device.talk, session)
        for when, sound in sorted((at or {}).items()):
            await trio.sleep_until(begin + when)
            device.speakers.play(sound)
        await trio.sleep_until(begin + seconds)
        nursery.cancel_scope.cancel()


async def test_a_null_device_says_silence_at_the_pace_of_real_time(autojump_clock: MockClock) -> None:
    session = Session()
    async with open_null_device() as device:
        await talk(device, session, 10.001)
    assert session.frames == pytest.approx(501, abs=1)
    assert set(session.sent) == {0}
    assert device.microphone.dropped == 0


async def test_the_pace_may_be_another(autojump_clock: MockClock) -> None:
    session = Session()
    async with open_null_device(scale=8) as device:
        await talk(device, session, 1.0)
    assert session.frames == pytest.approx(401, abs=2)


async def test_a_session_is_told_what_was_played_and_when_it_is_over(autojump_clock: MockClock) -> None:
    session = Session()
    async with open_null_device() as device:
        await talk(device, session, 5.0, at={1.0: bytes(SECOND), 3.0: bytes(SECOND // 2)})
    assert session.drained == [pytest.approx(2.0, abs=0.05), pytest.approx(3.5, abs=0.05)]
    assert [played for _, played in session.progress] == sorted(played for _, played in session.progress)
    for now, played in session.progress:
        assert played == pytest.approx(min(now - 1.0, 1.0) * 1000 if now < 2.9 else 1000 + (now - 3.0) * 1000, abs=45)


async def test_a_wav_file_is_said_and_another_one_gets_what_was_played(
    autojump_clock: MockClock, tmp_path: Path
) -> None:
    said, session = tone(0.7, 16_000), Session()
    write_wav(tmp_path / "said.wav", said, 16_000)
    async with open_wav_device(tmp_path / "said.wav", tmp_path / "played.wav") as device:
        await talk(device, session, 2.0, at={0.5: b"\x05\x00" * 12_000})
    assert bytes(session.sent[: len(said)]) == said
    assert set(session.sent[len(said) :]) == {0}
    played = read_wav(tmp_path / "played.wav", 24_000)
    assert len(played) == pytest.approx(2 * SECOND, abs=2_000)
    first = played.index(b"\x05") / SECOND
    assert first == pytest.approx(0.5, abs=0.03)
    assert played.count(b"\x05") == 12_000


async def test_source_and_sink_go_in_step(autojump_clock: MockClock) -> None:
    steps: list[tuple[int, int]] = []
    source = iter([b"\x01\x00" * 320, b"\x02\x00" * 10, b"\x03\x00" * 999]).__next__
    async with open_paced_device(
        lambda _: source() if len(steps) < 3 else b"", lambda *both: steps.append((len(both[0]), len(both[1])))
    ):
        await trio.sleep(0.1)
    assert set(steps) == {(640, 960)}
    assert len(steps) == pytest.approx(5, abs=1)


async def test_after_a_delay_the_pace_is_caught_up(autojump_clock: MockClock) -> None:
    session = Session()
    async with open_null_device() as device:
        await trio.testing.wait_all_tasks_blocked()
        autojump_clock.jump(0.5)
        await talk(device, session, 0.5)
    assert session.frames == pytest.approx(50, abs=2)


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_files_of_every_rate_can_be_read(tmp_path: Path, rate: int, channels: int) -> None:
    sound = tone(0.3, rate)
    if channels == 2:
        sound = b"".join(sound[start : start + 2] + b"\0\0" for start in range(0, len(sound), 2))
    write_wav(tmp_path / "any.wav", sound, rate, channels)
    assert len(read_wav(tmp_path / "any.wav")) / 32_000 == pytest.approx(0.3, abs=0.001)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read as WAV"):
        read_wav(tmp_path / "none.wav")
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(ConfigError, match="cannot be read as WAV"):
        read_wav(tmp_path / "text.wav")
    with wave.open(str(tmp_path / "bytes.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(16_000)
    with pytest.raises(ConfigError, match="1 channels of 8 bits"):
        read_wav(tmp_path / "bytes.wav")
