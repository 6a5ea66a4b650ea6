"""The record of what was said, and the turn that is being said.

Pieces arrive in no order anybody could rely on: the user's words before, during or after the answer to them, or after
the end of the turn; the model's before or after its sound. The rules that make turns of them:

- *Nothing is lost and nothing is told twice.* Whatever was pushed as input stands in exactly one turn, in order.
- *Words of the user that come while the model speaks are late.* If the model is interrupted they are what interrupted
  it, and open the next turn. If it is not, they are the tail of the question and join it.
- *A typed line is never a tail.* Typed while the model speaks, it is the next question, and so is what follows it.
- *A fragment that comes after the end of its turn* opens the next one, unless whoever pushes it knows better: then it
  amends the turn that was closed last (`amend_input`, `amend_output`), and the others are told.
- *A pause in an answer* sets what follows it off by a space: what the model says while it works, and its answer.
- *Of a written and a spoken answer, the spoken one counts*, since it says what was heard. Where nothing was spoken the
  written one counts, and no interruption shortens it.

Strategy: the words of the user are kept in three lists, for the turn itself, the late ones, and those that are certain
to belong to the next turn; closing the turn joins the lists as the rules say. Nothing is ever moved before that, so
an interruption may be reported before or after the words that caused it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from trio_live._typing import Json, Seconds
from trio_live.conversation._pending import Pending, Words, joined
from trio_live.conversation._transcript import TranscriptTurn, TranscriptWindow, format_turns
from trio_live.errors import ConfigError
from trio_live.events import ToolCallSummary

DEFAULT_CAPACITY: Final = 50
"""Turns kept: several minutes of talk, and ten times the window that prompts are made from."""


class TranscriptBuffer:
    """The newest turns of a conversation, and the one in progress. One task owns it.

    Args:
        capacity: How many completed turns are kept; the oldest goes first.

    Raises:
        ConfigError: The capacity is below one.
    """

    __slots__ = ("_closed", "_pending", "_turn_count", "_turns")

    def __init__(self, capacity: int = DEFAULT_CAPACITY) -> None:
        if capacity < 1:
            raise ConfigError(f"a transcript that keeps {capacity} turns keeps nothing; the least is 1")
        self._turns: deque[TranscriptTurn] = deque(maxlen=capacity)
        self._turn_count = 0
        self._pending = Pending()
        self._closed = Pending()

    # The turn in progress.

    def push_input(self, text: str) -> None:
        """The user was heard to say this. Pieces are joined as they come: they bring their own spaces."""
        if text:
            pending = self._pending
            current = pending.late if pending.is_late else pending.user
            (pending.upcoming or current).append(Words(text))

    def push_typed(self, text: str) -> None:
        """The user typed this. It is a whole utterance, set off by a space from what stands beside it."""
        if text:
            pending = self._pending
            (pending.upcoming if pending.is_late else pending.user).append(Words(text, is_typed=True))

    def push_output(self, text: str) -> None:
        """The model said this."""
        if text:
            pending = self._pending
            pending.spoken.append(pending.apart(pending.spoken, text))
            pending.answer_is_spoken = pending.model_spoke = True

    def push_text(self, text: str) -> None:
        """The model wrote this. It counts as the answer unless the answer is also spoken."""
        if text:
            pending = self._pending
            pending.written.append(pending.apart(pending.written, text))
            pending.model_spoke = True

    def push_pause(self) -> None:
        """The model pauses in its turn; what it says next is another sentence."""
        self._pending.paused = True

    def push_tool_call(self, name: str, args: Json, result: Json) -> None:
        """The function of this name was called, and its result was the answer."""
        self._pending.tool_calls.append(ToolCallSummary.of(name, args, result))

    def set_input_transcription(self, text: str) -> None:
        """Replace everything heard from the user in this turn. What they typed stays."""
        pending = self._pending
        typed = [words for words in pending.user + pending.late if words.is_typed]
        pending.user, pending.late = [Words(text), *typed] if text else typed, []

    def set_output_transcription(self, text: str) -> None:
        """Replace everything the model said in this turn."""
        self._pending.spoken.clear()
        self._pending.heard = None
        self.push_output(text)

    def mark_interrupted(self) -> None:
        """The user spoke over the model: their late words open the next turn."""
        self._pending.was_interrupted = True

    def truncate_current_model_turn(self) -> None:
        """Drop what the model said in this turn, for when nobody knows how much of it was heard.

        What it wrote was read, and stays.
        """
        self.cut_current_model_turn(0)

    def cut_current_model_turn(self, characters: int) -> None:
        """Keep of what the model said the first ``characters``, back to the last whole word. What it wrote stays.

        Transcripts lag behind the sound: pieces that come later belong to what was said before the cut, and are kept as
        far as ``characters`` reaches. A second cut replaces the first.
        """
        self._pending.heard = max(0, characters)

    @property
    def is_cut(self) -> bool:
        """Whether only a part of what the model has said in this turn was heard."""
        return self._pending.heard is not None

    def resume_model_turn(self) -> None:
        """The model speaks again after a cut, in the same turn: what it says from now on was not cut."""
        pending = self._pending
        if pending.heard is not None:
            pending.spoken, pending.heard, pending.paused = [pending.said], None, True

    def has_pending(self) -> bool:
        """Whether anything belongs to a turn that is not closed yet."""
        pending = self._pending
        return bool(pending.user or pending.late or pending.upcoming or pending.model or pending.tool_calls)

    # Closing it.

    def final_input(self) -> str:
        """All that was *heard* from the user in this turn, typed lines not included; empty if nothing was.

        The final transcript of the side. Asked once, right before `end_turn`, it tells every word exactly once.
        """
        return "".join(words.text for words in self._pending.closing_user if not words.is_typed)

    def final_output(self) -> str:
        """All that the model *said* in this turn, written text not included; empty if nothing was. See `final_input`.

        After an interruption, what was heard of it.
        """
        return self._pending.said

    def end_turn(self, now: Seconds, *, untranscribed: bool = False) -> TranscriptTurn | None:
        """Close the turn in progress.

        Args:
            now: The instant; becomes the turn's ``timestamp``.
            untranscribed: The model spoke, and nobody knows what: something happened, though no word of it is here.

        Returns:
            The turn, now the newest of the record; ``None`` when nobody said or did anything. Words that belong to
            the next turn are not in it, and wait.
        """
        pending = self._pending
        self._pending = Pending(user=pending.carried)
        pending.is_untranscribed = untranscribed
        pending.user = pending.closing_user
        self._closed = pending
        return self._record(pending, now)

    def amend_input(self, text: str, now: Seconds) -> TranscriptTurn | None:
        """The user was heard to say this in the turn that was closed last. Returns that turn, put right."""
        self._closed.user = [*self._closed.user, Words(text)] if text else self._closed.user
        return self._record(self._closed, now)

    def amend_output(self, text: str, now: Seconds) -> TranscriptTurn | None:
        """The model said this in the turn that was closed last. Returns that turn, put right."""
        closed = self._closed
        if text:
            closed.spoken.append(text)
            closed.answer_is_spoken, closed.is_untranscribed = True, False
        return self._record(closed, now)

    def closed_input(self) -> str:
        """All that was heard from the user in the turn that was closed last; see `final_input`."""
        return "".join(words.text for words in self._closed.user if not words.is_typed)

    def closed_output(self) -> str:
        """All that the model said in the turn that was closed last; see `final_output`."""
        return self._closed.said

    def closed_words(self) -> str:
        """All that the model said or wrote in the turn that was closed last, heard or not."""
        return self._closed.words

    def _record(self, closed: Pending, now: Seconds) -> TranscriptTurn | None:
        """Write a closed turn into the record, or write it anew."""
        before = closed.turn
        number, at = (self._turn_count, now) if before is None else (before.turn_number, before.timestamp)
        closed.turn = turn = self._as_turn(closed, closed.user, at, number)
        if turn is None:
            return None
        if before is None:
            self._turn_count += 1
            self._turns.append(turn)
        else:
            self._turns[-1] = turn
        return turn

    def restore(self, turns: Iterable[TranscriptTurn]) -> None:
        """Begin with the turns of an earlier session; numbers go on from there.

        Args:
            turns: oldest first, their stamps on this session's clock.
        """
        self._turns.extend(turns)
        self._turn_count = self._turns[-1].turn_number + 1 if self._turns else 0

    # Reading.

    @property
    def turn_count(self) -> int:
        """Turns ever recorded, also those no longer kept."""
        return self._turn_count

    def retained_count(self) -> int:
        """Turns kept."""
        return len(self._turns)

    def all_turns(self) -> list[TranscriptTurn]:
        """The turns kept, oldest first."""
        return list(self._turns)

    def window(self, n: int) -> list[TranscriptTurn]:
        """The last ``n`` completed turns, or as many as there are."""
        return list(self._turns)[-n:] if n > 0 else []

    def snapshot_window(self, n: int) -> TranscriptWindow:
        """The last ``n`` completed turns."""
        return TranscriptWindow(tuple(self.window(n)))

    def snapshot_window_with_current(self, n: int, now: Seconds) -> TranscriptWindow:
        """The last ``n`` completed turns and then, if there is anything in it, the turn in progress.

        The turn in progress carries the next number and everything pending, words for the turn after it included.
        """
        pending = self._pending
        current = self._as_turn(pending, pending.user + pending.late + pending.upcoming, now, self._turn_count)
        return TranscriptWindow((*self.window(n), *([] if current is None else [current])))

    def format_window(self, n: int) -> str:
        """The last ``n`` completed turns as text."""
        return format_turns(self.window(n))

    @staticmethod
    def _as_turn(pending: Pending, words: list[Words], at: Seconds, number: int) -> TranscriptTurn | None:
        user, model = joined(words), pending.model
        if not (user or model or pending.tool_calls or pending.is_untranscribed):
            return None
        return TranscriptTurn(number, user, model, tuple(pending.tool_calls), at, pending.is_untranscribed)
