"""The turn queue: the one turn that is running, what waits for its end, and what cuts it off.

All of it is synchronous; only the turn itself is a task. So between "the turn is over" and "the next may begin" no
other message can come in, and a client never sees half of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

import attrs
import trio

from trio_live._tasks import cancel
from trio_live.emulator._persona import Decision, Say, Think, Wait
from trio_live.emulator._service import LIMITS
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._tool_batches import ToolBatches
from trio_live.emulator._session._tool_waits import ToolBatch
from trio_live.emulator._session._turn import Turn, TurnContext
from trio_live.emulator._session._turn_boundary import TurnBoundary
from trio_live.wire import BargeIn

Decide: TypeAlias = Callable[[], Decision]

THINKING_LINE: Final = "Let me think about that for a moment."
"""Said by a model that announces that it must think."""


class TurnQueue:
    """Runs the turns of one conversation, one at a time. The `TurnOwner` of all of them.

    Args:
        context: what the connection works with.
        turn_context: what turns work with.
        boundary: opens and closes turns.
        nursery: runs turns.
    """

    def __init__(
        self, context: SessionContext, turn_context: TurnContext, boundary: TurnBoundary, nursery: trio.Nursery
    ) -> None:
        self._context = context
        self._turn_context = turn_context
        self._boundary = boundary
        self._nursery = nursery
        self._settings = turn_context.settings
        self._responder = turn_context.responder
        self._turn: Turn | None = None
        self._queue: deque[Decide] = deque()
        self._undecided: Decide | None = None
        self._put_off: Decision | None = None
        self._thought_over: Decision | None = None
        self.tools = ToolBatches(
            context, self._responder, turn_context.meter, self._settings.profile, turns=self, nursery=nursery
        )
        """The functions that turns ask for."""
        self.user_speaks = False
        """Whether the user is speaking; a model that waits for the user does not begin then."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when a turn begins or ends."""

    # -- asking for a turn

    @property
    def is_running(self) -> bool:
        """Whether a turn is running."""
        return self._turn is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being said, and nothing waits to be."""
        return self._turn is None and not self._queue

    def will_ask(self, decide: Decide) -> bool:
        """Whether the running turn still hesitates, and is going to ask this what to do."""
        return self._undecided is not None and self._undecided == decide

    @property
    def is_held_back(self) -> bool:
        """Whether the model does not begin to speak, because the user does."""
        return self.user_speaks and self._settings.profile.barge_in is BargeIn.POLITE

    def react(self, *decisions: Decision) -> None:
        """Perform what was decided by the way: as soon as nothing else is being said, if there is anything to hear."""
        for decision in decisions:
            if decision.is_heard:
                self.answer_later(partial(_decided, decision))

    def answer_speech(self, decide: Decide, since: float | None = None) -> None:
        """Answer what was said by voice: hesitate first, for the speaker may go on.

        Args:
            decide: called when the moment of hesitation is over.
            since: the instant at which speech ended; ``None`` for now.
        """
        if self.is_idle:
            self._start(decide, hesitant=True, since=since)
        else:
            self.answer_later(decide)

    def answer_now(self, decide: Decide) -> None:
        """Answer at once; a running turn is cut off."""
        self.interrupt()
        self._start(decide)

    def answer_later(self, decide: Decide) -> None:
        """Answer as soon as nothing else is being said."""
        if len(self._queue) >= LIMITS["answers"].most:
            self._context.log.note("too many answers wait for their turn: this one is passed over")
            return
        self._queue.append(decide)
        self.next()

    def next(self) -> None:
        """Begin the turn that waits longest, if no turn is running."""
        if self._turn is not None or self.is_held_back:
            return
        if self._put_off is not None:
            self._thought_over, self._put_off = self._put_off, None
            self._start(partial(_decided, self._thought_over))
        elif self._queue:
            self._start(self._queue.popleft())

    def interrupt(self) -> None:
        """Cut the running turn off, if there is one."""
        turn, self._turn, self._put_off, self._undecided = self._turn, None, None, None
        if turn is None:
            return
        if turn.lingering is not None and turn.lingering.is_claimed:
            self._queue.append(partial(self._responder.go_on, turn.lingering))
        cancel(turn.scope, "the turn is interrupted")
        if not turn.has_begun:
            return
        if turn.batch is not None:
            self.tools.cancel(turn.batch)
        self._boundary.interrupt()
        self._boundary.close(self._status())

    def _start(self, decide: Decide, *, hesitant: bool = False, since: float | None = None) -> None:
        self._turn = turn = Turn(self, self.tools, self._turn_context)
        self._undecided = decide if hesitant else None
        self._nursery.start_soon(turn.run, decide if hesitant else turn.begin(decide), since)
        self.on_change()

    # -- what a turn asks: see `TurnOwner`

    def begins(self, decision: Decision) -> Decision:
        """Open the turn. A model that announces its thinking puts off what it must think about."""
        self._undecided = None
        self._boundary.open()
        must_think = any(isinstance(action, Wait | Think) for action in decision.actions)
        if not self._settings.tells_status or not must_think or decision is self._thought_over:
            return decision
        self._put_off = decision
        return attrs.evolve(decision, actions=(Say((THINKING_LINE,)),))

    def turn_is_over(self) -> None:
        """Bill the turn and make room for the next."""
        self._boundary.close(self._status())
        self.turn_vanishes()

    def turn_vanishes(self) -> None:
        """Make room for the next turn, as if this one had not been."""
        self._turn = self._undecided = None
        self.on_change()
        self.next()

    def _status(self) -> str | None:
        """Whether an answer is still to come, for the model that tells."""
        if not self._settings.tells_status:
            return None
        return "IN_PROGRESS" if self._put_off or self.tools.are_open or self._queue else "IDLE"

    # -- what answers of functions ask: see `Turns`

    @property
    def waited_for(self) -> ToolBatch | None:
        """The calls for whose answers the running turn waits."""
        return None if self._turn is None else self._turn.batch

    @property
    def lingered_for(self) -> ToolBatch | None:
        """The calls for whose answers the running turn is kept open for a while."""
        return None if self._turn is None else self._turn.lingering


def _decided(decision: Decision) -> Decision:
    return decision
