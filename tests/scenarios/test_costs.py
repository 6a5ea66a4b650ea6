"""What a call costs, and what happens when it has cost enough: told once, then ended without cutting off a word."""

from __future__ import annotations

import logging

import pytest
import trio

from tests.peer import Frame, audio, builder, call, reading, settled, turn_complete, usage
from trio_live import ConfigError, Live, Platform, SessionClosed, events
from trio_live.errors import CostCapReached
from trio_live.telemetry import TokenPrices

DOLLAR = TokenPrices(prompt={"TEXT": 1.0}, response={"TEXT": 1.0})
MILLION = 1_000_000


def costing(*, warn_at: float | None = None, cap: float | None = None) -> Live:
    return builder().cost(prices=DOLLAR, warn_at=warn_at, cap=cap)


def paid(dollars: float) -> Frame:
    """The end of a turn that cost so much."""
    return {**turn_complete(), **usage(round(dollars * MILLION), 0)}


async def test_the_warning_comes_once_and_the_session_goes_on(
    autojump_clock: trio.abc.Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with call(costing(warn_at=1.5)) as (session, peer), reading(session) as seen:
        for _ in range(3):
            await peer.send(audio(b"\0\0"), paid(1.0))
            await settled()
        told = [event for event in seen if isinstance(event, events.CostWarning)]
        assert told == [events.CostWarning(2.0, 1.5)]
        assert session.telemetry.cost_usd == 3.0
    ended = session.ended
    assert ended is not None
    assert (ended.reason, ended.error) == (None, None)
    assert [record.levelno for record in caplog.records if "has cost $2.0" in record.getMessage()] == [logging.WARNING]


async def test_the_cap_ends_the_call_when_its_last_words_have_been_heard(autojump_clock: trio.abc.Clock) -> None:
    second = bytes(48_000)
    async with call(costing(cap=1.0)) as (session, peer):
        began = trio.current_time()
        await peer.send(audio(second * 3), paid(1.25))
        await session.done()
        assert 3.0 <= trio.current_time() - began < 5.0
        with pytest.raises(SessionClosed, match=r"has cost \$1.2500, and its cap is \$1.0000"):
            await session.send_text("more")
    ended = session.ended
    assert ended is not None
    assert isinstance(ended.error, CostCapReached)
    assert (ended.error.spent_usd, ended.error.cap_usd, ended.kind) == (1.25, 1.0, None)
    assert ended.reason == str(ended.error)


async def test_a_caller_who_talks_on_does_not_put_off_the_end_for_long(autojump_clock: trio.abc.Clock) -> None:
    async with call(costing(cap=1.0)) as (session, peer), trio.open_nursery() as nursery:
        began = trio.current_time()
        await peer.send(audio(bytes(48_000)), paid(2.0))

        async def talk_on() -> None:
            while True:
                await trio.sleep(1)
                await peer.send(audio(bytes(48_000 * 2)), paid(0.1))

        nursery.start_soon(talk_on)
        await session.done()
        nursery.cancel_scope.cancel()
        assert trio.current_time() - began == pytest.approx(10.0, abs=0.5)


async def test_reports_before_the_cap_end_nothing(autojump_clock: trio.abc.Clock) -> None:
    async with call(costing(warn_at=5.0, cap=5.0)) as (session, peer), reading(session) as seen:
        await peer.send(audio(b"\0\0"), paid(4.999))
        await trio.sleep(60)
        assert session.ended is None
        assert not [event for event in seen if isinstance(event, events.CostWarning)]


async def test_each_turn_tells_its_cost(autojump_clock: trio.abc.Clock) -> None:
    async with call(costing().telemetry_interval(1)) as (session, peer), reading(session) as seen:
        await peer.send(audio(b"\0\0"), paid(0.5))
        await peer.send(audio(b"\0\0"), paid(0.75))
        await trio.sleep(1.5)
    assert [event.cost_usd for event in seen if isinstance(event, events.TurnMetrics)] == [0.5, 0.75]


async def test_the_published_prices_are_taken_where_none_are_given() -> None:
    async with call(Live.builder().model("gemini-3.8-live")) as (session, peer):
        await peer.send(audio(b"\0\0"), {**turn_complete(), **usage(MILLION, 0)})
        await settled()
        assert session.telemetry.cost_usd == 3.0
        assert "2026-09-28" in session.telemetry.snapshot()["cost"]["prices"]


async def test_the_cost_of_a_model_that_nobody_knows_is_unknown_and_cannot_be_limited() -> None:
    unknown = Live.builder().model("a-model-of-tomorrow")
    async with call(unknown) as (session, peer):
        await peer.send(audio(b"\0\0"), paid(1.0))
        await settled()
        assert session.telemetry.cost_usd is None
        assert session.telemetry.snapshot()["cost"] == {"usd": None, "prices": None}
    with pytest.raises(ConfigError, match="nobody knows what a-model-of-tomorrow costs on Google AI"):
        async with call(unknown.cost(cap=1.0)):
            pass
    async with call(unknown.cost(cap=1.0, prices=DOLLAR), platform=Platform.VERTEX):
        pass


@pytest.mark.parametrize(
    ("warn_at", "cap", "what"),
    [
        (None, -1.0, "cap must be between"),
        (float("nan"), None, "warn_at must be between"),
        (2.0, 1.0, "nobody would be warned"),
    ],
)
def test_sums_that_cannot_be_are_refused(warn_at: float | None, cap: float | None, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        costing(warn_at=warn_at, cap=cap)
