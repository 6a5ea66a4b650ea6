"""Who has the floor: the one turn that is running, what waits for its end, and what cuts it off.

All of it is synchronous; only the turn itself is a task. So between "the turn is over" and "the next may begin" no
other message can come in, and a client never sees half of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import trio

from trio_live._tasks import cancel
from trio_live.emulator._head import Head
from trio_live.emulator._mind import Ask, Decision
from trio_live.emulator._resumption import Snapshot
from trio_live.emulator._stage import Stage
from trio_live.emulator._turn import Batch, Equipment, Turn
from trio_live.wire import FunctionResponse, ServerMessage, SessionResumptionConfig

Decide: TypeAlias = Callable[[], Decision]


class Floor:
    """Runs the turns of one conversation, one at a time. The `TurnOwner` of all of them."""

    def __init__(
        self,
        stage: Stage,
        head: Head,
        equipment: Equipment,
        nursery: trio.Nursery,
        resumption: SessionResumptionConfig | None,
    ) -> None:
        self._stage = stage
        self._head = head
        self._equipment = equipment
        self._dialect = equipment.manner.dialect
        self._nursery = nursery
        self._resumption = resumption
        self._turn: Turn | None = None
        self._queue: deque[Decide] = deque()
        self._aside: list[Batch] = []
        self.messages = 0
        """Messages of the client so far, the setup not counted."""

    # -- taking the floor

    def answer_speech(self, decide: Decide) -> None:
        """Answer what was said by voice: hesitate first, for the speaker may go on."""
        if self._turn is None:
            self._start(decide, hesitant=True)
        else:
            self._queue.append(decide)

    def answer_now(self, decide: Decide) -> None:
        """Answer at once; a running turn is cut off."""
        self.interrupt()
        self._start(decide)

    def answer_later(self, decide: Decide) -> None:
        """Answer as soon as nothing else is being said."""
        self._queue.append(decide)
        self.next()

    def next(self) -> None:
        """Let what waits have the floor, if it is free."""
        if self._turn is None and self._queue:
            self._start(self._queue.popleft())

    def interrupt(self) -> None:
        """Cut the running turn off, if there is one."""
        turn, self._turn = self._turn, None
        if turn is None:
            return
        cancel(turn.scope, "the user has taken the floor")
        if not turn.has_begun:
            return
        if turn.batch is not None:
            self._put(self._dialect.tool_call_cancellation(turn.batch.ids), "cancels its calls")
        self._put(self._dialect.interrupted(), "interrupted")
        self._close_turn()

    def _start(self, decide: Decide, *, hesitant: bool = False) -> None:
        self._turn = turn = Turn(self, self._equipment)
        self._nursery.start_soon(turn.run, decide if hesitant else turn.begin(decide))

    # -- what a turn asks: see `TurnOwner`

    def turn_is_over(self) -> None:
        """Bill the turn and make room for the next."""
        self._turn = None
        self._close_turn()
        self.next()

    def call_ids(self, ask: Ask) -> tuple[str, ...]:
        """New ids for some calls."""
        return tuple(self._stage.names.call_id(self._dialect.call_ids) for _ in ask.calls)

    def waits_for(self, ask: Ask) -> bool:
        """Whether the model is silent until these calls are answered."""
        return self._head.waits_for(ask)

    def set_aside(self, batch: Batch) -> None:
        """Take over calls that the model does not wait for."""
        self._aside.append(batch)

    def go_on(self, batch: Batch) -> Decision:
        """Decide how to go on with the answers of some calls."""
        return self._head.go_on(batch)

    # -- answers of functions

    def take_answer(self, response: FunctionResponse) -> None:
        """Give an answer to whoever waits for it."""
        waiting = self._turn.batch if self._turn is not None else None
        found = ((batch, id_) for batch in (waiting, *self._aside) if batch and (id_ := batch.call_of(response)))
        batch, id_ = next(found, (None, ""))
        if batch is None:
            self._stage.journal.note(f"nobody waits for the answer of {response.name} with id {response.id}")
            return
        self._equipment.meter.read(str(response.response))
        batch.add(id_, response.response or {}, more_follows=bool(response.will_continue))
        if batch in self._aside and batch.complete.is_set():
            self._aside.remove(batch)
            self._deliver(batch, response.scheduling)

    def _deliver(self, batch: Batch, scheduling: str | None) -> None:
        match scheduling:
            case "SILENT":
                self._head.learn(batch)
            case "INTERRUPT":
                self.answer_now(lambda: self._head.go_on(batch))
            case _:
                self.answer_later(lambda: self._head.go_on(batch))

    # -- frames

    def _close_turn(self) -> None:
        self._put(self._dialect.turn_complete(self._equipment.meter.close_turn()), "turn complete")
        if self._resumption is None:
            return
        handle = self._stage.names.unique()
        self._stage.handles.keep(handle, Snapshot(self._stage.number, self._head.memory, self._equipment.meter.context))
        last = self.messages - 1 if self._resumption.transparent else None
        self._put(self._dialect.resumption(handle, last), "a handle to come back with")

    def _put(self, message: ServerMessage, summary: str) -> None:
        self._stage.outbox.put(self._stage.studio.frame(message, summary))
