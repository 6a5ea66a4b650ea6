"""What becomes of speech: who said what, told to the client and answered.

There are two ways to know. `ListedTurns` takes it from the persona's list, turn by turn: nothing is recognised.
`RecognisedTurns` has a recogniser listen. Both are told where speech begins and ends, and perform the same: they write the
transcript, and ask for an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import trio

from trio_live.emulator._audio import pieces
from trio_live.emulator._engines import NOISE, Expected, GrowingTranscript, Recognition
from trio_live.emulator._persona import Decision
from trio_live.emulator._speech._listener import SpeechListener
from trio_live.emulator._speech._recognition_service import RecognitionService

INPUT_WORDS_PER_DELTA: Final = 2


class Answers(Protocol):
    """Writes down what was said, and decides what to answer."""

    @property
    def is_answered(self) -> bool:
        """Whether a turn comes of what is said; otherwise it is only written down."""
        ...

    @property
    def is_interruptible(self) -> bool:
        """Whether a user who begins to speak cuts the model off."""
        ...

    @property
    def is_told(self) -> bool:
        """Whether the client wants to know what was understood."""
        ...

    @property
    def is_told_whole(self) -> bool:
        """Whether it is told an utterance in one piece."""
        ...

    def transcribe(self, heard: str) -> None:
        """Write down what was said; no turn comes of it."""
        ...

    def guess(self, text: str) -> None:
        """Tell what is understood so far."""
        ...

    def tell(self, text: str) -> None:
        """Tell a piece of the transcript."""
        ...

    def answer(self, heard: str) -> Decision:
        """Decide what to answer."""
        ...

    def next_utterance(self) -> str:
        """The next of the persona's utterances."""
        ...

    def note(self, text: str) -> None:
        """Write a line into the log."""
        ...

    def expected(self) -> Expected:
        """What can be said just now."""
        ...


class Turns(Protocol):
    """Runs the turns of the model."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being said, and nothing waits to be."""
        ...

    def will_ask(self, decide: Callable[[], Decision]) -> bool:
        """Whether the running turn still hesitates, and is going to ask this what to do."""
        ...

    def answer_speech(self, decide: Callable[[], Decision], since: float | None = None) -> None:
        """Answer after a moment of hesitation, counted from an instant."""
        ...

    def answer_later(self, decide: Callable[[], Decision]) -> None:
        """Answer as soon as nothing else is being said."""
        ...


class SpokenTurns(Protocol):
    """Knows what was said."""

    @property
    def is_busy(self) -> bool:
        """Whether something that was said is still to be recognised, and answered."""
        ...

    async def run(self) -> None:
        """Recognise, until cancelled, or until it turns out that there is nothing to do."""
        ...

    def take(self, pcm: bytes, rate: int) -> None:
        """Take the next piece of the stream, speech or not."""
        ...

    def begin(self) -> None:
        """Speech begins."""
        ...

    def end(self) -> None:
        """Speech ends, and is to be answered."""
        ...

    def drop(self) -> None:
        """What was being said is to be passed over."""
        ...


def spoken_turns(answers: Answers, turns: Turns, recognition: RecognitionService | None) -> SpokenTurns:
    """How this emulator knows what is said.

    Args:
        answers: writes it down, and answers it.
        turns: asked for the answers.
        recognition: the recogniser; ``None`` for the persona's list.
    """
    return ListedTurns(answers, turns) if recognition is None else RecognisedTurns(answers, turns, recognition)


class ListedTurns:
    """What is said is the next of the persona's utterances, whatever it sounds like."""

    is_busy: Final = False

    async def run(self) -> None:
        """Nothing is recognised."""
        await trio.lowlevel.checkpoint()

    def __init__(self, answers: Answers, turns: Turns) -> None:
        self._answers = answers
        self._turns = turns

    def take(self, pcm: bytes, rate: int) -> None:
        """Nothing is recognised."""

    def begin(self) -> None:
        """Nothing is recognised."""

    def drop(self) -> None:
        """Nothing is recognised."""

    def end(self) -> None:
        """The next utterance was said; which it is, is decided when it is answered: the speaker may go on."""
        if self._answers.is_answered:
            self._turns.answer_speech(self._answer)
        else:
            heard = self._answers.next_utterance()
            deltas = pieces(heard, INPUT_WORDS_PER_DELTA)
            for end in range(1, len(deltas)):
                self._answers.guess("".join(deltas[:end]))
            self._answers.transcribe(heard)

    def _answer(self) -> Decision:
        heard = self._answers.next_utterance()
        if self._answers.is_told:
            deltas = [heard] if self._answers.is_told_whole else pieces(heard, INPUT_WORDS_PER_DELTA)
            for delta in deltas:
                self._answers.tell(delta)
        return self._answers.answer(heard)


class RecognisedTurns:
    """What is said is what a recogniser makes out.

    An utterance may come in parts: somebody who goes on before the answer has begun was not done. Parts that were not
    answered are answered together.
    """

    def __init__(self, answers: Answers, turns: Turns, recognition: RecognitionService) -> None:
        self._answers = answers
        self._least_confidence = recognition.least_confidence
        self._turns = turns
        self._parts: list[str] = []
        self._transcript = GrowingTranscript()
        self._guessed = ""
        self._listener = SpeechListener(recognition, answers.expected, self, answers.note)

    async def run(self) -> None:
        """Recognise, until cancelled.

        Cancellation: comes through when a thread is done with its piece.
        """
        await self._listener.run()

    @property
    def is_busy(self) -> bool:
        """Whether something that was said is still to be recognised, and answered."""
        return self._listener.is_busy

    def take(self, pcm: bytes, rate: int) -> None:
        """Take the next piece of the stream, speech or not."""
        self._listener.take(pcm, rate)

    def begin(self) -> None:
        """Somebody begins to speak, or goes on."""
        self._listener.begin()

    def end(self) -> None:
        """Somebody has spoken; the answer comes when it is known what was said."""
        self._listener.end(trio.current_time())

    def drop(self) -> None:
        """What was being said is to be passed over."""
        self._listener.drop()
        self._parts.clear()

    # -- what the listener tells

    def guessed(self, recognition: Recognition) -> None:
        """Tell the client the words so far."""
        text = recognition.or_noise(self._least_confidence)
        if text == NOISE or not self._answers.is_told:
            return
        if self._answers.is_told_whole:
            if text != self._guessed:
                self._answers.guess(text)
            self._guessed = text
        elif delta := self._transcript.guess(text):
            self._answers.tell(self._lead + delta)

    def recognised(self, recognition: Recognition, *, ended_at: float) -> None:
        """Tell the client what was said, and answer it, unless the speaker goes on."""
        heard = recognition.or_noise(self._least_confidence)
        self._answers.note(f"recognises {recognition.text!r}, sure to {recognition.confidence:.0%}")
        if not self._answers.is_answered:
            self._answers.transcribe(heard)
            return
        if self._answers.is_told:
            rest = heard if self._answers.is_told_whole else self._transcript.finish(heard)
            self._answers.tell(self._lead + rest)
        self._transcript, self._guessed = GrowingTranscript(), ""
        self._parts.append(heard)
        if self._listener.is_busy and self._answers.is_interruptible:
            return  # the speaker has gone on, and is answered then
        if self._turns.will_ask(self._answer):
            return  # for all parts
        if self._turns.is_idle:
            self._turns.answer_speech(self._answer, since=ended_at)
        else:
            said = self._take_parts()
            self._turns.answer_later(lambda: self._answers.answer(said))

    def _answer(self) -> Decision:
        return self._answers.answer(self._take_parts())

    def _take_parts(self) -> str:
        parts, self._parts = self._parts, []
        return " ".join([part for part in parts if part != NOISE] or parts[:1])

    @property
    def _lead(self) -> str:
        """What stands before the next piece of a transcript that has begun."""
        return " " if self._parts else ""
