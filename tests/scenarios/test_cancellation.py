"""The end of a turn, cancelled at every single place: each of its steps has happened wholly, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count, pairwise
from typing import Protocol

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import _Run, cancel_everywhere
from tests.peer import builder, call_of, settled, tool_call
from tests.scenarios.harness import Stage, puts, stage
from trio_live import ContextDelivery, Live, State, SteeringMode, events, wire_events
from trio_live.events import SessionWriter
from trio_live.phases import Phase, PhasePreparation, Transition
from trio_live.phases._internal import StandingContext
from trio_live.state._internal import as_owner
from trio_live.wire import FunctionCall

KINDS = [
    (mode, delivery)
    for mode in (SteeringMode.INSTRUCTION_UPDATE, SteeringMode.HYBRID, SteeringMode.CONTEXT_INJECTION)
    for delivery in ContextDelivery
]


def agent(mode: SteeringMode, delivery: ContextDelivery) -> Live:
    """a ⇄ b, one way each turn, with a checkpoint in everything that a turn can wait for."""

    async def forget(state: State, _: SessionWriter) -> None:
        await trio.lowlevel.checkpoint()
        state.remove("ready")
        await trio.lowlevel.checkpoint()

    def phase(name: str, other: str) -> Phase:
        return Phase(
            name,
            f"Be {name}.",
            tools_enabled=[name],
            requires=["ready"],
            preparations=[PhasePreparation("p", ["ready"], puts("ready"))],
            presents=[name],
            clear_on_enter=[f"presented:{other}", "ack"],
            prompt_on_enter=True,
            on_exit=puts("ack"),
            on_enter=forget,
            transitions=[Transition(other, lambda _: True)],
        )

    live = builder("a", "b").initial_phase("a").phases(phase("a", "b"), phase("b", "a"))
    live = live.steering_mode(mode).context_delivery(delivery)
    live = live.watch("session:phase").blocking().then(puts("watched"))
    return live.on_turn_boundary(puts("boundary")).on_turn_complete(_checkpoint)


async def _checkpoint() -> None:
    await trio.lowlevel.checkpoint()


class Check(Protocol):
    def __call__(self, lines: list[str], *, cancelled: bool) -> None: ...


async def cancelled_at_each(talk: Stage, work: Callable[[], Awaitable[object]], check: Check) -> int:
    """Run ``work`` cancelled after one step, two steps, … until it completes; the lane stands still meanwhile."""
    for steps in count(1):
        run = _Run(steps)
        await run.of(work)
        await settled()
        check(talk.news(), cancelled=run.scope.cancel_called)
        if not run.scope.cancel_called:
            return steps
    raise AssertionError


@pytest.mark.parametrize(("mode", "delivery"), KINDS)
async def test_a_turn_cancelled_anywhere_is_wholly_before_or_wholly_after_each_of_its_steps(
    mode: SteeringMode, delivery: ContextDelivery, autojump_clock: MockClock
) -> None:
    async with stage(agent(mode, delivery)) as talk:
        turns = 0
        deferred = delivery is ContextDelivery.DEFERRED
        if talk.talk.pending is not None:
            talk.talk.pending.drain()

        def check(lines: list[str], *, cancelled: bool) -> None:
            nonlocal turns
            now = talk.machine.current
            chain = ["a", *(entry.to for entry in talk.machine.history)]
            assert chain[-1] == now == talk.state.get("session:phase")
            assert talk.state.get(f"presented:{now}") is True
            assert f"presented:{'ab'.replace(now, '')}" not in talk.state
            assert talk.moves == list(pairwise(chain))
            turns += not cancelled
            assert talk.state.get("session:turn_count", 0) == turns == len(talk.of(events.TurnComplete))
            check_words(lines, now)
            # Every run begins as if nothing had been said yet, so that each has the same to say.
            as_owner(talk.state).remove("session:active_tools")
            talk.talk.standing = StandingContext()
            talk.talk.ledger.begin_again("")

        def check_words(lines: list[str], now: str) -> None:
            tools = f"Tools available in this phase: {now}. Do not call any other."
            if mode is SteeringMode.CONTEXT_INJECTION:
                update, context = [], [tools, f"Be {now}."]
            else:
                update, context = [f"instruction: Be {now}."], [tools]
            full = update if deferred else [*update, f"context: {' | '.join(context)}", "prompt"]
            said = talk.talk.pending.drain() if talk.talk.pending is not None else ((), False)
            if deferred:
                texts = [turn.parts[0].text for turn in said[0] if turn.parts]
                assert (lines, texts, said[1]) in ((full, context, True), ([], [], False))
            else:
                assert lines in (full, [])
            sent = [line.removeprefix("instruction: ") for line in talk.lines if line.startswith("instruction: ")]
            if mode is not SteeringMode.CONTEXT_INJECTION:
                assert talk.talk.ledger.last_sent in ({sent[-1]} if lines else {"", "Be a."})

        plane = talk.plane

        async def work() -> None:
            await plane.handle(wire_events.TurnComplete(), 0)

        assert await cancelled_at_each(talk, work, check) > 10
        assert await talk.turn() or deferred, "and the session goes on"


async def test_a_batch_of_calls_cancelled_anywhere_is_answered_wholly_or_not_at_all(
    autojump_clock: MockClock,
) -> None:
    async def answer(calls: object, state: State) -> None:
        await trio.lowlevel.checkpoint()

    async def intercept(answers: object, _: State) -> object:
        await trio.lowlevel.checkpoint()
        return answers

    live = builder().on_tool_call(answer).before_tool_response(intercept)  # type: ignore[arg-type]
    async with stage(live) as talk:
        numbers, plane = count(), talk.plane

        def check(lines: list[str], *, cancelled: bool) -> None:
            assert lines == [] or (len(lines) == 1 and "one=" in lines[0] and "two=" in lines[0])
            assert cancelled or lines

        async def work() -> None:
            number = next(numbers)
            calls = [FunctionCall(name="f", id=f"{number}-one"), FunctionCall(name="g", id=f"{number}-two")]
            asked = talk.parts.protocol.calls.opened(calls)
            await plane.handle(wire_events.ToolCall(asked), 0)

        await cancelled_at_each(talk, work, check)
        assert await talk.hears(tool_call(call_of("f", "3")))


async def test_a_whole_session_can_be_cancelled_at_every_step(autojump_clock: MockClock) -> None:
    states: list[State] = []

    async def session() -> None:
        states.append(state := State())
        live = agent(SteeringMode.HYBRID, ContextDelivery.IMMEDIATE).state(state).greeting("Hello")
        async with stage(live) as talk:
            await talk.turn()
            await talk.turn()

    def check() -> None:
        state = states[-1]
        if "session:phase" in state:
            name = state.get("session:phase")
            assert state.get(f"presented:{name}") is True
            assert state.get("session:turn_count", 0) in {0, 1, 2}

    assert await cancel_everywhere(session, after_each=check) > 50


async def test_deferred_words_cancelled_anywhere_take_all_of_the_context_or_none(autojump_clock: MockClock) -> None:
    async with stage(agent(SteeringMode.HYBRID, ContextDelivery.DEFERRED)) as talk:
        await talk.turn()
        tools = "context: Tools available in this phase: b. Do not call any other."

        def check(lines: list[str], *, cancelled: bool) -> None:
            assert lines in ([], [tools, "user: hi"], ["user: hi"])
            assert talk.talk.pending is not None
            assert talk.talk.pending.has_context() is (tools not in talk.lines)

        await cancelled_at_each(talk, lambda: talk.session.send_text("hi"), check)
        await cancelled_at_each(talk, talk.session.playback_drained, lambda lines, *, cancelled: None)
        assert talk.lines.count("prompt") == 1
