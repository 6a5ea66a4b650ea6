"""Transitions that the program asks for, by the handle or from a callback.

The control lane moves the talk, one thing at a time, so a wish waits for its turn there: it comes behind the event that
is being handled. One that a function asks for is made when the function has returned, and before it is answered. It is
a force: guards and requirements are not asked.
"""

from __future__ import annotations

import trio

from trio_live import wire_events
from trio_live._values import value
from trio_live.control._conversation import Conversation, PhaseWish
from trio_live.errors import ConfigError
from trio_live.lanes._internal import Runtime


@value
class WishMade(wire_events.SessionEvent):
    """The program has asked for a transition; ours, not the server's. Which one stands in the conversation."""


async def wish_phase(runtime: Runtime, talk: Conversation, target: str, reason: str) -> bool:
    """Ask for a transition; see ``LiveHandle.transition_to``."""
    if talk.machine is None or target not in talk.machine.phases:
        known = ", ".join(talk.machine.phases) if talk.machine is not None else "none"
        raise ConfigError(f"there is no phase {target!r}; there are: {known}")
    runtime.outbound.check_open()
    wish = PhaseWish(target, reason, runtime.calls.here())
    talk.wishes.append(wish)
    runtime.note(WishMade())
    if runtime.is_inside():
        await trio.lowlevel.checkpoint()
        return False
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_leave_when, runtime.ended, nursery.cancel_scope)
        await wish.over.wait()
        nursery.cancel_scope.cancel()
    runtime.outbound.check_open()
    return True


async def _leave_when(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()
