"""What a session makes of every fault: it survives, it ends and says why, or it never begins and says why."""

from __future__ import annotations

from contextlib import suppress

import pytest
import trio
from trio.testing import MockClock

from tests.emulator.sessions import session_with, troubled
from trio_live import events
from trio_live.emulator import CLOSE_REASONS, FAULTS, FaultPlan
from trio_live.emulator._faults._plan import Family
from trio_live.errors import ConnectError, ConnectRejected, ConnectTimeout, SessionClosed

CLOSES = [name for name in CLOSE_REASONS if name != "normal"]
REFUSALS = [name for name, row in FAULTS.items() if row.family is Family.HTTP]
SURVIVED = [
    "duplicate_transcripts",
    "reorder_transcripts",
    "late_transcripts",
    "split_fields",
    "merge_fields",
    "text_frames",
    "unknown_enums",
    "unknown_message",
    "empty_frame",
    "empty_content",
    "empty_turn",
    "phantom_interrupted",
    "garbage",
    "oversized",
    "slow_reader",
    "slow_writer",
    "late_pong",
]
"""In memory. Over a socket the client's own limit refuses what is oversized, and pongs exist."""


def test_every_fault_is_tried() -> None:
    ways = {*CLOSES, *REFUSALS, *SURVIVED, "normal", "cut", "half_open", "no_setup_complete", "stall"}
    assert ways == set(FAULTS)


@pytest.mark.parametrize("fault", CLOSES)
async def test_a_close_in_mid_answer_ends_the_session_with_its_reason(autojump_clock: MockClock, fault: str) -> None:
    async with session_with(troubled(FaultPlan.of(fault))) as session:
        await session.handle.send_text("hello")
        reason = await session.ending()
    assert reason is not None
    assert str(CLOSE_REASONS[fault].code) in reason
    assert CLOSE_REASONS[fault].reason in reason


@pytest.mark.parametrize("fault", CLOSES)
async def test_a_close_instead_of_an_answer_to_the_setup_is_a_refusal(autojump_clock: MockClock, fault: str) -> None:
    with pytest.raises(ConnectError) as refused:
        async with session_with(troubled(FaultPlan.of(fault, "setup"))):
            pass
    assert isinstance(refused.value, ConnectRejected)
    assert refused.value.code == CLOSE_REASONS[fault].code
    assert refused.value.reason == CLOSE_REASONS[fault].reason


@pytest.mark.parametrize("point", ["ready", "generation", "turn_end"])
async def test_a_normal_close_ends_the_session(autojump_clock: MockClock, point: str) -> None:
    async with session_with(troubled(FaultPlan.of("normal", point))) as session:
        await session.handle.send_text("hello")
        await session.ending()


@pytest.mark.parametrize("fault", REFUSALS)
async def test_a_refused_upgrade_is_told_with_its_status(autojump_clock: MockClock, fault: str) -> None:
    with pytest.raises(ConnectRejected) as refused:
        async with session_with(troubled(FaultPlan.of(fault))):
            pass
    assert refused.value.code == int(fault.removeprefix("http_"))


async def test_a_cut_in_mid_answer_ends_the_session(autojump_clock: MockClock) -> None:
    async with session_with(troubled(FaultPlan.of("cut"))) as session:
        await session.handle.send_text("hello")
        assert "1006" in str(await session.ending())


async def test_a_cut_during_a_function_ends_the_session(autojump_clock: MockClock) -> None:
    async with session_with(troubled(FaultPlan.of("cut", "tool_call"))) as session:
        await session.handle.send_text("the weather?")
        assert "1006" in str(await session.ending())


async def test_a_cut_before_the_setup_is_answered_is_told(autojump_clock: MockClock) -> None:
    with pytest.raises(ConnectError):
        async with session_with(troubled(FaultPlan.of("cut", "setup"))):
            pass


async def test_a_server_that_does_not_answer_the_setup_is_given_up(autojump_clock: MockClock) -> None:
    with pytest.raises(ConnectTimeout, match="did not answer the setup"):
        async with session_with(troubled(FaultPlan.of("no_setup_complete"))):
            pass


async def test_an_upgrade_without_an_answer_is_given_up(autojump_clock: MockClock) -> None:
    with pytest.raises(ConnectTimeout):
        async with session_with(troubled(FaultPlan.of("half_open", "upgrade"))):
            pass


async def test_a_half_open_connection_can_be_left(autojump_clock: MockClock) -> None:
    async with session_with(troubled(FaultPlan.of("half_open", "ready"))) as session:
        await session.handle.send_text("hello")
        await session.handle.flush()
        await session.handle.disconnect()
        await session.handle.done()


@pytest.mark.parametrize("fault", SURVIVED)
async def test_the_conversation_goes_on(autojump_clock: MockClock, fault: str) -> None:
    async with session_with(troubled(FaultPlan.of(fault))) as session:
        assert "hello" in await session.ask("hello") or fault in {"reorder_transcripts", "late_transcripts"}
        said = await session.ask("the weather?")
        if fault not in {"duplicate_transcripts", "reorder_transcripts", "late_transcripts"}:
            assert said == "It is foggy."


async def test_a_stalled_answer_can_be_interrupted(autojump_clock: MockClock) -> None:
    async with session_with(troubled(FaultPlan.of("stall"))) as session:
        await session.handle.send_text("hello, and so on, and so on")
        await trio.sleep(100)
        assert "again" not in await session.ask("again")
        await session.until(events.TurnComplete)
        assert "You said again." in session.said
        assert "You said more." in await session.ask("more")


async def test_sound_during_a_function_that_is_waited_for_can_break_the_model(autojump_clock: MockClock) -> None:
    plan = FaultPlan.of("not_implemented", "audio_in_call", nth=3)
    async with session_with(troubled(plan)) as session:
        await session.handle.send_text("the weather?")
        await trio.sleep(0.5)
        for _ in range(3):
            assert session.handle.ended is None
            await session.handle.send_audio(bytes(640))
            await trio.sleep(0.02)
        assert "Operation is not implemented" in str(await session.ending())


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_goes_wrong_a_session_comes_to_an_end(autojump_clock: MockClock, seed: int) -> None:
    emulation = troubled(FaultPlan.random(seed))
    try:
        async with session_with(emulation) as session:
            with suppress(SessionClosed):
                for text in ("hello", "the weather?", "and now?"):
                    await session.handle.send_text(text)
                    await trio.sleep(20)
            await session.handle.disconnect()
            await session.handle.done()
    except ConnectError:
        assert emulation.options.faults.strikes
    with trio.fail_after(600):
        await emulation.wait_idle()
