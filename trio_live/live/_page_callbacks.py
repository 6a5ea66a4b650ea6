"""Callbacks of the builder: one method a hook.

Hooks of the fast lane are plain functions with a budget of one millisecond; hooks of the control lane are async. The
table `trio_live.lanes.HOOKS` says which is which. Registering twice keeps the last function, with the mode of that
last registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import attrs

from trio_live._callables import arguments_problem, is_async, returns_nothing
from trio_live._typing import Json, Seconds
from trio_live.events import SessionWriter
from trio_live.lanes import (
    HOOKS,
    AsyncCallback,
    AsyncCallbackWith,
    AsyncCallbackWith2,
    AudioCallback,
    BeforeToolResponseCallback,
    CallbackMode,
    InstructionFn,
    PhaseCallback,
    SignalCallback,
    TextCallback,
    ToolCallCallback,
    TranscriptCallback,
    TurnBoundaryCallback,
    UsageCallback,
)
from trio_live.lanes._internal import with_callback
from trio_live.live._page import Page

_BLOCKING, _CONCURRENT = CallbackMode.BLOCKING, CallbackMode.CONCURRENT


class CallbackPage(Page):
    """The callbacks of a session."""

    def _hook(self, name: str, function: Any, mode: CallbackMode = _BLOCKING) -> Self:
        check_hook(name, function, mode)
        callbacks = with_callback(self.spec.callbacks, name, function, mode)
        return self._with(attrs.evolve(self.spec, callbacks=callbacks))

    def on_audio(self, callback: AudioCallback) -> Self:
        """The model's sound, piece by piece: PCM16 LE mono 24 kHz."""
        return self._hook("on_audio", callback)

    def on_text(self, callback: TextCallback) -> Self:
        """A piece of the answer as text."""
        return self._hook("on_text", callback)

    def on_text_complete(self, callback: TextCallback) -> Self:
        """All text of the turn."""
        return self._hook("on_text_complete", callback)

    def on_input_transcript(self, callback: TranscriptCallback) -> Self:
        """What the user was heard to say: pieces, then one final text a turn."""
        return self._hook("on_input_transcript", callback)

    def on_output_transcript(self, callback: TranscriptCallback) -> Self:
        """What the model said: pieces, then one final text a turn."""
        return self._hook("on_output_transcript", callback)

    def on_thought(self, callback: TextCallback) -> Self:
        """A piece of the model's reasoning."""
        return self._hook("on_thought", callback)

    def on_vad_start(self, callback: SignalCallback) -> Self:
        """The server heard the user begin to speak."""
        return self._hook("on_vad_start", callback)

    def on_vad_end(self, callback: SignalCallback) -> Self:
        """The server heard the user stop."""
        return self._hook("on_vad_end", callback)

    def on_phase(self, callback: PhaseCallback) -> Self:
        """The link moved to another `SessionPhase`."""
        return self._hook("on_phase", callback)

    def on_usage(self, callback: UsageCallback) -> Self:
        """Token counts. Called on the telemetry lane."""
        return self._hook("on_usage", callback)

    def on_interrupted(self, callback: AsyncCallback) -> Self:
        """The user spoke over the model: drop what is queued for playback.

        Nothing of the next turn is played before it returns; it may take five seconds.
        """
        return self._hook("on_interrupted", callback)

    def on_tool_call(self, callback: ToolCallCallback) -> Self:
        """Answers a batch of function calls. Calls it leaves out are answered with an error."""
        return self._hook("on_tool_call", callback)

    def before_tool_response(self, callback: BeforeToolResponseCallback) -> Self:
        """Sees the answers of a batch before they are sent; may add, change and drop."""
        return self._hook("before_tool_response", callback)

    def on_turn_boundary(self, callback: TurnBoundaryCallback) -> Self:
        """Called at the end of every turn, before `on_turn_complete`, with State and the raw writer."""
        return self._hook("on_turn_boundary", callback)

    def instruction_template(self, callback: InstructionFn) -> Self:
        """Called at the end of every turn; text it returns replaces the instruction."""
        return self._hook("instruction_template", callback)

    def instruction_amendment(self, callback: InstructionFn) -> Self:
        """Called at the end of a turn without a phase change; text it returns is added to the instruction."""
        return self._hook("instruction_amendment", callback)

    def on_tool_cancelled(self, callback: AsyncCallbackWith[Sequence[str]], *, mode: CallbackMode = _BLOCKING) -> Self:
        """Function calls were given up; receives their ids."""
        return self._hook("on_tool_cancelled", callback, mode)

    def on_tool_cancelled_concurrent(self, callback: AsyncCallbackWith[Sequence[str]]) -> Self:
        """`on_tool_cancelled` as a task of its own."""
        return self._hook("on_tool_cancelled", callback, _CONCURRENT)

    def on_turn_complete(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The model's turn is over."""
        return self._hook("on_turn_complete", callback, mode)

    def on_turn_complete_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_turn_complete` as a task of its own."""
        return self._hook("on_turn_complete", callback, _CONCURRENT)

    def on_generation_complete(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The model has said all it will say this turn; playback may still run."""
        return self._hook("on_generation_complete", callback, mode)

    def on_generation_complete_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_generation_complete` as a task of its own."""
        return self._hook("on_generation_complete", callback, _CONCURRENT)

    def on_go_away(self, callback: AsyncCallbackWith[Seconds], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The server will close this connection; receives the seconds left."""
        return self._hook("on_go_away", callback, mode)

    def on_go_away_concurrent(self, callback: AsyncCallbackWith[Seconds]) -> Self:
        """`on_go_away` as a task of its own."""
        return self._hook("on_go_away", callback, _CONCURRENT)

    def on_connected(self, callback: AsyncCallbackWith[SessionWriter], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The server accepted the setup; receives the raw writer. Again after every reconnect."""
        return self._hook("on_connected", callback, mode)

    def on_connected_concurrent(self, callback: AsyncCallbackWith[SessionWriter]) -> Self:
        """`on_connected` as a task of its own."""
        return self._hook("on_connected", callback, _CONCURRENT)

    def on_disconnected(self, callback: AsyncCallbackWith[str | None], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The session is over; receives the reason, or None when this side ended it.

        It may take five seconds.
        """
        return self._hook("on_disconnected", callback, mode)

    def on_disconnected_concurrent(self, callback: AsyncCallbackWith[str | None]) -> Self:
        """`on_disconnected` as a task of its own."""
        return self._hook("on_disconnected", callback, _CONCURRENT)

    def on_resumed(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The session was resumed on a new connection."""
        return self._hook("on_resumed", callback, mode)

    def on_resumed_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_resumed` as a task of its own."""
        return self._hook("on_resumed", callback, _CONCURRENT)

    def on_error(self, callback: AsyncCallbackWith[str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """Something went wrong; the session goes on unless it is over."""
        return self._hook("on_error", callback, mode)

    def on_error_concurrent(self, callback: AsyncCallbackWith[str]) -> Self:
        """`on_error` as a task of its own."""
        return self._hook("on_error", callback, _CONCURRENT)

    def on_transfer(self, callback: AsyncCallbackWith2[str, str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """One agent handed over to another."""
        return self._hook("on_transfer", callback, mode)

    def on_transfer_concurrent(self, callback: AsyncCallbackWith2[str, str]) -> Self:
        """`on_transfer` as a task of its own."""
        return self._hook("on_transfer", callback, _CONCURRENT)

    def on_extracted(self, callback: AsyncCallbackWith2[str, Json], *, mode: CallbackMode = _BLOCKING) -> Self:
        """An extractor found something."""
        return self._hook("on_extracted", callback, mode)

    def on_extracted_concurrent(self, callback: AsyncCallbackWith2[str, Json]) -> Self:
        """`on_extracted` as a task of its own."""
        return self._hook("on_extracted", callback, _CONCURRENT)

    def on_extraction_error(self, callback: AsyncCallbackWith2[str, str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """An extractor failed."""
        return self._hook("on_extraction_error", callback, mode)

    def on_extraction_error_concurrent(self, callback: AsyncCallbackWith2[str, str]) -> Self:
        """`on_extraction_error` as a task of its own."""
        return self._hook("on_extraction_error", callback, _CONCURRENT)


def check_hook(name: str, function: object, mode: CallbackMode) -> None:
    """Refuse a function that cannot work as this hook.

    Raises:
        TypeError: it is no function, takes other arguments than it will get, or is async where it must be plain, or
            the other way round.
    """
    hook = HOOKS[name]
    if not callable(function):
        raise TypeError(f"{name} needs a function, not {type(function).__name__}")
    if not isinstance(mode, CallbackMode):
        raise TypeError(f"mode must be a CallbackMode, not {mode!r}")
    if hook.is_async and returns_nothing(function):
        raise TypeError(f"{name} needs an async function; {function!r} is a plain one")
    if not hook.is_async and is_async(function):
        lane = str(hook.lane.name).lower()
        raise TypeError(f"{name} runs inline, on the {lane} lane, and needs a plain function; {function!r} is async")
    if problem := arguments_problem(function, name, hook.payload):
        raise TypeError(problem)
