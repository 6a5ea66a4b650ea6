"""Real devices, as far as a machine without any can show: a driver in a thread of its own, in the place of sounddevice."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

import pytest
import trio

from trio_live.audio import AudioDeviceInfo, list_devices, open_device
from trio_live.errors import ConfigError


class PortAudioError(Exception):
    pass


class Stream:
    """Calls back from a thread of its own, some pieces as fast as it can."""

    latency = 0.04

    def __init__(self, callback: Callable[..., None], **settings: Any) -> None:
        self.callback, self.settings = callback, settings
        self.pieces: list[bytes] = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()

    def run(self) -> None:
        while not self.stopped.is_set():
            data = bytearray(2 * self.settings["blocksize"])
            self.callback(data, self.settings["blocksize"], None, None)
            self.pieces.append(bytes(data))
            time.sleep(0.001)


class Hearing(Stream):
    def run(self) -> None:
        while not self.stopped.is_set():
            self.callback(memoryview(b"\x07\x00" * self.settings["blocksize"]), self.settings["blocksize"], None, None)
            time.sleep(0.001)


DEVICES = [
    {"name": "Headset", "max_input_channels": 1, "max_output_channels": 2, "default_samplerate": 48_000.0},
    {"name": "HDMI", "max_input_channels": 0, "max_output_channels": 8, "default_samplerate": 24_000.0},
]


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    streams: list[Stream] = []

    def query(device: int | None = None, kind: str | None = None) -> Any:
        if device == 99:
            raise ValueError("no such device: 99")
        return DEVICES if kind is None else DEVICES[0 if kind == "input" else 1]

    def opened(kind: type[Stream]) -> Callable[..., Stream]:
        def open_it(**settings: Any) -> Stream:
            streams.append(kind(**settings))
            return streams[-1]

        return open_it

    module = SimpleNamespace(
        PortAudioError=PortAudioError,
        default=SimpleNamespace(device=(0, 1)),
        query_devices=query,
        RawInputStream=opened(Hearing),
        RawOutputStream=opened(Stream),
        streams=streams,
    )
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


def test_devices_are_listed(sounddevice: SimpleNamespace) -> None:
    assert list_devices() == (
        AudioDeviceInfo(index=0, name="Headset", inputs=1, outputs=2, rate=48_000, is_default_input=True),
        AudioDeviceInfo(index=1, name="HDMI", inputs=0, outputs=8, rate=24_000, is_default_output=True),
    )


def test_a_driver_that_cannot_list_says_why(sounddevice: SimpleNamespace) -> None:
    def fail() -> None:
        raise PortAudioError("not initialised")

    sounddevice.query_devices = fail
    with pytest.raises(ConfigError, match="cannot list devices: not initialised"):
        list_devices()


@pytest.mark.parametrize("missing", ["sounddevice", "_sounddevice"])
async def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigError, match=r"pip install 'trio-live\[audio\]'"):
        list_devices()
    with pytest.raises(ConfigError, match=r"pip install 'trio-live\[audio\]'"):
        async with open_device():
            pass


async def test_a_device_hears_and_plays_from_its_own_thread_and_stops_when_left(sounddevice: SimpleNamespace) -> None:
    async with open_device() as device:
        assert (device.microphone.rate, device.speakers.rate) == (48_000, 24_000)
        assert device.speakers.latency == 0.04
        device.speakers.play(b"\x09\x00" * 9_600)
        heard = await device.microphone.receive()
        with trio.fail_after(20):
            await device.speakers.wait_quiet()
    assert heard.count(b"\x07") > 100
    hearing, playing = sounddevice.streams
    assert not hearing.thread.is_alive()
    assert not playing.thread.is_alive()
    assert b"".join(playing.pieces).count(b"\x09") == 9_600
    assert hearing.settings["samplerate"] == 48_000
    assert hearing.settings["blocksize"] == 960


async def test_a_device_that_does_not_exist_is_told(sounddevice: SimpleNamespace) -> None:
    with pytest.raises(ConfigError, match=r"cannot be opened: no such device: 99; `trio-live devices` lists"):
        async with open_device(input_device=99):
            pass
