"""Hearing: bytes from the client's microphone in, edges of speech out. No speech is recognised."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.voice import INPUT_VAD, BackendInputVad, VadConfig, VadEvent
from trio_live.wire import AutomaticActivityDetection, Blob, Platform

HEARD_RATES: Final = range(8_000, 48_001)
"""Sample rates that carry a voice."""
ASSUMED_RATE: Final = 16_000
"""What ``audio/pcm`` without a rate is taken for. The real servers may hear nothing at all."""

SILENCE_MS: Final = {"END_SENSITIVITY_HIGH": 600, "END_SENSITIVITY_LOW": 1000}
"""How much silence ends an utterance when the client names no length."""
START_DB: Final = {"START_SENSITIVITY_HIGH": INPUT_VAD.start_threshold_db, "START_SENSITIVITY_LOW": 21.0}
"""How far speech must stand out of the room."""
_DEFAULTS: Final = {Platform.GOOGLE_AI: "HIGH", Platform.VERTEX: "LOW"}
"""The sensitivity of both kinds when the client names none."""

MOST_SPEECH_FRAMES: Final = 6
"""A longer run without a single quiet frame is rare even in fluent speech, so more would mean deafness."""

_RATE: Final = re.compile(r"\brate\s*=\s*(\d+)", re.IGNORECASE)


def vad_config(detection: AutomaticActivityDetection | None, platform: Platform) -> VadConfig:
    """The detector's settings for what a client asked for."""
    wish = detection or AutomaticActivityDetection()
    usual = _DEFAULTS[platform]
    silence_ms = wish.silence_duration_ms
    if silence_ms is None:
        name = wish.end_of_speech_sensitivity or ""
        silence_ms = SILENCE_MS.get(name, SILENCE_MS[f"END_SENSITIVITY_{usual}"])
    start_db = START_DB.get(wish.start_of_speech_sensitivity or "", START_DB[f"START_SENSITIVITY_{usual}"])
    frame_ms = INPUT_VAD.frame_duration_ms
    speech_frames = INPUT_VAD.min_speech_frames
    if wish.prefix_padding_ms is not None:
        speech_frames = min(max(1, wish.prefix_padding_ms // frame_ms), MOST_SPEECH_FRAMES)
    return attrs.evolve(
        INPUT_VAD,
        start_threshold_db=start_db,
        min_speech_frames=speech_frames,
        hangover_frames=max(1, silence_ms // frame_ms),
    )


@lru_cache
def audio_rate(mime_type: str | None) -> int | None:
    """Samples per second of a blob, or ``None`` when it is not audio that can be heard."""
    if mime_type is not None and not mime_type.lower().lstrip().startswith(("audio/pcm", "audio/l16")):
        return None
    found = _RATE.search(mime_type or "")
    rate = int(found[1]) if found else ASSUMED_RATE
    return rate if rate in HEARD_RATES else None


class SpeechHearing:
    """Listens to one client."""

    def __init__(self, config: VadConfig) -> None:
        self._config = config
        self._vad = BackendInputVad(config)
        self.heard_seconds: Seconds = 0.0
        """How much audio has come in altogether."""
        self._counted: Seconds = 0.0

    @property
    def rate(self) -> int:
        """Samples per second of what was heard last."""
        return self._vad.config.sample_rate

    @property
    def speaking(self) -> bool:
        """Whether the user is speaking."""
        return self._vad.speaking

    def hear(self, blob: Blob) -> list[VadEvent] | None:
        """Listen to one piece of the stream.

        Returns:
            The edges of speech in it, or ``None`` when it is nothing that can be heard.
        """
        rate = audio_rate(blob.mime_type)
        if rate is None:
            return None
        if rate != self._vad.config.sample_rate:
            self._vad = BackendInputVad(attrs.evolve(self._config, sample_rate=rate))
        data = blob.data or b""
        self.heard_seconds += len(data) / (2 * rate)
        return self._vad.process_pcm_bytes(data)

    @property
    def has_news(self) -> bool:
        """Whether audio has come in since `take_heard`."""
        return self.heard_seconds > self._counted

    def take_heard(self) -> Seconds:
        """How much audio has come in since this was asked last."""
        length, self._counted = self.heard_seconds - self._counted, self.heard_seconds
        return length

    def flush(self) -> bool:
        """The microphone was switched off. Tells whether that ended an utterance."""
        was_speaking = self._vad.speaking
        self._vad.reset()
        return was_speaking
