"""Listening and speaking: engines of speech at work in threads, while the loop goes on."""

from trio_live.emulator._speech._recognition_service import RecognitionService, recognition_for
from trio_live.emulator._speech._spoken_turns import SpokenTurns, spoken_turns
from trio_live.emulator._speech._synthesis import SpeechSynthesis, synthesis_for
from trio_live.emulator._speech._workers import Workers

__all__ = [
    "RecognitionService",
    "SpeechSynthesis",
    "SpokenTurns",
    "Workers",
    "recognition_for",
    "spoken_turns",
    "synthesis_for",
]
