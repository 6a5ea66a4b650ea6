"""A plain callback that is too slow is named, counted, and not named again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import trio

from tests.lanes.rig import ring
from tests.peer import audio, builder, call, heard, settled, text, turn_complete, usage
from trio_live import EventCallbacks, Live, LiveEvent, wire_events
from trio_live.lanes._callbacks import BUDGET, CallbackBudget, ErrorDesk, _budget
from trio_live.lanes._internal import Fanout, FastCalls

SLOW, QUICK = 0.0025, 0.0004


class Watch:
    """A stopwatch that callbacks wind on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """What sessions measure their callbacks by."""
    watch = Watch()
    monkeypatch.setattr(_budget, "stopwatch", watch)
    return watch


def taking(watch: Watch, seconds: float) -> Callable[..., Any]:
    def callback(*args: object) -> None:
        watch.now += seconds

    return callback


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


async def slow_callbacks(live: Live, *frames: Any) -> dict[str, Any]:
    """What the figures say after some frames."""
    async with call(live) as (session, peer):
        await peer.send(*frames)
        await settled()
        found: dict[str, Any] = session.telemetry.snapshot()["slow_callbacks"]
    return found


async def test_a_slow_callback_names_itself(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    found = await slow_callbacks(builder().on_audio(taking(watch, SLOW)), audio(b"\0\0"))
    assert found == {"on_audio": {"count": 1, "worst_ms": 2.5}}
    assert warnings(caplog) == ["on_audio took 2.5 ms, and sound waited for it; it is to return within 1 ms"]


async def test_a_quick_one_does_not(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    assert await slow_callbacks(builder().on_audio(taking(watch, QUICK)), audio(b"\0\0")) == {}
    assert warnings(caplog) == []


async def test_every_plain_callback_is_measured(watch: Watch) -> None:
    slow = taking(watch, SLOW)
    live = builder().transcription().on_text(slow).on_input_transcript(slow).on_usage(slow).on_phase(slow)
    frames = (heard("Hello"), text("Hi"), {**turn_complete(), **usage(1, 1)})
    assert set(await slow_callbacks(live, *frames)) == {"on_text", "on_input_transcript", "on_usage", "on_phase"}


async def test_one_that_is_always_slow_is_counted_and_logged_at_most_once_a_minute(
    autojump_clock: trio.abc.Clock, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async with call(builder().on_audio(taking(watch, SLOW))) as (session, peer):
        for _ in range(50):
            await peer.send(audio(b"\0\0"))
            await trio.sleep(2)
        assert session.telemetry.snapshot()["slow_callbacks"]["on_audio"]["count"] == 50
    assert [line.rpartition(";")[2] for line in warnings(caplog)] == [
        " it is to return within 1 ms",
        " so did 29 calls before it",
    ]


def test_an_error_is_told_as_an_error_and_not_as_slow(watch: Watch) -> None:
    counted, errors = list[str](), list[str]()
    desk = ErrorDesk("report", tell=lambda words, _: errors.append(words), count=lambda _: None, fail=lambda _: None)

    def fails(pcm: bytes) -> None:
        watch.now += SLOW
        raise ValueError("no")

    async def main() -> None:
        budget = CallbackBudget(lambda name, _: counted.append(name))
        calls = FastCalls(EventCallbacks(on_audio=fails), Fanout[LiveEvent](ring(4), lambda: None), desk, budget)
        calls.handlers[wire_events.AudioData](wire_events.AudioData(b"\0\0"))

    trio.run(main)
    assert (counted, errors) == ([], ["on_audio: no"])


def test_what_takes_exactly_its_time_is_in_time() -> None:
    counted: list[str] = []
    CallbackBudget(lambda name, _: counted.append(name)).check("on_audio", BUDGET)
    assert counted == []
