from __future__ import annotations

import pytest

from trio_live.emulator._audio._babble import babble
from trio_live.emulator._audio._hearing import SpeechHearing, audio_rate, vad_config
from trio_live.voice import VadEvent
from trio_live.wire import AutomaticActivityDetection, Blob, Platform

SPEECH = babble("A few words to be heard.", rate=16_000)
SILENCE = bytes(64_000)


def hearing(detection: AutomaticActivityDetection | None = None) -> SpeechHearing:
    return SpeechHearing(vad_config(detection, Platform.GOOGLE_AI))


def pcm(data: bytes, rate: int = 16_000) -> Blob:
    return Blob(mime_type=f"audio/pcm;rate={rate}", data=data)


@pytest.mark.parametrize(
    ("mime", "rate"),
    [
        ("audio/pcm;rate=16000", 16_000),
        ("audio/pcm; rate=24000; channels=1", 24_000),
        ("AUDIO/PCM;RATE=8000", 8_000),
        ("audio/pcm", 16_000),
        ("audio/l16;rate=16000", 16_000),
        (None, 16_000),
        ("audio/pcm;rate=5", None),
        ("audio/pcm;rate=999999", None),
        ("audio/wav", None),
        ("video/mp4", None),
    ],
)
def test_the_mime_type_tells_the_rate(mime: str | None, rate: int | None) -> None:
    assert audio_rate(mime) == rate


def test_the_edges_of_speech_are_heard() -> None:
    listener = hearing()
    told = [(listener.hear(blob), listener.speaking) for blob in (pcm(SPEECH), pcm(SILENCE))]
    assert told == [([VadEvent.SPEECH_START], True), ([VadEvent.SPEECH_END], False)]


def test_what_is_no_audio_is_not_heard() -> None:
    assert hearing().hear(Blob(mime_type="image/png", data=b"1")) is None


def test_a_change_of_rate_is_followed() -> None:
    listener = hearing()
    listener.hear(pcm(bytes(3200)))
    assert listener.hear(pcm(babble("Hello there.", rate=24_000), 24_000)) == [VadEvent.SPEECH_START]


def test_it_counts_what_it_hears() -> None:
    listener = hearing()
    news = [listener.has_news]
    for seconds in (1.0, 0.5):
        listener.hear(pcm(bytes(round(32_000 * seconds))))
        news.append(listener.has_news)
        assert listener.take_heard() == pytest.approx(seconds)
        news.append(listener.has_news)
    assert news == [False, True, False, True, False]
    assert listener.heard_seconds == pytest.approx(1.5)


def test_a_flush_ends_the_utterance_it_is_in() -> None:
    listener = hearing()
    listener.hear(pcm(SPEECH))
    assert listener.flush()
    assert not listener.flush()


@pytest.mark.parametrize(
    ("detection", "platform", "hangover", "start_db", "speech_frames"),
    [
        (None, Platform.GOOGLE_AI, 20, 15.0, 2),
        (None, Platform.VERTEX, 33, 21.0, 2),
        (
            AutomaticActivityDetection(end_of_speech_sensitivity="END_SENSITIVITY_LOW"),
            Platform.GOOGLE_AI,
            33,
            15.0,
            2,
        ),
        (AutomaticActivityDetection(silence_duration_ms=300), Platform.VERTEX, 10, 21.0, 2),
        (AutomaticActivityDetection(silence_duration_ms=0, prefix_padding_ms=0), Platform.GOOGLE_AI, 1, 15.0, 1),
        (AutomaticActivityDetection(prefix_padding_ms=90), Platform.GOOGLE_AI, 20, 15.0, 3),
        (AutomaticActivityDetection(prefix_padding_ms=5000), Platform.GOOGLE_AI, 20, 15.0, 6),
        (
            AutomaticActivityDetection(start_of_speech_sensitivity="START_SENSITIVITY_LOW"),
            Platform.GOOGLE_AI,
            20,
            21.0,
            2,
        ),
    ],
)
def test_the_detector_is_set_as_the_client_wishes(
    detection: AutomaticActivityDetection | None, platform: Platform, hangover: int, start_db: float, speech_frames: int
) -> None:
    config = vad_config(detection, platform)
    assert (config.hangover_frames, config.start_threshold_db, config.min_speech_frames) == (
        hangover,
        start_db,
        speech_frames,
    )


def test_silence_of_the_wished_length_ends_an_utterance() -> None:
    listener = hearing(AutomaticActivityDetection(silence_duration_ms=900))
    listener.hear(pcm(SPEECH))
    assert listener.hear(pcm(bytes(round(0.5 * 32_000)))) == []
    assert listener.hear(pcm(bytes(round(0.5 * 32_000)))) == [VadEvent.SPEECH_END]
