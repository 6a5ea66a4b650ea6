"""What was said and written: into the transcript as it comes, final at the end of a turn, put right afterwards."""

from __future__ import annotations

from typing import TypeAlias

import trio

from trio_live import events, wire_events
from trio_live._callables import answered_nothing
from trio_live.control._conversation import Conversation
from trio_live.lanes._internal import Dispatcher, Runtime, TypedTurn
from trio_live.phases._internal import USER_HAS_SPOKEN_KEY

Said: TypeAlias = wire_events.InputTranscription | wire_events.OutputTranscription | wire_events.TextDelta | TypedTurn
"""What is only put aside until the turn ends: nobody decides on it, unless there are patterns, which look at all."""


class Words:
    """The words of one conversation.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        conversation: it has the transcript.
    """

    def __init__(self, runtime: Runtime, dispatcher: Dispatcher, conversation: Conversation) -> None:
        self._runtime = runtime
        self._dispatcher = dispatcher
        self._buffer = conversation.buffer

    def take(self, event: Said) -> None:
        """Somebody has said or written something."""
        match event:
            case wire_events.InputTranscription(late=True) | wire_events.OutputTranscription(late=True):
                self._amend(event)
            case wire_events.InputTranscription(text):
                self._buffer.push_input(text)
            case wire_events.OutputTranscription(text):
                self._buffer.push_output(text)
            case TypedTurn(text):
                self._buffer.push_typed(text)
            case wire_events.TextDelta(text):
                self._buffer.push_text(text)

    def tell_finals(self, tally: wire_events.TurnTally) -> None:
        """Exactly one final text a turn and side: the model's, then the user's."""
        said, heard = self._buffer.final_output(), self._buffer.final_input()
        callbacks, turn = self._runtime.plan.callbacks, tally.turn
        if said:
            self._dispatcher.ask_now(
                "on_output_transcript", callbacks.on_output_transcript, said, True, read=answered_nothing
            )
            final = events.OutputTranscript(said, is_final=True, turn=turn, sequence=tally.said)
            self._runtime.events.publish(final)
        if heard:
            self._dispatcher.ask_now(
                "on_input_transcript", callbacks.on_input_transcript, heard, True, read=answered_nothing
            )
            self._runtime.events.publish(events.InputTranscript(heard, is_final=True, turn=turn, sequence=tally.heard))

    def close(self, tally: wire_events.TurnTally) -> bool:
        """The transcript gets a new entry, if anything was said; returns whether the user said something."""
        turn = self._buffer.end_turn(trio.current_time(), untranscribed=self.are_missing(tally))
        user_spoke = turn is not None and bool(turn.user)
        if user_spoke:
            self._user_has_spoken()
        return user_spoke

    def are_missing(self, tally: wire_events.TurnTally) -> bool:
        """Whether the model spoke, transcripts were asked for, and no word of it has come."""
        asked_for = self._runtime.plan.setup.output_audio_transcription is not None
        return asked_for and tally.sounded and not (tally.said or tally.wrote)

    def _amend(self, event: wire_events.InputTranscription | wire_events.OutputTranscription) -> None:
        """A piece of a transcript has come after the end of its turn: that turn is put right, and said to be."""
        buffer, now = self._buffer, trio.current_time()
        if isinstance(event, wire_events.InputTranscription):
            buffer.amend_input(event.text, now)
            speaker, text = events.Speaker.USER, buffer.closed_input()
            self._user_has_spoken()
        else:
            buffer.amend_output(event.text, now)
            speaker, text = events.Speaker.MODEL, buffer.closed_output()
        self._runtime.telemetry.oddity("late fragment")
        self._runtime.events.publish(events.TranscriptAmended(event.turn, speaker, text, event.text))

    def _user_has_spoken(self) -> None:
        """The State remembers from now on that the user has said something."""
        if self._runtime.state.get_raw(USER_HAS_SPOKEN_KEY) is not True:
            self._runtime.state.set(USER_HAS_SPOKEN_KEY, True)
