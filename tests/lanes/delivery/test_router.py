"""From the pump to the lanes: in wire order, stamped, and what is urgent first."""

from __future__ import annotations

import logging

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import forever, ring
from tests.peer import builder, call, turn_complete
from trio_live import wire_events
from trio_live.lanes import QUEUES
from trio_live.lanes._flow import FAIRNESS
from trio_live.lanes._internal import Barrier, Fanout, Router, RunningCalls, Stamped
from trio_live.session import LANES, Lane, SessionPhase
from trio_live.session._internal import CallLedger
from trio_live.wire import FunctionCall, UsageMetadata

CALL = FunctionCall(id="1", name="f")
SAMPLES: list[wire_events.SessionEvent] = [
    wire_events.Connected(),
    wire_events.Reconnecting("the connection broke"),
    wire_events.Undelivered("typed words", "a"),
    wire_events.TextDelta("a"),
    wire_events.TextComplete("a"),
    wire_events.AudioData(b"ab"),
    wire_events.Media("video/mp4", b"ab"),
    wire_events.InputTranscription("a"),
    wire_events.InterimInputTranscription("a"),
    wire_events.OutputTranscription("a"),
    wire_events.Thought("a"),
    wire_events.ToolCall((CALL,)),
    wire_events.ToolCallCancelled(("1",)),
    wire_events.TurnComplete(),
    wire_events.GenerationComplete(),
    wire_events.Interrupted(),
    wire_events.InteractionStatus("IDLE"),
    wire_events.Oddity(wire_events.OddityKind.EMPTY_TURN),
    wire_events.Grounding(),
    wire_events.PhaseChanged(SessionPhase.ACTIVE),
    wire_events.GoAway(),
    wire_events.Disconnected(),
    wire_events.Error("a"),
    wire_events.SessionResumeUpdate("h", resumable=True),
    wire_events.VoiceActivityStart(),
    wire_events.VoiceActivityEnd(),
    wire_events.Usage(UsageMetadata()),
    wire_events.UnknownMessage({}),
]


class Rig:
    """A router and what came out of it."""

    def __init__(self) -> None:
        self.barrier, self.ledger = Barrier(), CallLedger(lambda _: True)
        self.calls = RunningCalls(self.ledger)
        self.readers: Fanout[wire_events.SessionEvent] = Fanout(ring(512), lambda: None)
        self.counted: list[wire_events.SessionEvent] = []
        self.phases = 0
        self.router = Router(
            self.barrier,
            self.calls,
            self.readers,
            lambda: "on_turn_complete",
            count=lambda event, _, __: self.counted.append(event),
            phase_changed=self.changed,
        )

    def changed(self) -> None:
        self.phases += 1

    def fast(self) -> list[tuple[int, wire_events.SessionEvent]]:
        return drained(self.router.fast)

    def control(self) -> list[tuple[int, wire_events.SessionEvent]]:
        return drained(self.router.control)


def drained(channel: trio.MemoryReceiveChannel[Stamped]) -> list[tuple[int, wire_events.SessionEvent]]:
    items = []
    while channel.statistics().current_buffer_used:
        epoch, event, _ = channel.receive_nowait()
        items.append((epoch, event))
    return items


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(event) for event in SAMPLES} == set(LANES)


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
async def test_an_event_takes_the_lanes_of_its_row(event: wire_events.SessionEvent) -> None:
    rig = Rig()
    stream = rig.readers.subscribe()
    await rig.router.route(event)
    lanes = LANES[type(event)]
    epoch = rig.barrier.current
    assert rig.fast() == [(epoch, event)] * (Lane.FAST in lanes)
    assert rig.control() == [(epoch, event)] * (Lane.CONTROL in lanes)
    assert rig.counted == [event] * (Lane.TELEMETRY in lanes)
    stream.close()
    assert [seen async for seen in stream] == [event]


async def test_an_event_of_the_future_reaches_readers_of_the_wire_only() -> None:
    class Novelty(wire_events.SessionEvent):
        pass

    rig = Rig()
    stream = rig.readers.subscribe()
    await rig.router.route(novelty := Novelty())
    assert (rig.fast(), rig.control(), rig.counted) == ([], [], [])
    assert await anext(stream) is novelty


async def test_an_interruption_raises_the_epoch_before_it_travels() -> None:
    rig = Rig()
    for event in (
        wire_events.AudioData(b"0"),
        wire_events.Interrupted(),
        wire_events.AudioData(b"1"),
        wire_events.Interrupted(),
    ):
        await rig.router.route(event)
    assert rig.fast() == [(0, wire_events.AudioData(b"0")), (1, wire_events.AudioData(b"1"))]
    assert rig.control() == [(1, wire_events.Interrupted()), (2, wire_events.Interrupted())]


async def test_a_cancellation_overtakes_the_queue(autojump_clock: MockClock) -> None:
    rig = Rig()
    rig.ledger.opened([CALL])
    await rig.router.route(wire_events.ToolCall((CALL,)))
    for _ in range(QUEUES["control"].capacity - 1):
        await rig.router.route(wire_events.TurnComplete())
    rig.ledger.cancel(["1"])
    with rig.calls.scope((CALL,)) as scope, trio.CancelScope(shield=True, deadline=trio.current_time() + 1):
        await rig.router.route(wire_events.ToolCallCancelled(("1",)))
    assert scope._scope.cancel_called


async def test_a_full_lane_makes_the_router_wait_and_says_whom_it_waits_for(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture, nursery: trio.Nursery
) -> None:
    rig = Rig()
    for _ in range(QUEUES["control"].capacity):
        await rig.router.route(wire_events.TurnComplete())
    nursery.start_soon(rig.router.route, wire_events.GoAway(3.0))
    await trio.sleep(0.9)
    assert caplog.records == []
    await trio.sleep(5)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "wait for on_turn_complete" in record.getMessage()
    assert rig.control()[QUEUES["control"].capacity :] == [(0, wire_events.GoAway(3.0))]


async def test_the_warning_of_a_session_names_its_callback(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with call(builder().on_turn_complete(forever)) as (_, peer):
        await peer.send(*[turn_complete()] * (QUEUES["control"].capacity + FAIRNESS + 1))
        await trio.sleep(5)
    assert any("wait for on_turn_complete" in record.getMessage() for record in caplog.records)


async def test_events_of_our_own_do_not_wait_when_posted() -> None:
    rig = Rig()
    for _ in range(QUEUES["control"].capacity):
        assert rig.router.post(wire_events.TurnComplete())
    assert not rig.router.post(wire_events.TurnComplete())
    rig.router.close()
    assert not rig.router.post(wire_events.TurnComplete())


async def test_an_event_of_our_own_waits_when_put_and_is_dropped_at_the_end(nursery: trio.Nursery) -> None:
    rig = Rig()
    await rig.router.put(wire_events.Error("first"))
    assert rig.control() == [(0, wire_events.Error("first"))]
    rig.router.close()
    await rig.router.put(wire_events.Error("second"))


async def test_a_message_nobody_knows_is_logged_quietly(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "trio_live.lanes"):
        await Rig().router.route(wire_events.UnknownMessage({"brandNew": {"secret": 1}}))
    [record] = caplog.records
    assert record.levelno == logging.DEBUG
    assert "brandNew" in record.getMessage()
    assert "secret" not in record.getMessage()


async def test_several_events_keep_their_order() -> None:
    rig = Rig()
    await rig.router.route_all([wire_events.Thought("a"), wire_events.Thought("b")])
    assert rig.fast() == [(0, wire_events.Thought("a")), (0, wire_events.Thought("b"))]


async def test_a_lane_that_stands_still_holds_up_the_end_for_so_long_only(autojump_clock: MockClock) -> None:
    rig = Rig()
    assert await rig.router.route_in_time([wire_events.Thought("in time")] * QUEUES["fast"].capacity, 2.0)
    assert trio.current_time() == 0
    assert not await rig.router.route_in_time([wire_events.Thought("too late"), wire_events.Error("later still")], 2.0)
    assert trio.current_time() == 2
    assert rig.control() == []
