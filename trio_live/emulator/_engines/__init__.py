"""Engines of speech: who makes out what is said, and who speaks. They take their time, and are called in threads."""

from trio_live.emulator._engines._choosing import AUTO
from trio_live.emulator._engines._phrases import Expected, expected_of
from trio_live.emulator._engines._recognisers import ENGINES, TURNS, Engine, engine_named, hearing_names
from trio_live.emulator._engines._recognition import NOISE, RECOGNISED_RATE, Recogniser, Recognition, Utterance
from trio_live.emulator._engines._transcripts import GrowingTranscript
from trio_live.emulator._engines._voices import BABBLE, VOICES, Voice, VoiceEngine, speaking_names, voice_named

__all__ = [
    "AUTO",
    "BABBLE",
    "ENGINES",
    "NOISE",
    "RECOGNISED_RATE",
    "TURNS",
    "VOICES",
    "Engine",
    "Expected",
    "GrowingTranscript",
    "Recogniser",
    "Recognition",
    "Utterance",
    "Voice",
    "VoiceEngine",
    "engine_named",
    "expected_of",
    "hearing_names",
    "speaking_names",
    "voice_named",
]
