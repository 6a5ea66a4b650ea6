"""Microphones and speakers: real ones (extra ``audio``), WAV files, and none at all, with one way to talk over each.

Everything between a driver's thread and Trio is bounded, and counted where it is dropped.
"""

from __future__ import annotations

from trio_live.audio._denoise import Denoiser
from trio_live.audio._device import (
    AudioDevice,
    Sink,
    Source,
    VoiceSession,
    open_null_device,
    open_paced_device,
    open_wav_device,
    read_wav,
    write_wav,
)
from trio_live.audio._ends import Microphone, Speakers
from trio_live.audio._hardware import AudioDeviceInfo, list_devices, open_device
from trio_live.audio._meter import LevelMeter
from trio_live.audio._resampler import Resampler

__all__ = [
    "AudioDevice",
    "AudioDeviceInfo",
    "Denoiser",
    "LevelMeter",
    "Microphone",
    "Resampler",
    "Sink",
    "Source",
    "Speakers",
    "VoiceSession",
    "list_devices",
    "open_device",
    "open_null_device",
    "open_paced_device",
    "open_wav_device",
    "read_wav",
    "write_wav",
]
