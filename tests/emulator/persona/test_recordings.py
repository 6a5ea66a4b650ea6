from __future__ import annotations

import wave
from pathlib import Path

import pytest
from trio.testing import MockClock

from tests.emulator.callers import audio, calling_persona
from trio_live.emulator import load_persona, load_voice_bank
from trio_live.emulator._audio import babble
from trio_live.emulator._persona._recordings import EMPTY_BANK
from trio_live.errors import ConfigError
from trio_live.voice._internal import pack

RECORDED = bytes(range(200)) * 48


def record(path: Path, pcm: bytes = RECORDED, *, rate: int = 24_000, channels: int = 1, width: int = 2) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(pcm)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    directory = tmp_path / "voice"
    directory.mkdir()
    record(directory / "hello.wav")
    (directory / "index.toml").write_text('[lines]\n"Hello, my friend!" = "hello.wav"\n')
    return directory


@pytest.mark.parametrize("line", ["Hello, my friend!", "hello my  friend", "HELLO MY FRIEND."])
def test_a_recording_is_found_by_its_words(bank: Path, line: str) -> None:
    assert load_voice_bank(bank).find(line) == RECORDED


def test_a_packed_recording_is_played_like_one_in_wav(bank: Path) -> None:
    (bank / "index.toml").write_text('[lines]\n"Hi." = "hi.steps"\n')
    (bank / "hi.steps").write_bytes(pack(RECORDED, 24_000))
    found = load_voice_bank(bank).find("hi")
    assert found is not None
    assert len(found) == len(RECORDED)
    (bank / "hi.steps").write_bytes(pack(RECORDED, 16_000))
    with pytest.raises(ConfigError, match="16000 Hz, not 24000"):
        load_voice_bank(bank)
    (bank / "hi.steps").write_bytes(b"RIFF")
    with pytest.raises(ConfigError, match="no packed recording"):
        load_voice_bank(bank)


def test_other_lines_have_no_recording(bank: Path) -> None:
    assert load_voice_bank(bank).find("Hello") is None
    assert EMPTY_BANK.find("Hello, my friend!") is None


async def test_recorded_lines_are_played_and_others_babbled(autojump_clock: MockClock, bank: Path) -> None:
    script = f'voice = "{bank}"\n[[default]]\nsay = "Hello, my friend!"\n[[default]]\nsay = "And goodbye."'
    async with calling_persona(script) as caller:
        await caller.setup()
        await caller.say("one")
        assert audio(await caller.turn()) == RECORDED
        await caller.say("two")
        assert audio(await caller.turn()) == babble("And goodbye.")


def test_a_persona_names_the_directory_beside_its_file(bank: Path) -> None:
    file = bank.parent / "someone.toml"
    file.write_text('name = "someone"\nvoice = "voice"\n')
    assert load_persona(file).voice == bank


def test_all_mistakes_of_a_bank_are_listed(tmp_path: Path) -> None:
    record(tmp_path / "fast.wav", rate=16_000)
    record(tmp_path / "stereo.wav", channels=2, width=1)
    (tmp_path / "noise.wav").write_bytes(b"not a recording")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "index.toml").write_text(
        '[lines]\na = "fast.wav"\nb = "stereo.wav"\nc = "noise.wav"\nd = "missing.wav"\ne = "empty.wav"\n'
    )
    with pytest.raises(ConfigError) as raised:
        load_voice_bank(tmp_path)
    fast, stereo, noise, missing, empty = raised.value.problems
    assert "16000 Hz, not 24000" in fast
    assert "2 channels, not one, 8 bits a sample, not 16" in stereo
    assert "noise.wav" in noise
    assert "missing.wav" in missing
    assert "empty.wav" in empty


@pytest.mark.parametrize("index", [None, "[lines"])
def test_a_bank_needs_an_index(tmp_path: Path, index: str | None) -> None:
    if index is not None:
        (tmp_path / "index.toml").write_text(index)
    with pytest.raises(ConfigError, match=r"index\.toml"):
        load_voice_bank(tmp_path)
