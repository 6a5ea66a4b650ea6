"""Callbacks of the control lane: async, one event at a time, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from trio_live._typing import Json, Seconds
from trio_live.events import SessionWriter
from trio_live.lanes import (
    AsyncCallback,
    AsyncCallbackWith,
    AsyncCallbackWith2,
    BeforeToolResponseCallback,
    CallbackMode,
    ToolCallCallback,
    TurnBoundaryCallback,
)
from trio_live.live._pages._base import Page
from trio_live.live._pages._conversation._callbacks import with_hook

_BLOCKING, _CONCURRENT = CallbackMode.BLOCKING, CallbackMode.CONCURRENT


class ControlCallbackPage(Page):
    """Callbacks of the control lane.

    All are async and awaited one after the other, each before the next event, unless the mode is
    `CallbackMode.CONCURRENT`: then it is a task of its own inside the session, order is not kept, and nothing waits for
    it. Cancellation: what still runs when the session ends is given a moment (five seconds for ``on_disconnected``, a
    quarter of a second for the others) and then cancelled. What a callback raises is handled as `callback_errors` says.
    Each method raises TypeError for what is no async function. Registering twice keeps the last function and its mode.
    """

    def _awaited(self, name: str, function: Any, mode: CallbackMode = _BLOCKING) -> Self:
        return self._with(with_hook(self.spec, name, function, mode))

    def on_interrupted(self, callback: AsyncCallback) -> Self:
        """The user spoke over the model: drop what is queued for playback.

        Nothing of the next turn is played before it returns. It is cancelled after five seconds.

        Args:
            callback: receives nothing.
        """
        return self._awaited("on_interrupted", callback)

    def on_tool_call(self, callback: ToolCallCallback) -> Self:
        """Answers a batch of function calls.

        Calls it leaves out are answered with an error, unless `manual_tools` keeps them open. It is cancelled when all its
        calls are given up, by the server or by an interruption; nothing is sent for them then.

        Args:
            callback: receives the calls and the State; returns the answers.
        """
        return self._awaited("on_tool_call", callback)

    def before_tool_response(self, callback: BeforeToolResponseCallback) -> Self:
        """Sees the answers of a batch before they are sent; may add, change and drop.

        Args:
            callback: receives the answers and the State; returns those that are to be sent.
        """
        return self._awaited("before_tool_response", callback)

    def on_turn_boundary(self, callback: TurnBoundaryCallback) -> Self:
        """Called at the end of every turn, before `on_turn_complete`.

        Args:
            callback: receives the State and the raw writer.
        """
        return self._awaited("on_turn_boundary", callback)

    def on_tool_cancelled(self, callback: AsyncCallbackWith[Sequence[str]], *, mode: CallbackMode = _BLOCKING) -> Self:
        """Function calls were given up.

        Args:
            callback: receives their ids.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_tool_cancelled", callback, mode)

    def on_tool_cancelled_concurrent(self, callback: AsyncCallbackWith[Sequence[str]]) -> Self:
        """`on_tool_cancelled` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_tool_cancelled", callback, _CONCURRENT)

    def on_turn_complete(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The model's turn is over.

        Args:
            callback: receives nothing.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_turn_complete", callback, mode)

    def on_turn_complete_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_turn_complete` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_turn_complete", callback, _CONCURRENT)

    def on_generation_complete(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The model has said all it will say this turn; playback may still run.

        Args:
            callback: receives nothing.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_generation_complete", callback, mode)

    def on_generation_complete_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_generation_complete` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_generation_complete", callback, _CONCURRENT)

    def on_go_away(self, callback: AsyncCallbackWith[Seconds], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The server will close this connection.

        Args:
            callback: receives the seconds left; 60 when the server does not say.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_go_away", callback, mode)

    def on_go_away_concurrent(self, callback: AsyncCallbackWith[Seconds]) -> Self:
        """`on_go_away` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_go_away", callback, _CONCURRENT)

    def on_connected(self, callback: AsyncCallbackWith[SessionWriter], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The server accepted the setup. Again after every reconnect.

        Args:
            callback: receives the raw writer.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_connected", callback, mode)

    def on_connected_concurrent(self, callback: AsyncCallbackWith[SessionWriter]) -> Self:
        """`on_connected` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_connected", callback, _CONCURRENT)

    def on_disconnected(self, callback: AsyncCallbackWith[str | None], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The session is over.

        Args:
            callback: receives the reason, or ``None`` when this side ended it. May take five seconds.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_disconnected", callback, mode)

    def on_disconnected_concurrent(self, callback: AsyncCallbackWith[str | None]) -> Self:
        """`on_disconnected` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_disconnected", callback, _CONCURRENT)

    def on_resumed(self, callback: AsyncCallback, *, mode: CallbackMode = _BLOCKING) -> Self:
        """The server has taken up the talk in a new connection, by a handle. After `on_connected`, once for each.

        Also in the first connection of a session that goes on from an earlier one, by the handle that was kept or given.

        Args:
            callback: receives nothing.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_resumed", callback, mode)

    def on_resumed_concurrent(self, callback: AsyncCallback) -> Self:
        """`on_resumed` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_resumed", callback, _CONCURRENT)

    def on_resumption_update(
        self, callback: AsyncCallbackWith2[str | None, bool], *, mode: CallbackMode = _BLOCKING
    ) -> Self:
        """The server gave a new handle, or says that the session cannot be resumed right now.

        For a program that keeps the handle elsewhere; `LiveHandle.resume_handle` is always the newest usable one.

        Args:
            callback: receives the handle, or ``None``, and whether the session can be resumed with it from here.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_resumption_update", callback, mode)

    def on_resumption_update_concurrent(self, callback: AsyncCallbackWith2[str | None, bool]) -> Self:
        """`on_resumption_update` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_resumption_update", callback, _CONCURRENT)

    def on_error(self, callback: AsyncCallbackWith[str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """Something went wrong; the session goes on unless it is over.

        Args:
            callback: receives what, in a sentence.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_error", callback, mode)

    def on_error_concurrent(self, callback: AsyncCallbackWith[str]) -> Self:
        """`on_error` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_error", callback, _CONCURRENT)

    def on_transfer(self, callback: AsyncCallbackWith2[str, str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """One agent handed over to another.

        Args:
            callback: receives both names, the old one first.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_transfer", callback, mode)

    def on_transfer_concurrent(self, callback: AsyncCallbackWith2[str, str]) -> Self:
        """`on_transfer` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_transfer", callback, _CONCURRENT)

    def on_extracted(self, callback: AsyncCallbackWith2[str, Json], *, mode: CallbackMode = _BLOCKING) -> Self:
        """An extractor found something.

        Args:
            callback: receives the extractor's name and what it found.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_extracted", callback, mode)

    def on_extracted_concurrent(self, callback: AsyncCallbackWith2[str, Json]) -> Self:
        """`on_extracted` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_extracted", callback, _CONCURRENT)

    def on_extraction_error(self, callback: AsyncCallbackWith2[str, str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """An extractor failed.

        Args:
            callback: receives its name and the error, in a sentence.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_extraction_error", callback, mode)

    def on_extraction_error_concurrent(self, callback: AsyncCallbackWith2[str, str]) -> Self:
        """`on_extraction_error` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_extraction_error", callback, _CONCURRENT)

    def on_dtmf(self, callback: AsyncCallbackWith[str], *, mode: CallbackMode = _BLOCKING) -> Self:
        """The caller pressed a key of the telephone.

        Args:
            callback: receives the key: ``0`` to ``9``, ``*``, ``#``, ``A`` to ``D``.
            mode: whether the next event waits for it; see `CallbackMode`.
        """
        return self._awaited("on_dtmf", callback, mode)

    def on_dtmf_concurrent(self, callback: AsyncCallbackWith[str]) -> Self:
        """`on_dtmf` as a task of its own.

        Args:
            callback: as there.
        """
        return self._awaited("on_dtmf", callback, _CONCURRENT)
