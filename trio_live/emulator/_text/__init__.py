"""The text API of the emulator: a persona that is asked in text, one question at a time. Pure."""

from trio_live.emulator._text._answers import BadQuestion, answer_question, cut

__all__ = ["BadQuestion", "answer_question", "cut"]
