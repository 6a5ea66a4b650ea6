"""How what was said by voice is written down, and answered."""

from __future__ import annotations

import attrs

from trio_live.emulator._engines import Expected, expected_of
from trio_live.emulator._persona import Decision, Say
from trio_live.emulator._service import Meter, SessionSettings
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._responder import Responder


@attrs.frozen
class SpeechAnswers:
    """Writes down what was said, and decides what to answer. The `Answers` of `SpokenTurns`."""

    context: SessionContext
    settings: SessionSettings
    responder: Responder
    meter: Meter

    @property
    def is_answered(self) -> bool:
        """Whether a turn comes of what is said; otherwise it is only written down."""
        return self.settings.completes_turns

    @property
    def is_interruptible(self) -> bool:
        """Whether a user who begins to speak cuts the model off."""
        return self.settings.is_interruptible

    @property
    def is_told(self) -> bool:
        """Whether the client wants to know what was understood."""
        return self.settings.setup.input_audio_transcription is not None or not self.is_answered

    @property
    def is_told_whole(self) -> bool:
        """Whether it is told an utterance in one piece."""
        return self.context.dialect.whole_input_transcript or not self.is_answered

    def transcribe(self, heard: str) -> None:
        """Write down what was said; no turn comes of it."""
        self.tell(heard)
        generation_complete = self.context.dialect.generation_complete(self.meter.close_turn())
        self.context.put(generation_complete, "generation complete")

    def guess(self, text: str) -> None:
        """Tell what is understood so far; the next guess, or the transcript, replaces it."""
        self.context.put(self.context.dialect.interim_transcript(text), f"guesses {text!r}")

    def tell(self, text: str) -> None:
        """Tell a piece of the transcript."""
        self.context.put(self.context.dialect.input_transcript(text), f"hears {text!r}")

    def answer(self, heard: str) -> Decision:
        """Decide what to answer."""
        decision = self.responder.answer(heard)
        if self.settings.profile.translates and decision.because == "default":
            # A persona that does not say how something is translated leaves it as it was.
            return attrs.evolve(decision, actions=(Say((heard,)),))
        return decision

    def next_utterance(self) -> str:
        """The next of the persona's utterances."""
        return self.responder.next_utterance()

    def note(self, text: str) -> None:
        """Write a line into the log."""
        self.context.log.note(text)

    def expected(self) -> Expected:
        """What can be said just now."""
        wish = self.settings.setup.input_audio_transcription
        further = (wish.custom_vocabulary if wish is not None else None) or ()
        return expected_of(self.context.persona, self.responder.memory.state, further)
