"""Tests of the restaurant: one step, a whole talk, and every story that its phases can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
from hypothesis import strategies as st
from restaurant import restaurant
from trio.testing import MockClock

from trio_live import events
from trio_live.emulator import Persona, load_persona
from trio_live.testing import Script, assert_answered, collect_events_until_idle
from trio_live.testing.plugin import LiveSession, Scripted
from trio_live.testing.strategies import check_phases


@pytest.fixture
def emulator_persona() -> Persona:
    return load_persona(Path(__file__).with_name("luna.toml"))


@pytest.mark.trio
async def test_a_wish_moves_the_talk_on(scripted: Scripted, virtual_clock: MockClock) -> None:
    run = await scripted(restaurant(), Script().hears("We are two, on Friday.").says("Fine."))
    assert run.state["guests"] == 2
    assert [moved.to for moved in run.of(events.PhaseTransition)] == ["table"]


@pytest.mark.trio
async def test_nothing_is_booked_before_times_were_offered(scripted: Scripted, virtual_clock: MockClock) -> None:
    script = (
        Script()
        .hears("We are two, on Friday.")
        .says("Fine.")
        .calls("book_table", guests=2, day="Friday", time="19:00")
        .turn_complete()
    )
    run = await scripted(restaurant(), script)
    assert_answered(run, "book_table", times=1)
    assert "app:booked" not in run.state


@pytest.mark.trio
async def test_a_whole_call_takes_no_time(live_session: LiveSession, virtual_clock: MockClock) -> None:
    async with live_session(restaurant()) as session, session.events() as stream:
        for line in ("We are four, on Friday.", "What is free?", "Half past eight."):
            await session.send_text(line)
            await collect_events_until_idle(stream, idle=15)
        assert session.conversation_phase == "goodbye"
        assert session.state.get("app:booked") == "4 on Friday at 20:30"
    assert trio.current_time() > 45  # of the call, not of yours


def test_the_phases_hang_together() -> None:
    writes = {"guests": st.sampled_from([2, 4]), "day": st.sampled_from(["Friday", "Saturday"])}
    check_phases(
        restaurant(),
        writes=writes,
        tools={
            "free_times": st.fixed_dictionaries({"day": st.just("Friday")}),
            "book_table": st.fixed_dictionaries(
                {"guests": st.integers(1, 4), "day": st.just("Friday"), "time": st.just("20:30")}
            ),
        },
    )
