from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from trio_live.emulator._persona import Ask, PlannedCall, Reply, Timed
from trio_live.emulator._session._tool_waits import ToolBatch, acts_while_waiting, wait_answers

SAY = Reply(say=("x",))


def calls(on_wait: float | None = None, on_missing: float | None = None, time_scale: float = 1.0) -> ToolBatch:
    wait = None if on_wait is None else Timed(after=on_wait, reply=SAY)
    missing = None if on_missing is None else Timed(after=on_missing, reply=SAY)
    return ToolBatch((), Ask((), Reply(on_wait=wait, on_missing=missing)), time_scale=time_scale)


@pytest.mark.parametrize(
    ("batch", "answered", "talked", "ended"),
    [
        (calls(), 5, [], 5),
        (calls(on_wait=2), 1, [], 1),
        (calls(on_wait=2), 5, [2], 5),
        (calls(on_wait=2, on_missing=4), 5, [2], 4),
        (calls(on_wait=2, on_missing=4), 3, [2], 3.5),
        (calls(on_missing=4), 5, [], 4),
        (calls(on_missing=4), 0, [], 0),
    ],
)
async def test_waiting_ends_with_the_answers_or_with_a_limit(
    autojump_clock: MockClock, batch: ToolBatch, answered: float, talked: list[float], ended: float
) -> None:
    spoken: list[float] = []

    async def talk() -> None:
        spoken.append(trio.current_time())
        await trio.sleep(1.5)

    async def answer_later() -> None:
        await trio.sleep(answered)
        batch.complete.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(answer_later)
        await wait_answers(batch, talk)
        assert trio.current_time() == ended
        assert batch.complete.is_set() is (answered <= ended)
    assert spoken == talked


async def test_in_a_fast_world_waits_are_short(autojump_clock: MockClock) -> None:
    await wait_answers(calls(on_missing=10, time_scale=20.0), trio.lowlevel.checkpoint)
    assert trio.current_time() == 0.5


def test_only_some_replies_act_while_waiting() -> None:
    assert not acts_while_waiting(calls().ask)
    assert acts_while_waiting(calls(on_wait=1).ask)
    assert acts_while_waiting(calls(on_missing=1).ask)


BATCH_CALLS = (PlannedCall("f", {}), PlannedCall("g", {}), PlannedCall("f", {}))


def batch() -> ToolBatch:
    return ToolBatch(("1", "2", "3"), Ask(BATCH_CALLS, Reply()))


def test_a_call_is_open_until_its_last_answer_has_come() -> None:
    pending = batch()
    pending.add("1", {"n": 0}, more_follows=True)
    assert [call.id for call in pending.open_calls] == ["1", "2", "3"]
    pending.add("1", {"n": 1}, more_follows=False)
    pending.add("3", {"n": 3}, more_follows=False)
    assert [call.id for call in pending.open_calls] == ["2"]
    assert not pending.complete.is_set()
    pending.add("2", {}, more_follows=False)
    assert pending.complete.is_set()
    assert pending.in_order == [{"n": 1}, {}, {"n": 3}]
