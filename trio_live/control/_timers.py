"""Time for what happens because nothing happens: sustained conditions, soft turns, and turns that silence ends.

A tick is posted to the control lane, where everything else happens too. One is enough: while the lane is busy, the
ticks it missed would tell it nothing new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.control._conversation import Conversation
from trio_live.lanes._internal import Router, TimerTick
from trio_live.session._internal import QUIET_SECONDS, SessionProtocol
from trio_live.wire import TurnEnd

SOFT_TURN_RESOLUTION: Final[Seconds] = 0.1
"""How late a soft turn may be noticed."""


async def end_quiet_turns(protocol: SessionProtocol, router: Router) -> None:
    """End the turns of a model that leaves it to silence; returns at once where the model says it.

    Cancellation: turns stay open.
    """
    turns = protocol.turns
    if TurnEnd.QUIET not in turns.ends_on:
        return
    while True:
        now = trio.current_time()
        due = turns.quiet_at
        if due is not None and due <= now:
            await router.route_all(protocol.end_quiet_turn())
            continue
        await trio.sleep_until(due if due is not None else now + QUIET_SECONDS)


async def keep_time(talk: Conversation, router: Router, catch_up: Callable[[], None]) -> None:
    """Post ticks when something may be due; returns at once when nothing ever is.

    Args:
        talk: knows what may fall due.
        router: takes the ticks.
        catch_up: lets the conversation see what was routed so far.

    Cancellation: the clock stops.
    """
    patterns = talk.patterns if talk.patterns is not None and talk.patterns.needs_timer else None
    if patterns is None and talk.soft_turn is None:
        return
    while True:
        now = trio.current_time()
        dues = [patterns.next_due(now)] if patterns is not None else []
        if talk.soft_turn is not None:
            catch_up()
            dues.append(talk.soft_turn.due_at or now + SOFT_TURN_RESOLUTION)
        await trio.sleep_until(max(min(due for due in dues if due is not None), now + SOFT_TURN_RESOLUTION / 10))
        if not talk.tick_is_waiting:
            talk.tick_is_waiting = router.post(TimerTick())
