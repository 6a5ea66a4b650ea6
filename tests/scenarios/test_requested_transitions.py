"""Transitions that the program asks for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from tests.peer import said, tool_call, turn_complete
from tests.scenarios.harness import Stage, say, stage
from trio_live import (
    ConfigError,
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    LiveHandle,
    SessionClosed,
    State,
    SteeringMode,
    events,
)
from trio_live.phases import Phase, Transition

NEWEST, OLDEST = "gemini-3.8-live", "gemini-2.5-flash-native-audio-latest"


def agent(model: str = OLDEST) -> Live:
    return (
        Live.builder()
        .model(model)
        .add_tool(FunctionDeclaration("go"))
        .add_tool(FunctionDeclaration("pay"))
        .initial_phase("a")
        .phases(
            Phase("a", "Be a.", on_exit=say("Leave."), transitions=[Transition("b", lambda _: False)]),
            Phase("b", "Be b.", tools_enabled=["pay"], requires=["unknown"], prompt_on_enter=True),
        )
    )


ADVICE = "Tools available in this phase: pay. Do not call any other."


async def test_a_wish_is_a_force_and_says_at_once_what_its_phase_says(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        assert await talk.session.transition_to("b", "the caller is angry") is True
        assert talk.phase == "b"
        assert await talk.after(0) == ["instruction: Leave.", "instruction: Be b.", f"context: {ADVICE}", "prompt"]
        (event,) = talk.of(events.PhaseTransition)
        assert event.reason == "programmatic at turn 0 (the caller is angry)"


async def test_what_a_wish_says_waits_for_the_end_of_the_models_turn(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.hears({"serverContent": {"modelTurn": {"parts": [{"text": "Well, "}]}}})
        assert await talk.session.transition_to("b")
        assert await talk.after(0) == ["instruction: Leave."], "the hook's own words"
        assert await talk.hears(turn_complete()) == ["instruction: Be b.", f"context: {ADVICE}", "prompt"]


def moving(model: str, mode: SteeringMode) -> tuple[Live, list[LiveHandle], list[bool]]:
    """An agent whose function `go` asks for phase b."""
    sessions: list[LiveHandle] = []
    moved: list[bool] = []

    async def go(calls: Sequence[FunctionCall], _: State) -> list[FunctionResponse]:
        moved.append(await sessions[0].transition_to("b", "go"))
        return [FunctionResponse.of(call, {"output": "gone"}) for call in calls]

    return agent(model).steering_mode(mode).on_tool_call(go), sessions, moved


async def test_from_a_function_the_update_goes_out_before_the_answer(autojump_clock: MockClock) -> None:
    live, sessions, moved = moving(NEWEST, SteeringMode.CONTEXT_UPDATE)
    async with stage(live) as talk:
        sessions.append(talk.session)
        lines = await talk.hears(tool_call({"id": "1", "name": "go"}))
        assert moved == [False], "it moves once the function has returned"
        assert lines == ["instruction: Leave.", "tools: pay instruction: Be b.", "answers: 1={'output': 'gone'}"]
        assert await talk.turn(said("Done.")) == ["prompt"], "what is not replaced waits for the end of the turn"


async def test_from_a_function_other_words_wait_for_the_end_of_the_turn(autojump_clock: MockClock) -> None:
    live, sessions, _ = moving(OLDEST, SteeringMode.INSTRUCTION_UPDATE)
    async with stage(live) as talk:
        sessions.append(talk.session)
        lines = await talk.hears(tool_call({"id": "1", "name": "go"}))
        assert lines == ["instruction: Leave.", "answers: 1={'output': 'gone'}"]
        assert await talk.turn(said("Done.")) == ["instruction: Be b.", f"context: {ADVICE}", "prompt"]


async def test_the_handle_tells_why_the_talk_does_not_move_on(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        assert talk.session.why_blocked("b") == ("the guard says no", "not known yet: unknown")
        explanation = talk.session.explain()
        assert explanation is not None
        assert explanation.phase == "a"
    async with stage() as talk:
        assert talk.session.explain() is None


async def test_a_phase_that_is_not_there_is_a_mistake_at_the_call(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        with pytest.raises(ConfigError, match=r"no phase 'c'; there are: a, b"):
            await talk.session.transition_to("c")
        with pytest.raises(ConfigError, match="no phase 'c'"):
            talk.session.why_blocked("c")
    with pytest.raises(SessionClosed):
        await talk.session.transition_to("b")


async def test_a_wish_is_no_longer_waited_for_when_the_session_ends(autojump_clock: MockClock) -> None:
    async def slow(*_: object) -> None:
        await trio.sleep(60)

    live = Live.builder().initial_phase("a").phases(Phase("a", "Be a."), Phase("b", on_enter=slow))
    raised: list[bool] = []

    async def wish(talk: Stage) -> None:
        try:
            await talk.session.transition_to("b")
        except SessionClosed:
            raised.append(True)

    async with trio.open_nursery() as nursery, stage(live) as talk:
        nursery.start_soon(wish, talk)
        await trio.sleep(1)
    assert raised == [True]
