"""What rules want is done: in order, in time, and a prompt only if it still may be in the instant of sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, builder, call, settled
from tests.scenarios.harness import Stage, lines_of, stage
from trio_live import Content, ContextDelivery, SessionClosed, events
from trio_live.control import PendingContext
from trio_live.control.effects import PERFORM, LiveEffectExecutor
from trio_live.errors import EffectTimeout
from trio_live.reactive import (
    CancelDeferredPrompt,
    EffectMode,
    EffectPolicy,
    Emit,
    LiveEffect,
    Noop,
    PromptModel,
    Reaction,
    Rule,
    SendContext,
    SignalUserActivityEnd,
    SignalUserActivityStart,
    TimerTick,
    UpdateInstruction,
    UserSpeechStarted,
)

FACT = Content.of("A fact.", "model")
CONCURRENT = EffectPolicy(EffectMode.CONCURRENT)


def wanted(*effects: LiveEffect, policy: EffectPolicy | None = None) -> list[Reaction]:
    return [Reaction("r", effect, policy or EffectPolicy()) for effect in effects]


def executor_of(talk: Stage) -> LiveEffectExecutor:
    return talk.plane.voice.reacting.executor


def pending_of(talk: Stage) -> PendingContext:
    assert talk.talk.pending is not None
    return talk.talk.pending


def test_every_effect_can_be_done() -> None:
    assert set(PERFORM) == set(LiveEffect.__subclasses__())


async def test_effects_reach_the_wire_in_their_order(autojump_clock: MockClock) -> None:
    live = builder().vad(disabled=True).context_delivery(ContextDelivery.DEFERRED)
    async with stage(live) as talk:
        executor, pending = executor_of(talk), pending_of(talk)
        pending.extend([FACT])
        pending.set_prompt()
        told = events.Error("told")
        await executor.perform(
            wanted(
                Noop(),
                SendContext((FACT,)),
                SendContext(),
                SignalUserActivityStart(),
                SignalUserActivityStart(),
                SignalUserActivityEnd(),
                UpdateInstruction("Be."),
                PromptModel(),
                PromptModel(),
                Emit(told),
            )
        )
        await settled()
        assert talk.lines == [
            "context: A fact.",
            *(["other: ['realtimeInput']"] * 2),
            "instruction: Be.",
            "context: A fact.",
            "prompt",
        ]
        pending.set_prompt()
        await executor.perform(wanted(CancelDeferredPrompt(), PromptModel()))
        assert told in talk.seen
        assert len(talk.lines) == 6


async def test_marks_go_nowhere_while_the_server_listens_for_itself(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        await executor_of(talk).perform(wanted(SignalUserActivityStart(), SignalUserActivityEnd(), PromptModel()))
        assert talk.lines == []


async def test_what_blocks_too_long_is_given_up_and_nothing_after_it_is_begun(autojump_clock: MockClock) -> None:
    peer = Peer(capacity=1)
    async with stage(peer=peer) as talk:
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"0000")
        in_time = EffectPolicy(timeout=2.0)
        course = [*wanted(SendContext((FACT,)), policy=in_time), *wanted(Emit(events.Error("never")))]
        before = trio.current_time()
        with pytest.raises(EffectTimeout) as slow:
            await executor_of(talk).perform(course)
        assert trio.current_time() - before == 2.0
        assert (slow.value.source, slow.value.effect, slow.value.timeout) == ("r", "SendContext", 2.0)
        assert isinstance(slow.value.__cause__, TimeoutError)
        await executor_of(talk).perform(wanted(SendContext((FACT,)), policy=EffectPolicy(EffectMode.CONCURRENT, 3)))
        await trio.sleep(4)
        assert talk.of(events.Error) == [
            events.Error("rule('r'): SendContext, which the rule 'r' wanted, took longer than 3 s")
        ]
        with trio.move_on_after(1):
            while True:
                await peer.read()


async def test_a_failure_that_blocks_comes_out_at_the_edge_and_one_beside_is_published(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setitem(PERFORM, Noop, fail)
    rule = Rule("breaks", lambda event, _: Noop() if isinstance(event, UserSpeechStarted) else None)
    told = Diary()
    live = builder().on_error(told.anote("error"))
    async with call(live.reactor_rule(rule)) as (session, _):
        with pytest.raises(OSError, match="no"):
            await session.user_speech_started()
        assert session.voice_state.user_speaking, "the edge is believed all the same"
    beside = Rule("breaks", lambda event, _: Noop() if isinstance(event, UserSpeechStarted) else None, CONCURRENT)
    async with call(live.reactor_rule(beside)) as (session, _):
        await session.user_speech_started()
        await settled()
        assert told.names() == ["error"]


async def test_effects_beside_end_with_the_session(autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def stay(*_: object) -> None:
        try:
            await trio.sleep_forever()
        finally:
            ended.append("ended")

    monkeypatch.setitem(PERFORM, Noop, stay)
    async with stage() as talk:
        await executor_of(talk).perform(wanted(Noop(), policy=CONCURRENT))
        await settled()
    assert ended == ["ended"]


async def test_a_prompt_that_speech_cancels_while_it_waits_for_room_is_not_sent(autojump_clock: MockClock) -> None:
    """Speech wins the race, also where the prompt is armed again meanwhile."""
    peer = Peer(capacity=1)
    async with stage(builder().context_delivery(ContextDelivery.DEFERRED), peer=peer) as talk:
        session, pending = talk.session, pending_of(talk)
        pending.extend([FACT])
        pending.set_prompt()
        with trio.move_on_after(0.5):
            while True:
                await talk.plane.writer.send_audio(b"0000")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.playback_drained)
            await settled()
            await session.user_speech_started()
            pending.set_prompt()
            frames = []
            with trio.move_on_after(0.4):
                while True:
                    frames += await peer.read()
        assert "prompt" not in lines_of(frames)
        assert pending.has_context()
        assert pending.has_prompt()


async def test_a_prompt_that_waits_for_a_slow_network_is_taken_back_and_its_context_is_not(
    autojump_clock: MockClock,
) -> None:
    peer = Peer(capacity=1)
    async with stage(builder().context_delivery(ContextDelivery.DEFERRED), peer=peer) as talk:
        for _ in range(5):  # the transport is full, the queue is not
            await talk.plane.writer.send_audio(b"0000")
        await settled()
        pending = pending_of(talk)
        pending.extend([FACT])
        pending.set_prompt()
        await talk.session.playback_drained()
        assert not pending.has_prompt(), "it is on its way"
        await talk.session.user_speech_started()
        frames = []
        with trio.move_on_after(0.4):
            while True:
                frames += await peer.read()
        assert [line for line in lines_of(frames) if not line.startswith(("audio", "other"))] == ["context: A fact."]


@pytest.mark.parametrize("effects", [[Noop()], [PromptModel()], [SendContext((FACT,)), Noop()]])
async def test_cancellation_before_it_begins_does_nothing(effects: Iterable[LiveEffect]) -> None:
    async with stage() as talk:
        with trio.CancelScope() as scope:
            scope.cancel()
            await executor_of(talk).perform(wanted(*effects))
        assert scope.cancelled_caught
        assert talk.lines == []


async def test_after_the_end_an_effect_says_so_where_somebody_is_told() -> None:
    async with stage() as talk:
        executor = executor_of(talk)
    with pytest.raises(SessionClosed):
        await executor.perform(wanted(SendContext((FACT,))))
    await executor.perform_reporting(wanted(SendContext((FACT,))))


def rule_of(*kinds: type, tell: Callable[[object], None]) -> Rule:
    return Rule("watches", lambda event, _: tell(event) if isinstance(event, kinds) else None)


async def test_time_passes_for_rules_of_a_session(autojump_clock: MockClock) -> None:
    ticks: list[object] = []
    async with call(builder().reactor_rule(rule_of(TimerTick, tell=ticks.append))):
        await trio.sleep(1.05)
    assert len(ticks) == 10
