"""Watchers and computed values, as the turns of a session drive them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, builder, call_of, settled, speech, tool_call
from tests.scenarios.harness import BoomError, puts, stage, truth, waits
from trio_live import State, events
from trio_live.phases import Phase, Transition
from trio_live.wire import FunctionCall


async def test_w1_only_the_net_change_between_two_turns_fires_and_it_fires_once(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().watch("n").blocking().then(diary.anote("n"))) as talk:
        for values in ([1, 2, 3], [4, 3], [], [3, 5]):
            for value in values:
                talk.state.set("n", value)
            await talk.turn()
        assert [entry[1:3] for entry in diary.entries] == [(None, 3), (3, 5)]


async def test_w2_what_tools_and_callbacks_write_between_turns_is_seen_at_the_next_one(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()

    async def tool(calls: Sequence[FunctionCall], state: State) -> None:
        state.set("result", calls[0].id)

    live = builder().on_tool_call(tool).on_turn_complete(diary.anote("complete"))
    async with stage(live.watch("result").blocking().then(diary.anote("watch"))) as talk:
        await talk.hears(tool_call(call_of("f", "1")))
        assert diary.entries == [], "not at once"
        await talk.turn()
        assert diary.names() == ["watch", "complete"]
        await talk.hears(tool_call(call_of("f", "2")), tool_call(call_of("f", "3")))
        await talk.turn()
        assert diary.entries[2][1:3] == ("1", "3")


async def test_w3_writes_that_were_taken_back_fire_nothing(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().watch("n").then(diary.anote("n"))) as talk:
        view = talk.state.with_delta_tracking()
        view.set("n", 1)
        view.rollback()
        await talk.turn()
        assert diary.entries == []


async def test_w4_splitting_writes_over_turns_loses_no_crossing(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().watch("n").crossed_above(10).blocking().then(diary.anote("above"))
    live = live.watch("ready").became_true().blocking().then(diary.anote("ready"))
    async with stage(live) as talk:
        for n, ready in ((5, False), (9, True), (10, False), (11, True), (3, True), (12, True)):
            talk.state.from_dict({"n": n, "ready": ready})
            await talk.turn()
        assert [entry[:3] for entry in diary.entries] == [
            ("ready", False, True), ("above", 9, 10), ("ready", False, True), ("above", 3, 12),
        ]  # fmt: skip


async def test_w6_many_writes_do_not_push_a_change_out_of_sight(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().watch("n").then(diary.anote("n"))) as talk:
        talk.state.set("n", 1)
        for number in range(20_000):
            talk.state.set("noise", number)
        await talk.turn()
        assert len(diary.entries) == 1


async def test_w5_blocking_actions_run_one_by_one_in_order_and_all_before_the_others(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder()
    for key, blocking in (("x", False), ("y", True), ("x", True), ("y", False), ("y", True)):
        half = live.watch(key)
        name = f"{key} {'waits' if blocking else 'spawned'}"
        live = (half.blocking() if blocking else half).then(diary.anote(name, takes=1))
    async with stage(live) as talk:
        talk.state.from_dict({"y": 1, "x": 1})
        await talk.turn()
        await talk.after(10)
        assert diary.names()[:6] == ["x waits", "x waits ends", "y waits", "y waits ends", "y waits", "y waits ends"]
        assert set(diary.names()[6:8]) == {"x spawned", "y spawned"}


async def test_w7_an_actions_own_writes_wake_others_at_the_next_turn_only(autojump_clock: MockClock) -> None:
    count = {"a": 0, "b": 0}

    def pushing(mine: str, other: str) -> Any:
        async def action(_: object, __: object, state: State) -> None:
            count[mine] += 1
            state.modify(other, 0, lambda n: n + 1)

        return action

    live = builder().watch("a").blocking().then(pushing("a", "b")).watch("b").blocking().then(pushing("b", "a"))
    async with stage(live) as talk:
        talk.state.set("a", 1)
        await talk.turn()
        assert count == {"a": 1, "b": 0}
        await talk.turn()
        assert count == {"a": 1, "b": 1}
        await talk.turn()
        assert count == {"a": 2, "b": 1}


async def test_p35_writes_of_a_blocking_action_reach_amendment_and_boundary_now_and_guards_a_turn_later(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("seen"))])
    live = builder().initial_phase("a").phases(a, Phase("b", "Be b."))
    live = live.watch("n").blocking().then(puts("seen", True))
    live = live.instruction_amendment(lambda state: "Seen." if state.get("seen") else None)
    async with stage(live.on_turn_boundary(diary.anote("boundary"))) as talk:
        talk.state.set("n", 1)
        assert await talk.turn() == ["instruction: Be a.\n\nSeen."]
        assert await talk.turn() == ["instruction: Be b."]


async def test_w8_what_raises_is_reported_by_its_key_and_nothing_else_changes(autojump_clock: MockClock) -> None:
    diary = Diary()

    async def broken(*_: object) -> None:
        raise BoomError("action")

    def undecided(*_: object) -> bool:
        raise BoomError("predicate")

    live = builder().watch("n").custom(undecided).then(diary.anote("never"))
    live = live.watch("n").blocking().then(broken).watch("n").then(broken)
    live = live.watch("n").blocking().then(diary.anote("blocking")).watch("n").then(diary.anote("concurrent"))
    async with stage(live) as talk:
        talk.state.set("n", 1)
        await talk.turn()
        assert diary.names() == ["blocking", "concurrent"]
        assert talk.errors == [
            "watch('n') predicate Custom: predicate", "watch('n'): action", "watch('n'): action",
        ]  # fmt: skip
        assert talk.of(events.TurnComplete)


@pytest.mark.parametrize("blocking", [True, False])
async def test_an_action_that_takes_too_long_is_given_up_and_reported(
    blocking: bool,  # noqa: FBT001 - a parameter of the test
    autojump_clock: MockClock,
) -> None:
    half = builder().watch("n").timeout(2)
    live = (half.blocking() if blocking else half).then(waits(60))
    async with stage(live) as talk:
        talk.state.set("n", 1)
        await talk.turn()
        assert bool(talk.of(events.TurnComplete)) is not blocking
        await talk.after(2.5)
        assert talk.of(events.TurnComplete)
        assert talk.errors == ["watch('n'): it took longer than 2 s"]


async def test_i8_no_concurrent_action_outlives_the_session(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().watch("n").then(diary.anote("watch", takes=3600))
    live = live.when_turns("turns", truth("n"), 1, diary.anote("pattern", takes=3600))
    async with stage(live) as talk:
        talk.state.set("n", True)
        await talk.turn()
        started = trio.current_time()
    await trio.sleep(7200)
    assert sorted(diary.names()) == ["pattern", "watch"]
    assert trio.current_time() - started < 7210


async def test_soft_turns_evaluate_watchers_too(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(builder().soft_turn_timeout(1).watch("n").then(diary.anote("n"))) as talk:
        talk.state.set("n", 1)
        await talk.hears(speech("START"), speech("END"))
        await talk.after(2)
        await talk.turn()
        assert len(diary.entries) == 1


async def test_values_given_to_an_action_are_its_own(autojump_clock: MockClock) -> None:
    async def spoils(_: object, new: Any, __: State) -> None:
        new.append("spoiled")

    diary = Diary()
    live = builder().watch("list").blocking().then(spoils).watch("list").blocking().then(diary.anote("list"))
    async with stage(live) as talk:
        talk.state.set("list", [1])
        await talk.turn()
        assert diary.entries[0][2] == [1]
        assert talk.state.get("list") == [1]


# -- computed values -------------------------------------------------------------------------------------------------


async def test_c1_computed_values_are_right_wherever_the_conversation_reads_them(autojump_clock: MockClock) -> None:
    diary = Diary()

    async def tool(calls: Sequence[FunctionCall], state: State) -> None:
        state.set("n", 3)

    a = Phase("a", transitions=[Transition("b", lambda state: state.get("derived:twice") == 6)])
    b = Phase("b", on_enter=puts("n", 4))
    live = builder().initial_phase("a").phases(a, b).on_tool_call(tool).on_turn_boundary(diary.anote("boundary"))
    live = live.computed("four", ["twice"], lambda s: s.get("derived:twice", 0, type=int) * 2)
    live = live.computed("twice", ["n"], lambda s: s.get("n", 0, type=int) * 2)
    live = live.watch("four").blocking().then(diary.anote("four"))
    async with stage(live) as talk:
        assert (talk.state.get("twice"), talk.state.get("four")) == (0, 0)
        await talk.hears(tool_call(call_of("f", "1")))
        assert (talk.state.get("twice"), talk.state.get("four")) == (6, 12), "after a batch of calls"
        await talk.turn()
        assert (talk.state.get("twice"), talk.state.get("four")) == (8, 16), "after a hook of the transition"
        assert diary.entries[0][1:3] == (0, 16)
        assert talk.talk.recompute() == []


async def test_a_computed_value_that_raises_keeps_its_old_value_and_is_reported(autojump_clock: MockClock) -> None:
    live = builder().computed("inverse", ["n"], lambda state: 10 // state.get("n", 1, type=int))
    async with stage(live) as talk:
        talk.state.set("n", 0)
        await talk.turn()
        await settled()
        assert talk.state.get("derived:inverse") == 10
        assert len(talk.errors) == 1
        assert "computed('inverse')" in talk.errors[0]
