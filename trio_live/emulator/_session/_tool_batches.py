"""The functions a conversation has asked for, and what becomes of their answers.

A model that waits for its functions keeps its turn open, and the turn itself waits. For the others the calls are kept
here, and their answers bring about a turn of their own, or none, as the client's ``scheduling`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import trio

from trio_live._typing import Seconds
from trio_live.emulator._persona import Ask, Decision
from trio_live.emulator._service import Meter, tool_wait
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._responder import Responder
from trio_live.emulator._session._tool_waits import ToolBatch, acts_while_waiting, wait_answers
from trio_live.session._internal import pair_answers
from trio_live.wire import FunctionResponse, LiveModelProfile


class Turns(Protocol):
    """What answers of functions ask of the turns they belong to, or bring about."""

    @property
    def is_held_back(self) -> bool:
        """Whether the model does not begin to speak, because the user does."""
        ...

    @property
    def waited_for(self) -> ToolBatch | None:
        """The calls for whose answers the running turn waits."""
        ...

    @property
    def lingered_for(self) -> ToolBatch | None:
        """The calls for whose answers the running turn is kept open for a while."""
        ...

    def react(self, *decisions: Decision) -> None:
        """Perform what was decided by the way, as soon as nothing else is being said."""
        ...

    def answer_now(self, decide: Callable[[], Decision]) -> None:
        """Answer at once; a running turn is cut off."""
        ...

    def answer_later(self, decide: Callable[[], Decision]) -> None:
        """Answer as soon as nothing else is being said."""
        ...


class ToolBatches:
    """All functions that one conversation asks for.

    Args:
        context: what the connection works with.
        responder: decides how to go on with answers.
        meter: counts the answers.
        profile: what the model can.
        turns: where answers lead to.
        nursery: runs the waiting for calls that no turn waits for.
    """

    def __init__(
        self,
        context: SessionContext,
        responder: Responder,
        meter: Meter,
        profile: LiveModelProfile,
        *,
        turns: Turns,
        nursery: trio.Nursery,
    ) -> None:
        self._context = context
        self._responder = responder
        self._meter = meter
        self._profile = profile
        self._turns = turns
        self._nursery = nursery
        self._asked: set[str] = set()
        self._aside: list[ToolBatch] = []

    @property
    def are_open(self) -> bool:
        """Whether there are calls that no turn waits for."""
        return bool(self._aside)

    # -- asking

    def ask(self, ask: Ask) -> ToolBatch:
        """Some calls, with new ids."""
        ids = tuple(self._context.ids.call_id(self._context.dialect.call_ids) for _ in ask.calls)
        self._asked.update(ids)
        scale = self._context.options.time_scale
        return ToolBatch(ids, ask, time_scale=scale, asked_at=trio.current_time())

    def wait_of(self, ask: Ask) -> Seconds | None:
        """How long the model waits for the answers of these calls; ``None``: for ever."""
        return tool_wait(self._profile, self._responder.behaviors(ask))

    def set_aside(self, batch: ToolBatch) -> None:
        """Take over calls that the model does not wait for."""
        self._aside.append(batch)
        if acts_while_waiting(batch.ask):
            self._nursery.start_soon(self._wait_aside, batch)

    async def _wait_aside(self, batch: ToolBatch) -> None:
        async def talk() -> None:
            self._turns.answer_later(lambda: self._responder.meanwhile(batch))

        await wait_answers(batch, talk)
        if batch.missing and batch in self._aside:
            self._aside.remove(batch)
            self.give_up(batch)
            self._turns.answer_later(lambda: self._responder.go_on(batch))

    # -- cancelling

    def cancel(self, batch: ToolBatch) -> None:
        """Tell that no answer of these calls is wanted any more."""
        self._context.put(self._context.dialect.tool_call_cancellation(batch.ids), "cancels its calls")

    def give_up(self, batch: ToolBatch) -> None:
        """Cancel the calls that were not answered."""
        message = self._context.dialect.tool_call_cancellation(batch.missing)
        self._context.put(message, "cancels calls that were not answered")

    # -- answers

    def take_answer(self, response: FunctionResponse) -> None:
        """Give an answer to whoever waits for it. Which call it answers is decided as clients decide it."""
        batches = [batch for batch in (self._turns.waited_for, *self._aside) if batch is not None]
        (pair,) = pair_answers([call for batch in batches for call in batch.open_calls], [response])
        answered = (pair.call and pair.call.id) or ""
        batch = next((batch for batch in batches if answered in batch.ids), None)
        if batch is None:
            self._context.log.note(f"nobody waits for the answer of {response.name} with id {response.id}")
            self._turns.react(self._responder.stray(response, known=response.id in self._asked))
            return
        self._meter.read(str(response.response))
        batch.add(answered, response.response or {}, more_follows=bool(response.will_continue))
        batch.waited = (trio.current_time() - batch.asked_at) * batch.time_scale
        if batch in self._aside and batch.complete.is_set():
            self._aside.remove(batch)
            self._deliver(batch, response.scheduling)

    def _deliver(self, batch: ToolBatch, scheduling: str | None) -> None:
        match scheduling:
            case "SILENT":
                self._responder.learn(batch)
            case "INTERRUPT" if not self._turns.is_held_back:
                self._turns.answer_now(lambda: self._responder.go_on(batch))
            case _ if self._turns.lingered_for is batch:
                batch.is_claimed = True
            case _:
                self._turns.answer_later(lambda: self._responder.go_on(batch))
