from __future__ import annotations

import sys

import pytest

from trio_live.audio import AudioDeviceInfo
from trio_live.cli._doctor import _machine
from trio_live.cli._doctor._findings import Status
from trio_live.cli._doctor._machine import hold_talk, judge_devices, look_at_devices, look_at_timer, time_naps
from trio_live.errors import ConnectError

HEADSET = AudioDeviceInfo(index=0, name="Headset", inputs=1, outputs=2, rate=48_000, is_default_input=True)
SPEAKERS = AudioDeviceInfo(index=1, name="Speakers", inputs=0, outputs=2, rate=48_000, is_default_output=True)


async def test_short_sleeps_are_timed() -> None:
    assert 0 <= await time_naps() < 5


@pytest.mark.parametrize(("late", "status"), [(0.001, Status.OK), (0.08, Status.WARNING)])
def test_a_machine_that_wakes_too_late_is_told(late: float, status: Status) -> None:
    finding = look_at_timer(late)
    assert finding.status is status
    assert f"{late * 1000:.1f} ms" in finding.found


@pytest.mark.parametrize(
    ("devices", "status", "words"),
    [
        ([HEADSET, SPEAKERS], Status.OK, "Headset and Speakers"),
        ([HEADSET], Status.OK, "Headset and Headset"),
        ([SPEAKERS], Status.WARNING, "no microphone"),
        ([], Status.WARNING, "no audio device"),
    ],
)
def test_what_hears_and_plays(devices: list[AudioDeviceInfo], status: Status, words: str) -> None:
    finding = judge_devices(devices)
    assert finding.status is status
    assert words in finding.found


def test_without_the_extra_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    finding = look_at_devices()
    assert finding.status is Status.WARNING
    assert "pip install 'trio-live[audio]'" in finding.found


async def test_a_call_on_this_machine_works() -> None:
    finding = await hold_talk()
    assert finding.status is Status.OK
    assert "the emulator answered" in finding.found


async def test_a_call_that_fails_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectError("it is refused")

    monkeypatch.setattr(_machine, "open_emulator", refuse)
    finding = await hold_talk()
    assert finding.status is Status.PROBLEM
    assert "it is refused" in finding.found
