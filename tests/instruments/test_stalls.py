"""The detector by hand, on a clock of its own, with a look when the test says so; and once in a run, with its own thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import pytest
import trio

from trio_live.instruments import Stall, StallDetector


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Run:
    """One thread that steps through tasks, and another one that looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, on_stall: Callable[[Stall], object] | None = None) -> None:
        monkeypatch.setattr(threading.Thread, "start", lambda self: None)
        monkeypatch.setattr(threading.Thread, "join", lambda self: None)
        self.clock = Clock()
        self.detector = StallDetector(0.05, on_stall, stopwatch=self.clock)

    def step(self, seconds: float, *, looks_after: float | None = None) -> None:
        task = trio.lowlevel.current_task()
        self.detector.before_task_step(task)
        if looks_after is not None:
            self.clock.now += looks_after
            self.hold_up()
        self.clock.now += seconds - (looks_after or 0.0)
        self.detector.after_task_step(task)

    def hold_up(self) -> None:
        """The place that is to be named."""
        import _thread

        done = _thread.allocate_lock()
        done.acquire()

        def look() -> None:
            self.detector.look()
            done.release()

        _thread.start_new_thread(look, ())
        done.acquire()


async def test_a_step_that_is_short_enough_is_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch)
    run.step(0.05, looks_after=0.05)
    assert (run.detector.count, list(run.detector.stalls)) == (0, [])


async def test_a_long_step_is_told_with_task_time_and_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = Run(monkeypatch)
    run.step(0.2, looks_after=0.06)
    (stall,) = run.detector.stalls
    assert stall.seconds == pytest.approx(0.2)
    assert "test_a_long_step_is_told" in stall.task
    assert "in hold_up" in stall.where
    assert "trio/_core" not in stall.where
    (record,) = caplog.records
    assert (record.levelno, record.name) == (logging.WARNING, "trio_live.instruments")
    assert "held up the loop for 200 ms, here:" in record.getMessage()


async def test_a_look_before_its_time_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch)
    run.step(0.2, looks_after=0.04)
    assert [stall.where for stall in run.detector.stalls] == [""]
    assert str(run.detector.stalls[0]).endswith("held up the loop for 200 ms")


async def test_the_place_of_one_step_is_not_told_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch)
    run.step(0.2, looks_after=0.1)
    run.step(0.3)
    assert [bool(stall.where) for stall in run.detector.stalls] == [True, False]
    assert run.detector.count == 2


async def test_a_look_between_two_steps_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch)
    run.step(0.01)
    run.clock.now += 10
    run.hold_up()
    run.step(0.01)
    assert run.detector.count == 0


async def test_whoever_is_told_of_a_stall_may_raise(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Stall] = []

    def on_stall(stall: Stall) -> None:
        told.append(stall)
        raise ValueError("no")

    run = Run(monkeypatch, on_stall)
    run.step(0.2)
    run.step(0.2)
    assert told == list(run.detector.stalls)
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 2


@pytest.mark.parametrize("over", [0.0, -1.0, float("nan")])
def test_a_stall_cannot_be_shorter_than_a_millisecond(over: float) -> None:
    with pytest.raises(ValueError, match="longer than a millisecond"):
        StallDetector(over)


def compute_until(seen: Callable[[], bool]) -> None:
    give_up = time.perf_counter() + 20
    while not seen() and time.perf_counter() < give_up:
        pass


def test_in_a_run_its_own_thread_looks_and_ends_with_the_run() -> None:
    detector = StallDetector(0.005)

    async def busy() -> None:
        compute_until(lambda: detector._seen is not None and "compute_until" in detector._seen[1])

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(busy, name="the busy one")

    trio.run(main, instruments=[detector])
    (stall,) = [stall for stall in detector.stalls if stall.task == "the busy one"]
    assert "in compute_until" in stall.where
    assert not [thread for thread in threading.enumerate() if "stall detector" in thread.name]


def test_it_can_be_added_to_a_run_and_taken_away() -> None:
    detector = StallDetector(0.005)

    async def main() -> None:
        trio.lowlevel.add_instrument(detector)
        await trio.lowlevel.checkpoint()
        trio.lowlevel.remove_instrument(detector)
        detector.close()
        assert not [thread for thread in threading.enumerate() if "stall detector" in thread.name]

    trio.run(main)
