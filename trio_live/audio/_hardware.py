"""Real devices, through PortAudio: what there is, and one opened."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from types import ModuleType
from typing import Any

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.audio._device import AudioDevice
from trio_live.audio._ends import FRAME, Microphone, Speakers
from trio_live.audio._libraries import needed_for
from trio_live.errors import ConfigError


@value(kw_only=True)
class AudioDeviceInfo:
    """One device of this machine."""

    index: int
    """By which it can be chosen, as by a part of its name."""
    name: str
    inputs: int
    """Channels that it hears."""
    outputs: int
    """Channels that it plays."""
    rate: int
    """Samples per second that it likes best."""
    is_default_input: bool = False
    is_default_output: bool = False


def list_devices() -> tuple[AudioDeviceInfo, ...]:
    """The microphones and speakers of this machine; none is no error.

    Raises:
        ConfigError: the extra ``audio``, or the library PortAudio, is missing.
    """
    with needed_for("a list of devices"):
        import sounddevice as sd
    try:
        found, (default_in, default_out) = sd.query_devices(), sd.default.device
    except sd.PortAudioError as problem:
        raise ConfigError(f"PortAudio cannot list devices: {problem}") from problem
    return tuple(
        AudioDeviceInfo(
            index=index,
            name=each["name"],
            inputs=each["max_input_channels"],
            outputs=each["max_output_channels"],
            rate=round(each["default_samplerate"]),
            is_default_input=index == default_in,
            is_default_output=index == default_out,
        )
        for index, each in enumerate(found)
    )


@asynccontextmanager
async def open_device(
    *, input_device: int | str | None = None, output_device: int | str | None = None, latency: Seconds | None = None
) -> AsyncGenerator[AudioDevice, None]:
    """The microphone and the speakers of this machine. There is no echo canceller in it: wear a headset.

    Args:
        input_device: which, by index or by a part of its name; the system's choice if none is given.
        output_device: likewise.
        latency: seconds that the driver may buffer; its own choice if none is given.

    Raises:
        ConfigError: the extra ``audio`` or the library PortAudio is missing, there is no such device, or it cannot be opened.
    """
    with needed_for("a microphone"):
        import sounddevice as sd
    with ExitStack() as streams:
        try:
            microphone, hears = _microphone(sd, input_device, latency)
            streams.enter_context(hears)
            speakers, plays = _speakers(sd, output_device, latency)
            streams.enter_context(plays)
        except (sd.PortAudioError, ValueError) as problem:
            raise ConfigError(
                f"the audio device cannot be opened: {problem}; `trio-live devices` lists what there is"
            ) from problem
        yield AudioDevice(microphone, speakers)


def _microphone(sd: ModuleType, device: int | str | None, latency: Seconds | None) -> tuple[Microphone, Any]:
    microphone = Microphone(_rate_of(sd, device, "input"))

    def hear(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        microphone.push(bytes(data))

    return microphone, sd.RawInputStream(callback=hear, **_settings(microphone.rate, device, latency))


def _speakers(sd: ModuleType, device: int | str | None, latency: Seconds | None) -> tuple[Speakers, Any]:
    speakers = Speakers(_rate_of(sd, device, "output"))

    def play(out: Any, frames: int, _time: Any, _status: Any) -> None:
        out[:] = speakers.pull(frames)

    stream = sd.RawOutputStream(callback=play, **_settings(speakers.rate, device, latency))
    speakers.latency = float(stream.latency)
    return speakers, stream


def _rate_of(sd: ModuleType, device: int | str | None, kind: str) -> int:
    return int(sd.query_devices(device, kind)["default_samplerate"])


def _settings(rate: int, device: int | str | None, latency: Seconds | None) -> dict[str, Any]:
    return {
        "samplerate": rate,
        "blocksize": round(rate * FRAME),
        "device": device,
        "channels": 1,
        "dtype": "int16",
        "latency": latency,
    }
