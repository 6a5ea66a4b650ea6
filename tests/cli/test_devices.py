from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from trio_live.cli._commands import cli

HEADSET = {"name": "Headset", "max_input_channels": 1, "max_output_channels": 2, "default_samplerate": 48_000.0}


def listed(monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any]) -> str:
    module = SimpleNamespace(
        PortAudioError=RuntimeError, default=SimpleNamespace(device=(0, -1)), query_devices=lambda: found
    )
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    result = CliRunner().invoke(cli, ["devices"])
    assert result.exit_code == 0
    return result.output


def test_devices_are_listed_with_a_star_at_what_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(monkeypatch, HEADSET) == "  0  1 in*  2 out    48000 Hz  Headset\n"


def test_a_machine_without_devices_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(monkeypatch) == "this machine has no audio device\n"


def test_a_missing_library_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    result = CliRunner().invoke(cli, ["devices"])
    assert result.exit_code == 1
    assert result.output == "Error: a list of devices needs sounddevice: pip install 'trio-live[audio]'\n"
