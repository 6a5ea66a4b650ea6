"""The conversation and its function calls: which may run, and what moves because of them."""

from __future__ import annotations

from collections.abc import Sequence

import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering, failed, responses, returning
from tests.peer import Diary, builder, call, call_of, settled, tool_call, turn_complete
from trio_live import FunctionCall, FunctionResponse, LiveHandle, State
from trio_live.phases import Phase, PhaseBuilder, Transition


async def test_the_phase_at_the_time_of_the_call_decides_and_not_that_of_its_turn_to_run(
    autojump_clock: MockClock,
) -> None:
    live = (
        builder("f")
        .on_tool_call(answering(takes=5))
        .initial_phase("a")
        .phases(
            Phase("a", "x", tools_enabled=["f"], transitions=[Transition("b", lambda _: True)]),
            Phase("b", "x", tools_enabled=[]),
        )
    )
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")), turn_complete(), tool_call(call_of("f", "2")))
        await trio.sleep(10)
        second, first = responses(peer)
    assert first == ("1", {"output": "done"})
    assert second[0] == "2"
    assert "not available" in second[1]["error"]


async def test_a_transition_asked_from_outside_does_not_wait_for_a_function(autojump_clock: MockClock) -> None:
    live = builder().on_tool_call(answering(takes=20)).initial_phase("a").phases(Phase("a", "x"), Phase("b", "x"))
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert await session.transition_to("b")
        assert trio.current_time() == 0


async def test_a_transition_asked_by_a_function_waits_for_it_alone(autojump_clock: MockClock) -> None:
    diary, sessions = Diary(), list[LiveHandle]()

    async def tool(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        if calls[0].name == "go":
            assert await sessions[0].transition_to("b") is False
            await trio.sleep(1)
            diary.entries.append(("returns", sessions[0].conversation_phase))
        else:
            await trio.sleep(20)
        return [FunctionResponse.of(each, "done") for each in calls]

    live = (
        builder()
        .on_tool_call(tool)
        .initial_phase("a")
        .phases(Phase("a", "x"), Phase("b", "x", on_enter=diary.anote("enters b")))
    )
    async with call(live) as (session, peer):
        sessions.append(session)
        await peer.send(tool_call(call_of("slow", "1")), tool_call(call_of("go", "2")))
        await trio.sleep(2)
        assert responses(peer) == [("2", {"output": "done"})]
    assert [entry[0] for entry in diary.entries] == ["returns", "enters b"]
    assert diary.entries[0] == ("returns", "a")


async def test_a_guarded_function_runs_when_its_guard_holds(autojump_clock: MockClock) -> None:
    live = (
        builder("pay")
        .on_tool_call(returning(None))
        .initial_phase("a")
        .phases(
            PhaseBuilder("a")
            .instruction("x")
            .tool_guard("pay", lambda state: bool(state.get("sure")), "not sure")
            .done()
        )
    )
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of("pay", "1")))
        await settled()
        session.state.set("sure", True)
        await peer.send(tool_call(call_of("pay", "2")))
        await settled()
        first, second = responses(peer)
        assert (first[0], first[1]["status"], first[1]["reason"]) == ("1", "refused", "not sure")
        assert second == ("2", failed("Tool not found: pay")), "it was asked for"
