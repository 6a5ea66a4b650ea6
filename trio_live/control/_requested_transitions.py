"""Transitions and transfers that the program asks for, by the handle or from a callback.

The control lane moves the talk, one thing at a time, so a wish waits for its turn there: it comes behind the event that
is being handled. One that a function asks for is made when the function has returned, and before it is answered. It is
a force: guards and requirements are not asked.
"""

from __future__ import annotations

from collections.abc import Callable

import trio

from trio_live import wire_events
from trio_live.control._conversation import Conversation, PhaseWish, WishMade
from trio_live.errors import ConfigError
from trio_live.lanes._internal import Lifetime, RunningCalls


class RequestedTransitions:
    """Takes the program's wishes.

    Args:
        talk: the conversation.
        lifetime: of the session.
        calls: knows whether a function call is being answered by whoever asks.
        check_open: raises `SessionClosed` when the session is over.
        note: puts an event of our own on the control lane.
    """

    def __init__(
        self,
        talk: Conversation,
        lifetime: Lifetime,
        calls: RunningCalls,
        *,
        check_open: Callable[[], None],
        note: Callable[[wire_events.SessionEvent], None],
    ) -> None:
        self._talk = talk
        self._lifetime = lifetime
        self._calls = calls
        self._check_open = check_open
        self._note = note

    async def ask(self, target: str, reason: str) -> bool:
        """Ask for a transition; see ``LiveHandle.transition_to``."""
        machine = self._talk.machine
        if machine is None or target not in machine.phases:
            known = ", ".join(machine.phases) if machine is not None else "none"
            raise ConfigError(f"there is no phase {target!r}; there are: {known}")
        self._check_open()
        wish = PhaseWish(target, reason, self._calls.here())
        self._talk.wishes.append(wish)
        self._note(WishMade())
        return await self._made(wish.over)

    async def ask_for_agent(self, target: str, reason: str) -> bool:
        """Ask for a transfer; see ``LiveHandle.transfer_to``."""
        roster = self._talk.roster
        if roster is None:
            raise ConfigError(f"there is no agent {target!r}; this call has no agents: declare them with `agent`")
        self._check_open()
        over = roster.ask(target, reason, self._calls.here())
        if over is not None:
            return await self._made(over)
        await trio.lowlevel.checkpoint()
        return True

    async def _made(self, over: trio.Event) -> bool:
        if self._lifetime.is_inside():
            await trio.lowlevel.checkpoint()
            return False
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_leave_when, self._lifetime.ended, nursery.cancel_scope)
            await over.wait()
            nursery.cancel_scope.cancel()
        self._check_open()
        return True


async def _leave_when(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()
