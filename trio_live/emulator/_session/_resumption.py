"""What one session does so that it can be resumed: it gives a handle after each turn, and takes one at its beginning."""

from __future__ import annotations

import trio

from trio_live.emulator._persona import Memory
from trio_live.emulator._service import Context, ModelBehaviour
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._handles import Snapshot
from trio_live.wire import SessionResumptionConfig, Setup


class Resumption:
    """The resumption of one session. Some models give handles that nobody asked for.

    Args:
        context: what the connection works with.
        setup: what the client wants.
        behaviour: the model's.
    """

    def __init__(self, context: SessionContext, setup: Setup, behaviour: ModelBehaviour) -> None:
        self._context = context
        self._model = setup.model
        self._asked = setup.session_resumption
        unasked = SessionResumptionConfig() if behaviour.volunteers_handles else None
        self._wish = setup.session_resumption or unasked
        self.messages = 0
        """Messages of the client so far, the setup not counted."""

    def resume(self) -> Snapshot | None:
        """What the client's handle stands for; ``None`` when it has none.

        Raises:
            Refused: the handle cannot be resumed.
        """
        if self._asked is None or not self._asked.handle:
            return None
        return self._context.handles.take(self._asked.handle, self._model, trio.current_time())

    def suspend(self) -> None:
        """A turn begins: until its end the session cannot be resumed."""
        if self._wish is not None:
            self._context.put(self._context.dialect.not_resumable(), "cannot be resumed for now")

    def give_handle(self, memory: Memory, tokens: Context) -> None:
        """A turn is over: give a handle that leads back to what is known now."""
        if self._wish is None:
            return
        context, options, handle = self._context, self._context.options, self._context.ids.unique()
        lifetime = context.dialect.handle_lifetime if options.handle_lifetime is None else options.handle_lifetime
        snapshot = Snapshot(
            owner=context.number,
            memory=memory,
            context=tokens,
            model=self._model,
            lifetime=lifetime / options.time_scale,
        )
        context.handles.keep(handle, snapshot)
        last = self.messages - 1 + options.first_message_index if self._wish.transparent else None
        context.put(context.dialect.resumption(handle, last), "a handle to come back with")
