"""A process is told to leave: with signals that are raised in it, on virtual time."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import trio
from trio.testing import MockClock
from trio.testing import wait_all_tasks_blocked as settled

from tests.emulator.sessions import dialling
from tests.scenarios.reconnecting import PERSONA, strikes
from trio_live import Live, LiveHandle, events
from trio_live.draining import Drain, DrainStatistics, HandOver, open_drain
from trio_live.emulator import Emulation, FaultPlan, Strike, parse_persona
from trio_live.errors import Draining
from trio_live.persistence import MemoryPersistence

Body = Callable[[LiveHandle], Coroutine[Any, Any, None]]


def builder() -> Live:
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription()


def server(faults: FaultPlan | None = None) -> Emulation:
    return Emulation(parse_persona(PERSONA), faults=faults or FaultPlan(), raise_errors=True, idle_timeout=None)


def connect(live: Live | None = None) -> AbstractAsyncContextManager[LiveHandle]:
    return dialling(live or builder(), server())


async def tell(count: int = 1) -> None:
    """What a process manager does, and as long as it takes to hear of it."""
    for _ in range(count):
        signal.raise_signal(signal.SIGTERM)
        await settled()


async def stay(_session: LiveHandle) -> None:
    await trio.sleep_forever()


class Calls:
    """Calls of a process, and how each ended: ``ended`` by itself, ``cut``, or ``refused``."""

    def __init__(self, drain: Drain, nursery: trio.Nursery) -> None:
        self.drain = drain
        self._nursery = nursery
        self.sessions: list[LiveHandle] = []
        self.came_to: list[str] = []

    async def begin(self, body: Body = stay, live: Live | None = None, hand_over: HandOver | None = None) -> None:
        """One more, which is connected when this returns."""
        before = len(self.sessions)
        self._nursery.start_soon(self._hold, body, live, hand_over)
        while len(self.sessions) == before:  # noqa: ASYNC110  # virtual time
            await trio.sleep(0.01)

    async def _hold(self, body: Body, live: Live | None, hand_over: HandOver | None) -> None:
        how = "cut"
        async with self.drain.admit(connect(live), hand_over=hand_over) as session:
            self.sessions.append(session)
            await body(session)
            how = "ended"
        self.came_to.append(how)


async def test_a_process_that_nobody_tells_to_leave_has_nothing_of_it(autojump_clock: MockClock) -> None:
    async with open_drain() as drain:
        async with drain.admit(connect()) as session:
            assert session.link.is_up
            assert drain.statistics == DrainStatistics(active=1, admitted=1)
            assert (drain.is_draining, drain.deadline) == (False, None)
        with pytest.raises(ValueError, match="of the block"):
            async with drain.admit(connect()):
                raise ValueError("of the block")
    assert drain.statistics == DrainStatistics(admitted=2)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_who_leaves_admits_nobody_and_waits_for_those_who_are_there(autojump_clock: MockClock) -> None:
    async def say_goodbye(_session: LiveHandle) -> None:
        await drain.wait_started()
        await trio.sleep(20)

    async with open_drain(30) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        await calls.begin(say_goodbye)
        with drain.accepting():
            nursery.start_soon(tell)
            await trio.sleep(3600)
        assert drain.is_draining
        assert drain.deadline == pytest.approx(trio.current_time() + 30)
        with pytest.raises(Draining, match="ask another one"):
            async with drain.admit(connect()):
                pytest.fail("it cannot have been admitted")
        with drain.accepting():
            await trio.sleep(3600)
        began = trio.current_time()
    assert calls.came_to == ["ended"]
    assert trio.current_time() - began == pytest.approx(20, abs=1)
    assert drain.statistics == DrainStatistics(admitted=1, refused=1)


async def test_a_call_that_is_still_connecting_is_given_up(autojump_clock: MockClock) -> None:
    silent = server(strikes(Strike(fault="no_setup_complete")))
    async with open_drain(30) as drain, trio.open_nursery() as nursery:

        async def dial() -> None:
            with pytest.raises(Draining):
                async with drain.admit(dialling(builder(), silent)):
                    pytest.fail("it cannot have been admitted")

        nursery.start_soon(dial)
        await settled()
        began = trio.current_time()
        await tell()
    assert trio.current_time() - began < 1
    assert drain.statistics == DrainStatistics(refused=1)


async def test_a_call_that_can_move_is_handed_over_in_a_quiet_moment_and_goes_on_elsewhere(
    autojump_clock: MockClock,
) -> None:
    shelf, emulation, seen = MemoryPersistence(), server(), list[tuple[str, bool]]()
    live = builder().persistence(shelf).session_id("maria")

    async def move(session: LiveHandle) -> None:
        seen.append((str(session.state.get("app:name")), session.link.is_up))
        await trio.sleep(0.5)

    async with (
        open_drain(60) as drain,
        drain.admit(dialling(live, emulation), hand_over=move) as session,
        session.events() as stream,
    ):
        session.state.set("app:name", "Maria")
        await session.send_text("story")
        async for event in stream:
            if isinstance(event, events.OutputTranscript):
                break  # in the middle of what the model says
        await tell()
        assert not seen, "nobody is moved while somebody speaks"
        rest = [event async for event in stream]
        whole = [event for event in rest if isinstance(event, events.TurnComplete)]
        assert [turn.cut for turn in whole] == [False]
        assert seen == [("Maria", True)]
        assert session.ended is not None
        assert session.ended.reason is None
    assert drain.statistics == DrainStatistics(admitted=1, handed_over=1)
    async with dialling(live, emulation) as session, session.events() as stream:
        assert session.state.get("app:name") == "Maria"
        assert await anext(stream) == events.Connected(events.Continuation.RESUMED)
        await session.send_text("two")
        said = [
            event.text
            async for event in until(stream, events.TurnComplete)
            if isinstance(event, events.OutputTranscript) and event.is_final
        ]
        assert said == ["The second answer."]


async def until(stream: Any, last: type[events.LiveEvent]) -> Any:
    async for event in stream:
        yield event
        if isinstance(event, last):
            return


async def test_a_call_that_is_never_quiet_is_handed_over_before_the_grace_is_over(autojump_clock: MockClock) -> None:
    moved = list[float]()

    async def move(_session: LiveHandle) -> None:
        moved.append(trio.current_time())
        await trio.lowlevel.checkpoint()

    async def speak(session: LiveHandle) -> None:
        await session.user_speech_started()
        await session.done()

    async with open_drain(30) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        await calls.begin(speak, builder().vad(disabled=True), move)
        await trio.sleep(1)
        began = trio.current_time()
        await tell()
    assert moved == [pytest.approx(began + 25)]
    assert drain.statistics == DrainStatistics(admitted=1, handed_over=1)
    assert calls.came_to == ["ended"]


async def test_what_is_left_when_the_grace_is_over_is_cancelled_in_order(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "trio_live.draining"):
        async with open_drain(30) as drain, trio.open_nursery() as nursery:
            calls = Calls(drain, nursery)
            for _ in range(3):
                await calls.begin()
            began = trio.current_time()
            await tell()
    assert trio.current_time() - began == pytest.approx(30, abs=1)
    assert calls.came_to == ["cut"] * 3
    assert drain.statistics == DrainStatistics(admitted=3, cut=3)
    assert all(session.ended is not None and session.ended.reason is None for session in calls.sessions)
    assert [record.message for record in caplog.records] == [
        "SIGTERM was received",
        "leaving: 3 calls, and 30 s for them",
    ]


async def test_a_cancelled_call_is_told_why(autojump_clock: MockClock) -> None:
    told = list[str]()

    async def listen(_session: LiveHandle) -> None:
        try:
            await trio.sleep_forever()
        except trio.Cancelled as cancelled:
            told.append(str(cancelled))
            raise

    async with open_drain(5) as drain, trio.open_nursery() as nursery:
        await Calls(drain, nursery).begin(listen)
        await tell()
    async with open_drain(5) as drain, trio.open_nursery() as nursery:
        await Calls(drain, nursery).begin(listen)
        drain.hurry()
    assert ["its grace of 5 s is over" in told[0], "it was told to hurry" in told[1]] == [True, True]


async def test_a_second_signal_hurries(autojump_clock: MockClock) -> None:
    async with open_drain(3600) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        await calls.begin()
        began = trio.current_time()
        await tell()
        assert drain.statistics.active == 1
        await tell()
    assert trio.current_time() - began < 5
    assert calls.came_to == ["cut"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "a third one is the system's"


async def test_a_hand_over_that_fails_is_told_and_its_call_waited_for(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_session: LiveHandle) -> None:
        await trio.lowlevel.checkpoint()
        raise OSError("the gateway is away")

    async def go_on(_session: LiveHandle) -> None:
        await drain.wait_started()
        await trio.sleep(10)

    async with open_drain(30) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        await calls.begin(go_on, hand_over=fail)
        await tell()
    assert calls.came_to == ["ended"]
    assert drain.statistics == DrainStatistics(admitted=1, hand_overs_failed=1)
    assert "the gateway is away" in caplog.text


async def test_a_call_that_ends_takes_its_hand_over_along(autojump_clock: MockClock) -> None:
    cancelled = list[bool]()

    async def move(_session: LiveHandle) -> None:
        try:
            await trio.sleep_forever()
        finally:
            cancelled.append(True)

    async def hang_up(_session: LiveHandle) -> None:
        await drain.wait_started()
        await trio.sleep(10)

    async with open_drain(60) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        await calls.begin(hang_up, hand_over=move)
        began = trio.current_time()
        await tell()
    assert (cancelled, calls.came_to) == ([True], ["ended"])
    assert trio.current_time() - began == pytest.approx(10, abs=1)


async def test_twenty_calls_of_every_kind_leave_together(autojump_clock: MockClock) -> None:
    async def move(session: LiveHandle) -> None:
        await session.send_text("two")  # the last words; the end waits for them to be written
        await session.flush()

    async def follow(session: LiveHandle) -> None:
        await session.done()

    async with open_drain(30) as drain, trio.open_nursery() as nursery:
        calls = Calls(drain, nursery)
        for number in range(20):
            body, hand_over = (follow, move) if number % 2 else (stay, None)
            await calls.begin(body, hand_over=hand_over)
        began = trio.current_time()
        await tell()
    assert sorted(calls.came_to) == ["cut"] * 10 + ["ended"] * 10
    assert drain.statistics == DrainStatistics(admitted=20, handed_over=10, cut=10)
    assert trio.current_time() - began == pytest.approx(30, abs=1)


async def test_whoever_cancels_from_outside_waits_for_nobody(autojump_clock: MockClock) -> None:
    with trio.move_on_after(5) as scope:
        async with open_drain(3600) as drain, trio.open_nursery() as nursery:
            calls = Calls(drain, nursery)
            await calls.begin()
            await tell()
            await drain.wait_started()
            await trio.sleep_forever()
    assert scope.cancelled_caught
    assert trio.current_time() < 10
    assert calls.came_to == []


async def test_without_signals_a_program_begins_by_itself(autojump_clock: MockClock) -> None:
    async with open_drain(1, signals=()) as drain, trio.open_nursery() as nursery:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        await Calls(drain, nursery).begin()
        drain.start()
        drain.start()
    assert drain.statistics.cut == 1


async def test_a_grace_that_is_no_time_is_refused() -> None:
    for grace in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="number of seconds"):
            async with open_drain(grace):
                pytest.fail("it cannot have been opened")
