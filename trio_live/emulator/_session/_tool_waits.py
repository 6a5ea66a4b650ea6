"""Functions asked for together, and waiting for their answers for as long as a persona waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
import trio

from trio_live._typing import JsonObject, Seconds
from trio_live.emulator._persona import Ask
from trio_live.wire import FunctionCall


@attrs.define
class ToolBatch:
    """Functions asked for together."""

    ids: tuple[str, ...]
    ask: Ask
    answers: dict[str, JsonObject] = attrs.field(factory=dict)
    partial: dict[str, JsonObject] = attrs.field(factory=dict)
    """The newest of the answers that announced another one."""
    complete: trio.Event = attrs.field(factory=trio.Event)
    """Set when every call has its answer."""
    time_scale: float = 1.0
    """How many seconds of conversation pass in one second."""
    asked_at: Seconds = 0.0
    waited: Seconds = 0.0
    """How long the last of the answers has taken, in seconds of conversation."""
    is_claimed: bool = False
    """Whether the turn that asked goes on with the answers, though it need not have waited."""

    @property
    def function_calls(self) -> list[FunctionCall]:
        """The calls as the client is told of them."""
        calls = zip(self.ids, self.ask.calls, strict=True)
        return [FunctionCall(id=id_, name=call.tool, args=call.args) for id_, call in calls]

    @property
    def open_calls(self) -> list[FunctionCall]:
        """The calls whose last answer has not come."""
        return [call for call in self.function_calls if call.id not in self.answers]

    def add(self, id_: str, response: JsonObject, *, more_follows: bool) -> None:
        """Take one answer. A last one that is empty only says that the one before was the last."""
        if more_follows:
            self.partial[id_] = response
            return
        self.answers[id_] = response or self.partial.get(id_, {})
        if len(self.answers) == len(self.ids):
            self.complete.set()

    @property
    def in_order(self) -> list[JsonObject | None]:
        """The answers in the order of the calls; ``None`` for one that has not come."""
        return [self.answers.get(id_) for id_ in self.ids]

    @property
    def missing(self) -> tuple[str, ...]:
        """The ids of the calls without an answer."""
        return tuple(id_ for id_ in self.ids if id_ not in self.answers)


def acts_while_waiting(ask: Ask) -> bool:
    """Whether anything happens while the answers are being waited for."""
    return ask.reply.on_wait is not None or ask.reply.on_missing is not None


async def wait_answers(batch: ToolBatch, talk: Callable[[], Awaitable[None]]) -> None:
    """Wait until all answers are there, or the persona gives up; ``batch.complete`` tells which. Always a checkpoint.

    Args:
        batch: the calls.
        talk: says what the persona has to say meanwhile.

    Cancellation: nothing is lost; answers that come later are still added to the batch.
    """
    talk_after, limit = batch.ask.reply.on_wait, batch.ask.reply.on_missing

    async def complete_after(seconds: Seconds) -> bool:
        with trio.move_on_at(batch.asked_at + seconds / batch.time_scale):
            await batch.complete.wait()
        return batch.complete.is_set()

    if talk_after is not None and not await complete_after(talk_after.after):
        await talk()
    if limit is None:
        await batch.complete.wait()
    else:
        await complete_after(limit.after)
