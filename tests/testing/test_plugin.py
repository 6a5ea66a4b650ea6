"""The fixtures, in this project and in others."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.testing.agents import agent, with_tools
from tests.testing.projects import run_tests
from trio_live import Platform, events
from trio_live.emulator import Emulator, Heard, Persona, Reply, Rule
from trio_live.testing import Script, assert_answered, collect_events_until_idle
from trio_live.testing.plugin import LiveSession, Scripted


@pytest.fixture
def emulator_persona() -> Persona:
    return Persona(name="echo", rules=(Rule(name="all", heard=Heard(), reply=Reply(say=("You said {heard}.",))),))


async def test_a_session_with_the_emulator_in_virtual_time(live_session: LiveSession, virtual_clock: MockClock) -> None:
    live = agent().transcription()
    async with live_session(live) as session, session.events() as stream:
        await session.send_text("hello")
        seen = await collect_events_until_idle(stream, 5)
    assert events.OutputTranscript("You said hello.", is_final=True) in seen


@pytest.mark.parametrize("platform", Platform)
async def test_a_session_on_either_platform(
    live_session: LiveSession, platform: Platform, virtual_clock: MockClock
) -> None:
    async with live_session(agent(), platform=platform) as session:
        assert session.phase.name == "ACTIVE"


async def test_what_a_callback_raises_comes_out(live_session: LiveSession, virtual_clock: MockClock) -> None:
    async def broken() -> None:
        raise ValueError("no more turns")

    async def talk() -> None:
        async with live_session(agent().on_turn_complete(broken)) as session:
            await session.send_text("hello")
            await session.done()

    with pytest.raises(ValueError, match="no more turns"):
        await talk()


async def test_an_emulator_on_a_port(emulator: Emulator) -> None:
    with trio.fail_after(20):
        async with agent().connect_google_ai("any-key", base_url=emulator.url) as session:
            assert session.phase.name == "ACTIVE"
        assert emulator.connections.accepted == 1


async def test_a_scripted_server(scripted: Scripted, virtual_clock: MockClock) -> None:
    run = await scripted(with_tools(5), Script().calls("book").says("Done."))
    assert_answered(run, "book", {"ok": True})
    assert trio.current_time() - virtual_clock.current_time() < 1


PLAIN = """
from trio_live import Live
from trio_live.testing import Script, assert_transcript, play_now

LIVE = Live.builder().model("gemini-3.8-live")

def test_plain():
    assert_transcript(play_now(LIVE, Script().says("Hi.")), "Assistant: Hi.")
"""

MARKED = """
import pytest
from trio_live import Live
from trio_live.testing import Script

LIVE = Live.builder().model("gemini-3.8-live")

@pytest.mark.trio
async def test_scripted(scripted, virtual_clock):
    run = await scripted(LIVE, Script().says("Hi.").stall(60))
    assert run.transcript_text == "Assistant: Hi."

@pytest.mark.trio
async def test_emulated(live_session, virtual_clock):
    async with live_session(LIVE) as session:
        assert session.phase.name == "ACTIVE"

@pytest.mark.trio
async def test_on_a_port(emulator):
    async with LIVE.connect_google_ai("any-key", base_url=emulator.url) as session:
        assert session.phase.name == "ACTIVE"
"""

UNRELATED = """
import asyncio

def test_asyncio():
    assert asyncio.run(asyncio.sleep(0, 7)) == 7
"""


def test_a_project_without_trio_mode_has_all_fixtures(tmp_path: Path) -> None:
    """Among its tests are those that the documentation shows."""
    documented = (Path(__file__).parent / "test_example_agent.py").read_text(encoding="utf-8")
    shown = run_tests(tmp_path, documented + PLAIN + MARKED)
    assert "10 passed" in shown, shown


def test_a_project_without_pytest_trio_does_not_stumble(tmp_path: Path) -> None:
    (tmp_path / "pytest_trio.py").write_text("raise ImportError('not installed')", encoding="utf-8")
    shown = run_tests(tmp_path, PLAIN + UNRELATED, "-p", "no:trio", "-p", "no:pytest_trio")
    assert "2 passed" in shown, shown
