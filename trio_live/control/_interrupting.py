"""What an interruption means on the control lane: what was being said is cut, the user is told, sound may pass again."""

from __future__ import annotations

from collections.abc import Callable

from trio_live import events, wire_events
from trio_live._tasks import within
from trio_live.control._calls import CallHooks
from trio_live.control._conversation import Conversation
from trio_live.lanes import HOOKS, AsyncCallback
from trio_live.lanes._internal import Barrier, Dispatcher


class Interruptions:
    """Handles the interruptions of one session.

    Args:
        conversation: whose transcript is cut.
        dispatcher: calls user code.
        on_interrupted: the user's callback.
        hooks: tells of calls that were cancelled with it.
        barrier: lets the fast lane pass, once an interruption was handled.
        publish: publishes a live event.
        report: told that the callback took too long.
        catch_up: lets the playback see what was routed so far.
    """

    def __init__(
        self,
        conversation: Conversation,
        dispatcher: Dispatcher,
        on_interrupted: AsyncCallback | None,
        *,
        hooks: CallHooks,
        barrier: Barrier,
        publish: Callable[[events.LiveEvent], None],
        report: Callable[[str, Exception], None],
        catch_up: Callable[[], None],
    ) -> None:
        self._conversation = conversation
        self._dispatcher = dispatcher
        self._on_interrupted = on_interrupted
        self._hooks = hooks
        self._barrier = barrier
        self._publish = publish
        self._report = report
        self._catch_up = catch_up

    async def handle(self, event: wire_events.Interrupted, epoch: int) -> None:
        """Cut the transcript, call ``on_interrupted`` within its deadline, let pass what came after, and tell.

        Cancellation: what came after may pass.
        """
        await self._hooks.tell_cancelled()
        if not event.phantom:  # a phantom cuts nothing off: only sound of an earlier turn can still be playing
            self._conversation.buffer.mark_interrupted()
            self._cut()
        deadline = HOOKS["on_interrupted"].deadline
        try:
            await within(deadline, self._dispatcher.run, "on_interrupted", self._on_interrupted)
        except TimeoutError as slow:
            self._report("on_interrupted", slow)
        finally:
            self._barrier.let_pass(epoch)
            if not event.phantom:
                self._cut()  # the player may have said by now how far it really came
            self._conversation.playback.resumed()
        self._publish(events.Interrupted())

    def _cut(self) -> None:
        """Keep of the model's words what the listener heard; nothing, where nobody reports what is played."""
        self._catch_up()
        self._conversation.buffer.cut_current_model_turn(self._conversation.playback.heard_characters())
