"""Guards, hooks and preparations that fail, stand still, or are needed in the first place."""

from __future__ import annotations

import math

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, settled
from tests.scenarios.harness import BoomError, agent, always, puts, stage, truth, waits
from trio_live import Live, State, events
from trio_live.phases import Phase, PhasePreparation, Transition

# -- what goes wrong -------------------------------------------------------------------------------------------------


async def test_a_guard_that_raises_says_no_is_reported_once_a_turn_and_the_next_one_is_asked(
    autojump_clock: MockClock,
) -> None:
    def broken(_: State) -> bool:
        raise BoomError("no idea")

    blocked = Phase("b", requires=["never"], preparations=[PhasePreparation("p", ["never"], waits(0))])
    a = Phase("a", transitions=[Transition("c", broken), Transition("b", always)])
    async with stage(agent(a, blocked, Phase("c"))) as talk:
        await talk.turns(2)
        assert talk.errors == ["phase 'a' transition 0 (to 'c') guard: no idea"] * 2
        talk.state.set("never", 1)
        await talk.turn()
        assert talk.moves == [("a", "b")]


@pytest.mark.parametrize("hook", ["on_exit of a", "on_enter of b", "on_enter_context of b", "instruction of b"])
async def test_a_hook_that_raises_is_reported_and_changes_nothing_about_the_move(
    hook: str, autojump_clock: MockClock
) -> None:
    async def araises(*_: object) -> None:
        await trio.lowlevel.checkpoint()
        raise BoomError("oh")

    def raises(*_: object) -> str:
        raise BoomError("oh")

    broken: dict[str, object] = {hook.split(maxsplit=1)[0]: raises if "context" in hook or "instr" in hook else araises}
    a = Phase("a", transitions=[Transition("b", always)], **(broken if hook.endswith("a") else {}))  # type: ignore[arg-type]
    b = Phase("b", **({"instruction": "Be b."} | (broken if hook.endswith("b") else {})))  # type: ignore[arg-type]
    async with stage(agent(a, b)) as talk:
        lines = await talk.turn()
        assert lines == ([] if "instruction" in hook else ["instruction: Be b."])
        assert talk.phase == talk.state.get("session:phase") == talk.machine.history[-1].to == "b"
        assert talk.errors == [f"phase {hook[-1]!r} {hook.split(maxsplit=1)[0]}: oh"]
        assert talk.of(events.TurnComplete)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1: 2}, b"x"])
async def test_a_hook_that_writes_what_is_not_json_is_reported_and_the_turn_goes_on(
    value: object, autojump_clock: MockClock
) -> None:
    a = Phase("a", on_exit=puts("bad", value), transitions=[Transition("b", always)])
    b = Phase("b", "Be b.", on_enter=puts("worse", value))
    live = agent(a, b).on_turn_boundary(puts("worst", value)).computed("odd", [], lambda _: value)
    async with stage(live) as talk:
        assert await talk.turn() == ["instruction: Be b."]
        for where in ("phase 'a' on_exit", "phase 'b' on_enter", "on_turn_boundary", "computed('odd')"):
            assert any(error.startswith(where) for error in talk.errors), where
        assert not {"bad", "worse", "worst", "derived:odd"} & set(talk.state.keys())
        assert talk.state.get("session:turn_count") == 1


async def test_a_hook_whose_clean_up_fails_while_the_session_ends_is_reported_and_no_failure_of_the_session(
    autojump_clock: MockClock,
) -> None:
    async def helper() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise BoomError("clean-up")

    async def on_enter(*_: object) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(helper)
            await trio.sleep_forever()

    a, b = Phase("a", transitions=[Transition("b", always)]), Phase("b", on_enter=on_enter)
    async with stage(agent(a, b)) as talk:
        await talk.turn()
        assert talk.phase == "b"
    assert any("phase 'b' on_enter" in error for error in talk.errors)


async def test_p12_a_hook_cancelled_by_the_end_of_the_session_leaves_the_talk_wholly_before_or_after(
    autojump_clock: MockClock,
) -> None:
    for slow, now_in in (("on_exit", "a"), ("on_enter", "b")):
        hook = waits(math.inf)
        a = Phase("a", transitions=[Transition("b", always)], on_exit=hook if slow == "on_exit" else None)
        b = Phase("b", presents=["x"], on_enter=hook if slow == "on_enter" else None)
        async with stage(agent(a, b)) as talk:
            await talk.turn()
        assert talk.phase == talk.state.get("session:phase") == now_in
        assert [entry.to for entry in talk.machine.history] == ["b"] * (now_in == "b")
        assert ("presented:x" in talk.state) is (now_in == "b")
        assert "session:turn_count" not in talk.state


async def test_i5_the_user_may_speak_while_a_hook_is_waiting(autojump_clock: MockClock) -> None:
    a, b = Phase("a", transitions=[Transition("b", always)]), Phase("b", "Be b.", on_enter=waits(5))
    async with stage(agent(a, b)) as talk:
        assert await talk.turn() == []
        await talk.session.send_text("Still there?")
        await settled()
        assert talk.news() == ["user: Still there?"]
        assert await talk.after(5) == ["instruction: Be b."]


# -- preparations ----------------------------------------------------------------------------------------------------


def blocked_agent(*preparations: PhasePreparation) -> Live:
    a = Phase("a", transitions=[Transition("b", truth("go")), Transition("c", truth("go"))])
    return agent(a, Phase("b", "Be b.", requires=["x", "y"], preparations=preparations), Phase("c", "Be c."))


async def test_p36_preparations_run_in_order_only_for_a_blocked_target_and_once_a_turn(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    one, two = PhasePreparation("1", ["x"], puts("x", 1, diary)), PhasePreparation("2", ["y"], puts("y", 2, diary))
    async with stage(blocked_agent(one, two)) as talk:
        await talk.turn()
        assert diary.entries == [], "no guard has opened"
        talk.state.set("go", True)
        assert await talk.turn() == ["instruction: Be b."]
        assert diary.entries == [("x", 1), ("y", 2)]


async def test_p8_preparations_that_do_not_help_keep_the_talk_where_it_is_and_run_again_next_turn(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()

    async def broken(*_: object) -> None:
        diary.entries.append("broken")
        raise BoomError("no table")

    async with stage(
        blocked_agent(PhasePreparation("1", ["x"], broken), PhasePreparation("2", ["y"], puts("y", 2, diary)))
    ) as talk:
        talk.state.set("go", True)
        assert await talk.turns(2) == [[], []]
        assert diary.entries == ["broken", ("y", 2)] * 2, "the others run all the same, and c is not tried"
        assert talk.errors == ["phase 'b' preparation '1': no table"] * 2
        talk.state.set("x", 1)
        assert await talk.turn() == ["instruction: Be b."]


async def test_a_preparation_that_takes_too_long_is_given_up(autojump_clock: MockClock) -> None:
    slow = PhasePreparation("slow", ["x"], waits(60), timeout=2)
    async with stage(blocked_agent(slow, PhasePreparation("2", ["y"], puts("y")))) as talk:
        talk.state.set("go", True)
        await talk.turn()
        await talk.after(2.1)
        assert talk.errors == ["phase 'b' preparation 'slow': it took longer than 2 s"]
        assert "y" in talk.state
        assert talk.of(events.TurnComplete)
