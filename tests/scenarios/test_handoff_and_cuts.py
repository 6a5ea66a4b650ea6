"""A connection that is lost in the middle of a transfer: the call is with one agent, wholly, and that one speaks."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.scenarios.reconnecting import Call, calling, strikes
from tests.scenarios.test_handoff import book, refund
from trio_live import Live, Platform, events
from trio_live.emulator import Strike
from trio_live.phases import Phase

G, V = Platform.GOOGLE_AI, Platform.VERTEX
PERSONA = """
name = "desk"
[[rule]]
heard = { keywords = ["money"] }
call = { tool = "transfer_to", args = { agent = "billing", reason = "money" } }
then = "This is billing."
on_error = "This is billing."
[[default]]
say = "Yes."
"""


async def slow(*_: object) -> None:
    await trio.sleep(4)


def desk(model: str, *, slow_exit: bool = False) -> Live:
    reception = Live.builder().tools(book)
    hello = Phase("hello", "You are the reception.", on_exit=slow if slow_exit else None)
    return (
        Live.builder()
        .model(model)
        .transcription()
        .agent("reception", reception.initial_phase("hello").phases(hello))
        .agent("billing", Live.builder().instruction("You are billing.").tools(refund))
    )


async def hear(call: Call, words: str) -> None:
    with trio.fail_after(60):
        while words not in [each.strip() for each in call.said]:  # noqa: ASYNC110 - a witness sets no event
            await trio.sleep(0.01)


CUT = strikes(Strike(fault="cut", at="tool_call", nth=1, connection=1, after=1))


@pytest.mark.parametrize("resumes", [True, False])
@pytest.mark.parametrize("when", ["before the commit", "after it"])
@pytest.mark.parametrize(
    ("model", "platform"),
    [
        ("gemini-3.8-live", G),
        ("gemini-3.1-flash-live-preview", G),
        ("gemini-live-2.5-flash-native-audio", V),
        ("gemini-2.5-flash-native-audio-latest", G),
    ],
    ids=str,
)
async def test_a_cut_in_the_middle_leaves_the_call_with_the_new_agent_who_speaks(
    autojump_clock: MockClock, model: str, platform: Platform, when: str, *, resumes: bool
) -> None:
    live = desk(model, slow_exit=when == "before the commit")
    live = live if when == "before the commit" else live.on_transfer(slow)
    live = live if resumes else live.session_resume(on=False)
    async with calling(live, CUT, persona=PERSONA, platform=platform) as call:
        await call.ask("Good morning.")
        await trio.sleep(1)
        await call.session.send_text("I want my money.")
        await hear(call, "This is billing.")
        await trio.sleep(10)
        assert call.session.agent == "billing"
        last = max(record.connection for record in call.log)
        assert "You are billing." in str(call.frames(last)), "in its setup, or by its road"
        assert not call.of(events.Undelivered)
        assert [each.strip() for each in call.said].count("This is billing.") == 1
        assert len(call.of(events.AgentTransfer)) == 1
        assert len(call.session.link.closes) >= 1
        await call.ask("Thanks.")


async def test_a_transfer_whose_call_was_lost_before_it_began_is_not_made(autojump_clock: MockClock) -> None:
    async def look_up() -> str:
        """Look it up."""
        await trio.sleep(3)
        return "found"

    persona = PERSONA.replace(
        'call = { tool = "transfer_to", args = { agent = "billing", reason = "money" } }\n',
        'call = [{ tool = "look_up" }, { tool = "transfer_to", args = { agent = "billing" } }]\n',
    )
    live = desk("gemini-3.8-live").tools(look_up).session_resume(on=False)
    async with calling(live, CUT, persona=persona) as call:
        await call.session.send_text("I want my money.")
        await call.until(events.Connected, 2)
        await trio.sleep(10)
        assert call.session.agent == "reception"
        assert not call.of(events.AgentTransfer)
