"""Callbacks of the builder that are plain functions; and the check of all. `trio_live.lanes.HOOKS` says which is which."""

from __future__ import annotations

from typing import Any, Self

import attrs

from trio_live._callables import arguments_problem, is_async, returns_nothing
from trio_live.lanes import (
    HOOKS,
    AudioCallback,
    CallbackMode,
    GroundingCallback,
    InstructionFn,
    MediaCallback,
    PhaseCallback,
    SignalCallback,
    TextCallback,
    TranscriptCallback,
    UsageCallback,
)
from trio_live.lanes._internal import with_callback
from trio_live.live._pages._base import LiveSpec, Page

_BLOCKING, _CONCURRENT = CallbackMode.BLOCKING, CallbackMode.CONCURRENT


class CallbackPage(Page):
    """Callbacks that are called inline.

    All are plain functions and must return within a millisecond: those of the fast lane are called between a frame and
    the next. They cannot be cancelled. What a callback raises is handled as `callback_errors` says. Each method raises
    TypeError for an async function, and for what is no function. Registering twice keeps the last function.
    """

    def _inline(self, name: str, function: Any) -> Self:
        return self._with(with_hook(self.spec, name, function))

    def on_audio(self, callback: AudioCallback) -> Self:
        """The model's sound, piece by piece.

        Args:
            callback: receives PCM16 LE mono 24 kHz, whole samples, of any length.
        """
        return self._inline("on_audio", callback)

    def on_text(self, callback: TextCallback) -> Self:
        """A piece of the answer as text.

        Args:
            callback: receives the piece.
        """
        return self._inline("on_text", callback)

    def on_text_complete(self, callback: TextCallback) -> Self:
        """All text of the turn.

        Args:
            callback: receives it, once a turn that had text.
        """
        return self._inline("on_text_complete", callback)

    def on_input_transcript(self, callback: TranscriptCallback) -> Self:
        """What the user was heard to say: pieces, then one final text a turn. Needs `transcription`.

        Typed text is not told: nothing was heard. It stands in the transcript (`LiveHandle.transcript`).

        Args:
            callback: receives the text, and whether it is the turn's final one; that one stands for all pieces.
        """
        return self._inline("on_input_transcript", callback)

    def on_output_transcript(self, callback: TranscriptCallback) -> Self:
        """What the model said: pieces, then one final text a turn. Needs `transcription`.

        Args:
            callback: receives the text, and whether it is the turn's final one; that one stands for all pieces.
        """
        return self._inline("on_output_transcript", callback)

    def on_thought(self, callback: TextCallback) -> Self:
        """A piece of the model's reasoning. Needs `include_thoughts`.

        Args:
            callback: receives the piece.
        """
        return self._inline("on_thought", callback)

    def on_vad_start(self, callback: SignalCallback) -> Self:
        """The server heard the user begin to speak.

        Args:
            callback: receives nothing.
        """
        return self._inline("on_vad_start", callback)

    def on_vad_end(self, callback: SignalCallback) -> Self:
        """The server heard the user stop.

        Args:
            callback: receives nothing.
        """
        return self._inline("on_vad_end", callback)

    def on_phase(self, callback: PhaseCallback) -> Self:
        """The link moved to another `SessionPhase`.

        Args:
            callback: receives it.
        """
        return self._inline("on_phase", callback)

    def on_media(self, callback: MediaCallback) -> Self:
        """A piece of the answer that is neither sound nor text, an avatar's video for instance.

        Args:
            callback: receives the MIME type and the data.
        """
        return self._inline("on_media", callback)

    def on_grounding(self, callback: GroundingCallback) -> Self:
        """Where the answer came from.

        Args:
            callback: receives what was searched and found, and the pages that were read; each may be ``None``.
        """
        return self._inline("on_grounding", callback)

    def on_usage(self, callback: UsageCallback) -> Self:
        """Token counts. Called on the telemetry lane.

        Args:
            callback: receives what the server counted; the whole context is billed in every turn (measured).
        """
        return self._inline("on_usage", callback)

    def instruction_template(self, callback: InstructionFn) -> Self:
        """Called on the control lane at the end of every turn; text it returns replaces the instruction.

        Args:
            callback: receives the State; returns the text, or ``None`` for no change.
        """
        return self._inline("instruction_template", callback)

    def instruction_amendment(self, callback: InstructionFn) -> Self:
        """Called on the control lane at the end of a turn without a phase change; text it returns is added to the instruction.

        Args:
            callback: receives the State; returns the text, or ``None`` for none.
        """
        return self._inline("instruction_amendment", callback)


def with_hook(spec: LiveSpec, name: str, function: Any, mode: CallbackMode = _BLOCKING) -> LiveSpec:
    """``spec`` with a callback.

    Raises:
        TypeError: see `check_hook`.
    """
    check_hook(name, function, mode)
    return attrs.evolve(spec, callbacks=with_callback(spec.callbacks, name, function, mode))


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
