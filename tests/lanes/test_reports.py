"""The counters as events, over a whole session: at the chosen pace, whoever listens, and once more at the end."""

from __future__ import annotations

import pytest
import trio

from tests.peer import Peer, builder, call, generation_complete, reading, said, settled, speech, turn_complete, usage
from tests.scenarios.harness import stage
from trio_live import Live, LiveEvent, events

REPORTING = builder().telemetry_interval(10)


def reports(seen: list[LiveEvent]) -> list[object]:
    """The reports among the events: the numbers of turns, and the number of turns in each snapshot."""
    return [
        event.turn if isinstance(event, events.TurnMetrics) else event.snapshot
        for event in seen
        if isinstance(event, events.TurnMetrics | events.Telemetry)
    ]


def turns(seen: list[LiveEvent]) -> list[int | str]:
    """The same, a snapshot being told as how many turns it counts."""
    return [
        row if isinstance(row, int) else f"of {row['turn_count']}"
        for row in reports(seen)
        if isinstance(row, int | dict)
    ]


async def test_every_tick_tells_each_new_turn_and_then_the_counters(autojump_clock: trio.abc.Clock) -> None:
    async with stage(REPORTING) as talk:
        await talk.turns(2)
        await talk.after(10.5)
        assert turns(talk.seen) == [1, 2, "of 2"]
        await talk.turns(1)
        await talk.after(10)
        assert turns(talk.seen) == [1, 2, "of 2", 3, "of 3"]


async def test_a_tick_without_a_new_turn_tells_the_counters_alone(autojump_clock: trio.abc.Clock) -> None:
    async with stage(REPORTING) as talk:
        await talk.after(30.5)
    assert turns(talk.seen) == ["of 0", "of 0", "of 0", "of 0"]


async def test_the_end_brings_a_last_report_before_the_goodbye(autojump_clock: trio.abc.Clock) -> None:
    async with stage(REPORTING) as talk:
        await talk.turns(1)
    assert turns(talk.seen) == [1, "of 1"]
    assert [type(event) for event in talk.seen[-3:]] == [events.TurnMetrics, events.Telemetry, events.Disconnected]


async def test_nobody_listening_ends_no_reports(autojump_clock: trio.abc.Clock) -> None:
    async with call(REPORTING) as (session, peer):
        await trio.sleep(25)
        async with reading(session) as seen:
            await peer.send(said("Yes."), turn_complete())
            await trio.sleep(6)
        assert turns(list(seen)) == [1, "of 1"]


async def test_without_an_interval_there_are_no_reports(autojump_clock: trio.abc.Clock) -> None:
    async with stage() as talk:
        await talk.turns(2)
        await talk.after(100)
    assert turns(talk.seen) == []
    assert talk.session.telemetry.take_turns() == []


async def test_the_figures_of_a_turn_are_its_own(autojump_clock: trio.abc.Clock) -> None:
    async with stage(REPORTING) as talk:
        await talk.hears(speech("START"), speech("END"))
        await trio.sleep(0.25)
        await talk.hears(said("Yes."), generation_complete(), usage(12, 5), turn_complete())
        await talk.hears(said("And?"), usage(20, 3), turn_complete())
        await talk.after(10)
    told = talk.of(events.TurnMetrics)
    assert [(each.turn, each.prompt_tokens, each.response_tokens) for each in told] == [(1, 12, 5), (2, 20, 3)]


async def test_a_lost_link_has_its_last_report_too(autojump_clock: trio.abc.Clock) -> None:
    peer = Peer()
    async with stage(REPORTING, peer=peer) as talk:
        await talk.turns(1)
        peer.close(1011, "Internal error occurred")
        await settled()
        assert turns(talk.seen) == [1, "of 1"]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), 1e9])
def test_an_interval_that_makes_no_sense_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="telemetry_interval"):
        Live.builder().telemetry_interval(seconds)
