"""What was said and written: into the transcript as it comes, final at the end of a turn, put right afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import trio

from trio_live import events, wire_events
from trio_live._callables import answered_nothing
from trio_live.control._conversation import Conversation
from trio_live.control._words._asking import Asking
from trio_live.conversation import TranscriptTurn
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import Dispatcher, TypedTurn
from trio_live.phases._internal import USER_HAS_SPOKEN_KEY
from trio_live.state._internal import as_owner

Said: TypeAlias = wire_events.InputTranscription | wire_events.OutputTranscription | wire_events.TextDelta | TypedTurn
"""What is only put aside until the turn ends: nobody decides on it, unless there are patterns, which look at all."""


class Words:
    """The words of one conversation.

    Args:
        dispatcher: calls user code.
        conversation: it has the transcript.
        callbacks: the user's.
        publish: publishes a live event.
        oddity: counts something odd of the server.
        catch_up: lets the playback see what was routed so far.
        are_asked_for: whether the model's words are to be transcribed.
        asking: waits for some of them.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        conversation: Conversation,
        *,
        callbacks: EventCallbacks,
        publish: Callable[[events.LiveEvent], None],
        oddity: Callable[[str], None],
        catch_up: Callable[[], None],
        are_asked_for: bool,
        asking: Asking,
    ) -> None:
        self._dispatcher = dispatcher
        self._buffer = conversation.buffer
        self._state = conversation.state
        self._callbacks = callbacks
        self._publish = publish
        self._oddity = oddity
        self._catch_up = catch_up
        self._playback = conversation.playback
        self._are_asked_for = are_asked_for
        self.asking = asking

    def take(self, event: Said) -> None:
        """Somebody has said or written something."""
        match event:
            case wire_events.InputTranscription(late=True) | wire_events.OutputTranscription(late=True):
                self._amend(event)
            case wire_events.InputTranscription(text):
                self._buffer.push_input(text)
            case wire_events.OutputTranscription(text):
                self._resume_if_cut(event)
                self._buffer.push_output(text)
            case TypedTurn(text):
                self._buffer.push_typed(text)
            case wire_events.TextDelta(text):
                self._buffer.push_text(text)

    def _resume_if_cut(self, words: wire_events.OutputTranscription) -> None:
        """Transcripts lag behind: after an interruption, words belong to what was cut off until there is new sound."""
        if self._buffer.is_cut:
            self._catch_up()
            if not self._playback.lags(words):
                self._buffer.resume_model_turn()

    def tell_finals(self, tally: wire_events.TurnTally) -> None:
        """Exactly one final text a turn and side: the model's, then the user's."""
        said, heard = self._buffer.final_output(), self._buffer.final_input()
        callbacks, turn = self._callbacks, tally.turn
        if said:
            self._dispatcher.ask_now(
                "on_output_transcript", callbacks.on_output_transcript, said, True, read=answered_nothing
            )
            final = events.OutputTranscript(said, is_final=True, turn=turn, sequence=tally.said)
            self._publish(final)
        if heard:
            self._dispatcher.ask_now(
                "on_input_transcript", callbacks.on_input_transcript, heard, True, read=answered_nothing
            )
            self._publish(events.InputTranscript(heard, is_final=True, turn=turn, sequence=tally.heard))

    def close(self, tally: wire_events.TurnTally) -> TranscriptTurn | None:
        """The transcript gets a new entry, if anything was said; returns it."""
        turn = self._buffer.end_turn(trio.current_time(), untranscribed=self.are_missing(tally))
        if turn is not None and turn.user:
            self._user_has_spoken()
        return turn

    def handled(self, tally: wire_events.TurnTally, record: TranscriptTurn | None) -> None:
        """The turn was handled to its end: whoever waits for it may go on."""
        words = self._buffer.closed_words()
        self.asking.turn_handled(tally.turn, record, words, untranscribed=self.are_missing(tally))

    def are_missing(self, tally: wire_events.TurnTally) -> bool:
        """Whether the model spoke, transcripts were asked for, and no word of it has come."""
        return self._are_asked_for and tally.sounded and not (tally.said or tally.wrote)

    def _amend(self, event: wire_events.InputTranscription | wire_events.OutputTranscription) -> None:
        """A piece of a transcript has come after the end of its turn: that turn is put right, and said to be."""
        buffer, now = self._buffer, trio.current_time()
        if isinstance(event, wire_events.InputTranscription):
            record = buffer.amend_input(event.text, now)
            speaker, text = events.Speaker.USER, buffer.closed_input()
            self._user_has_spoken()
        else:
            record = buffer.amend_output(event.text, now)
            speaker, text = events.Speaker.MODEL, buffer.closed_output()
        self.asking.turn_amended(event.turn, record, buffer.closed_words())
        self._oddity("late fragment")
        self._publish(events.TranscriptAmended(event.turn, speaker, text, event.text))

    def _user_has_spoken(self) -> None:
        """The State remembers from now on that the user has said something."""
        if self._state.get_raw(USER_HAS_SPOKEN_KEY) is not True:
            as_owner(self._state).set(USER_HAS_SPOKEN_KEY, True)
