"""Moving on at the end of a turn: one transition at most, with its hooks, its keys, its events, in one order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, audio, bare_turn_complete, heard, speech, tool_call, turn_complete
from tests.scenarios.harness import agent, always, puts, stage, truth
from trio_live import State, events
from trio_live.conversation import TranscriptWindow
from trio_live.events import SessionWriter
from trio_live.phases import Phase, Transition
from trio_live.wire import Content


def ring(*names: str) -> list[Phase]:
    """Phases that lead to each other in a circle, one a turn."""
    return [
        Phase(name, name, transitions=[Transition(follower, always)])
        for name, follower in zip(names, (*names[1:], names[0]), strict=True)
    ]


# -- one transition --------------------------------------------------------------------------------------------------


async def test_p9_at_most_one_transition_fires_in_a_turn(autojump_clock: MockClock) -> None:
    async with stage(agent(*ring("a", "b", "c"))) as talk:
        assert [await talk.turn() for _ in range(3)] == [["instruction: b"], ["instruction: c"], ["instruction: a"]]
        assert talk.moves == [("a", "b"), ("b", "c"), ("c", "a")]


async def test_p34_each_transition_is_one_event_and_it_comes_before_the_end_of_its_turn(
    autojump_clock: MockClock,
) -> None:
    async with stage(agent(*ring("a", "b"))) as talk:
        await talk.turns(3)
        told = [e for e in talk.seen if isinstance(e, events.PhaseTransition | events.TurnComplete)]
        assert [type(event).__name__ for event in told] == ["PhaseTransition", "TurnComplete"] * 3
        assert talk.of(events.PhaseTransition)[1].reason == "guard at turn 1 (transition 0)"


async def test_i6_the_pipeline_runs_for_every_turn_even_with_nothing_said(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with stage(agent(*ring("a", "b")).on_turn_boundary(diary.anote("boundary"))) as talk:
        await talk.hears(audio(b"00"), bare_turn_complete(), turn_complete())
        assert talk.moves == [("a", "b"), ("b", "a")]
        assert diary.names() == ["boundary", "boundary"]
        assert talk.state.get("session:turn_count") == 2


async def test_p11_hooks_run_around_the_commit_each_once(autojump_clock: MockClock) -> None:
    diary = Diary()

    def hook(name: str) -> Callable[[State, SessionWriter], Awaitable[None]]:
        async def run(state: State, _: SessionWriter) -> None:
            await trio.lowlevel.checkpoint()
            diary.entries.append((name, talk.phase, state.get("session:phase")))

        return run

    a, b = (
        Phase(n, on_enter=hook(f"enter {n}"), on_exit=hook(f"exit {n}"), transitions=[Transition(m, truth(m))])
        for n, m in ("ab", "ba")
    )
    async with stage(agent(a, b)) as talk:
        diary.entries.clear()
        talk.state.set("b", True)
        await talk.turn()
        assert diary.entries == [("exit a", "a", "a"), ("enter b", "b", "b")]


async def test_p15_clear_on_enter_comes_before_presents_and_both_before_on_enter(autojump_clock: MockClock) -> None:
    found: list[dict[str, object]] = []

    async def on_enter(state: State, _: SessionWriter) -> None:
        found.append(state.snapshot_values(["ack", "presented:terms", "kept"]))

    terms = Phase("terms", presents=["terms"], clear_on_enter=["ack", "presented:terms"], on_enter=on_enter)
    async with stage(agent(Phase("a", transitions=[Transition("terms", always)]), terms)) as talk:
        talk.state.from_dict({"ack": True, "presented:terms": False, "kept": 1})
        await talk.turn()
        assert found == [{"presented:terms": True, "kept": 1}]
        assert "ack" not in talk.state


async def test_p16_only_clear_on_enter_takes_back_what_was_presented(autojump_clock: MockClock) -> None:
    a = Phase("a", presents=["x"], transitions=[Transition("b", truth("go b"))])
    b = Phase("b", transitions=[Transition("c", truth("go c"))])
    c = Phase("c", clear_on_enter=["presented:x"])
    async with stage(agent(a, b, c)) as talk:
        for key, presented in (("go b", True), ("go c", False)):
            talk.state.set(key, True)
            await talk.turn()
            assert ("presented:x" in talk.state) is presented


# -- what the state says of the phase --------------------------------------------------------------------------------


async def test_p14_the_phase_in_the_state_is_the_conversations_and_never_the_links(autojump_clock: MockClock) -> None:
    needy = Phase("needy", needs=["x"], requires=["y"], transitions=[Transition("free", truth("go"))])
    async with stage(agent(needy, Phase("free"))) as talk:
        for frame in (speech("START"), speech("END"), {"serverContent": {"modelTurn": {"parts": [{"text": "So"}]}}}):
            await talk.hears(frame)
            assert talk.state.get("session:phase") == "needy"
        assert talk.state.get("session:phase_needs") == ["x"]
        assert talk.state.get("session:phase_requires") == ["y"]
        talk.state.set("go", True)
        await talk.turn()
        assert talk.state.get("session:phase") == "free"
        assert "session:phase_needs" not in talk.state
        assert "session:phase_requires" not in talk.state


async def test_the_navigation_text_is_fresh_after_every_turn_and_already_the_new_phases_in_its_instruction(
    autojump_clock: MockClock,
) -> None:
    a = Phase("a", needs=["x"], transitions=[Transition("b", truth("go"))])
    live = agent(a, Phase("b", "Be b.")).phase_defaults(lambda defaults: defaults.navigation())
    async with stage(live) as talk:
        assert "Still needed: x" in talk.state.get("session:navigation_context", "", type=str)
        talk.state.set("x", 1)
        await talk.turn()
        assert "Still needed" not in talk.state.get("session:navigation_context", "", type=str)
        talk.state.set("go", True)
        assert "Current phase: b" in (await talk.turn())[0]


async def test_p33_the_turn_count_is_constant_during_the_pipeline_and_one_more_after_it(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()

    def count(name: str, state: State) -> None:
        diary.entries.append((name, state.get("session:turn_count", 0)))

    async def boundary(state: State, _: SessionWriter) -> None:
        count("boundary", state)

    async def complete() -> None:
        count("complete", talk.state)

    def guard(state: State) -> bool:
        count("guard", state)
        return True

    live = agent(Phase("a", transitions=[Transition("a", guard)]))
    live = live.on_turn_boundary(boundary).on_turn_complete(complete)
    async with stage(live) as talk:
        await talk.turns(2)
        assert diary.entries == [(name, n) for n in (0, 1) for name in ("guard", "boundary", "complete")]
        assert talk.state.get("session:turn_count") == 2


async def test_turn_keys_of_a_tool_are_gone_for_guards_and_those_of_a_hook_live_until_the_next_turn(
    autojump_clock: MockClock,
) -> None:
    seen: list[object] = []

    def guard(state: State) -> bool:
        seen.append(state.snapshot_values(["turn:tool", "turn:hook"]))
        return False

    async def tool(_: object, state: State) -> None:
        state.set("turn:tool", 1)

    live = agent(Phase("a", transitions=[Transition("a", guard)])).on_turn_boundary(puts("turn:hook", 2))
    async with stage(live.on_tool_call(tool)) as talk:
        await talk.hears(tool_call({"name": "f", "args": {}, "id": "1"}))
        assert talk.state.get("turn:tool") == 1
        await talk.turn()
        assert talk.state.get("turn:hook") == 2
        await talk.turn()
        assert seen == [{}, {}]


async def test_i3_guards_see_what_the_turn_computed_and_hooks_see_the_closed_transcript(
    autojump_clock: MockClock,
) -> None:
    windows: list[TranscriptWindow] = []

    def context(_: State, window: TranscriptWindow) -> list[Content]:
        windows.append(window)
        return []

    b = Phase("b", on_enter_context=context)
    live = agent(Phase("a", transitions=[Transition("b", lambda state: state.get("derived:big") is True)]), b)
    async with stage(live.computed("big", ["n"], lambda state: state.get("n", 0, type=int) > 9)) as talk:
        talk.state.set("n", 10)
        await talk.turn(heard("I have ten"))
        assert talk.phase == "b"
        assert [turn.user for turn in windows[0].turns] == ["I have ten"]


# -- a State that another session has used ---------------------------------------------------------------------------


async def test_a_shared_state_does_not_decide_where_a_session_begins_and_it_is_said(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    state = State()
    live = agent(*ring("a", "b", "c")).state(state)
    async with stage(live) as talk:
        await talk.turn()
        assert talk.session.conversation_phase == "b"
    assert not caplog.records, "the first session begins where it should"
    async with stage(live) as talk:
        assert talk.session.conversation_phase == "a"
        assert state.get("session:phase") == "a"
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "the State holds phase 'b', in which another session left it; this one begins in 'a'"
    )
    caplog.clear()
    async with stage(live.initial_phase(state.get("session:phase", "b"))):
        assert not caplog.records
