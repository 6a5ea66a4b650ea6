"""``trio-live chat --voice`` over WAV files; a headset is a matter of `trio_live.audio`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.processes import TRIO_LIVE, finish
from trio_live.audio import read_wav, write_wav
from trio_live.cli._commands import cli
from trio_live.cli._demo import read_recording
from trio_live.cli._voice_chat import SoundOf
from trio_live.voice._internal import energy_dbfs

run = functools.partial(finish, *TRIO_LIVE)


def test_a_file_is_said_and_its_answer_is_heard(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", bytes(16_000) + read_recording("hello.wav") + bytes(48_000), 16_000)
    ended = run(
        "chat",
        "--emulator",
        "--said",
        str(tmp_path / "said.wav"),
        "--played",
        str(tmp_path / "played.wav"),
        "--time-scale",
        "8",
    )
    assert ended.returncode == 0, ended.stderr
    assert "Assistant:" in ended.stdout
    played = read_wav(tmp_path / "played.wav", 24_000)
    assert energy_dbfs(played) > -60


def test_without_the_extra_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    result = CliRunner().invoke(cli, ["chat", "--voice", "--emulator"])
    assert result.exit_code == 1
    assert result.output == "Error: a microphone needs sounddevice: pip install 'trio-live[audio]'\n"


def test_a_file_that_does_not_exist_is_told() -> None:
    result = CliRunner().invoke(cli, ["chat", "--said", "nowhere.wav"])
    assert result.exit_code == 1
    assert "nowhere.wav cannot be read as WAV" in result.output


def test_a_device_is_chosen_by_its_number_or_its_name() -> None:
    from trio_live.cli._voice_chat import _chosen

    assert (_chosen("3"), _chosen("Headset"), _chosen(None)) == (3, "Headset", None)
    assert SoundOf().length is None
