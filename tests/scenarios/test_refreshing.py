"""Before a call is refused because its guard waits for a word, extractors look whether it has just been said."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import call_of, heard, said, tool_call
from tests.scenarios.harness import BoomError, agent, stage
from tests.scenarios.test_extraction import Sample, with_extractors
from trio_live import Live, State, events
from trio_live.emulator import open_emulator, parse_persona
from trio_live.extraction import Interval, RuleExtractor, TurnExtractor, keywords
from trio_live.phases import Phase, ToolGuard

REASON = "the caller has not agreed"
SURE = RuleExtractor("Sure", {"agreed": keywords({True: ["yes"], False: ["no"]})})


def agreed(state: State) -> bool:
    return state.get("agreed") is True


async def book() -> str:
    """Book it."""
    return "booked"


async def look() -> str:
    """Look it up."""
    return "seen"


def guarded(*extractors: TurnExtractor, live: Live | None = None) -> Live:
    ask = Phase("ask", "Ask.", tool_guards=[ToolGuard("book", agreed, REASON)])
    return with_extractors(*extractors, live=(live or agent(ask)).tools(book, look))


def answers(talk: Any) -> list[Any]:
    return [answer["response"] for batch in talk.peer.answers for answer in batch]


CALL = tool_call(call_of("book", "1"), call_of("look", "2"))


async def test_a_yes_of_the_running_turn_lets_the_call_run(autojump_clock: MockClock) -> None:
    async with stage(guarded(SURE)) as talk:
        await talk.hears(heard("yes, please"), CALL)
        assert answers(talk) == [{"output": "booked"}, {"output": "seen"}], "in the order of the calls"
        assert [event.name for event in talk.of(events.Extraction)] == ["Sure", "Sure.agreed"]


async def test_a_no_is_a_refusal_with_the_reason_of_the_guard(autojump_clock: MockClock) -> None:
    async with stage(guarded(SURE)) as talk:
        await talk.hears(heard("no"), CALL)
        refused, seen = answers(talk)
        assert (refused["status"], refused["reason"], refused["retry"]) == ("refused", REASON, True)
        assert "not_looked_at" not in refused
        assert seen == {"output": "seen"}
        await talk.hears(heard(" or yes"), tool_call(call_of("book", "3")))
        assert answers(talk)[-1] == {"output": "booked"}


@pytest.mark.parametrize(
    ("extractor", "failure", "takes"),
    [
        (Sample("Slow", after=60), "Slow: ", 5),
        (Sample("Own", after=60, timeout=2), "Own: ", 2),
        (Sample("Broken", lambda _: BoomError("no model")), "Broken: no model", 0),
    ],
)
async def test_an_extractor_that_fails_is_a_refusal_that_says_so(
    autojump_clock: MockClock, extractor: Sample, failure: str, takes: float
) -> None:
    async with stage(guarded(extractor, SURE)) as talk:
        began = trio.current_time()
        await talk.hears(heard("perhaps"), CALL)
        await talk.after(takes)
        refused, _ = answers(talk)
        assert trio.current_time() - began == takes
        assert refused["reason"] == REASON
        assert refused["not_looked_at"][0].startswith(failure)
        assert "could not be looked at" in refused["error"]
        assert [event.name for event in talk.of(events.ExtractionError)] == [extractor.name]
        await talk.turn(said("Hm."))


async def test_nobody_looks_where_there_is_nothing_to_see(autojump_clock: MockClock) -> None:
    seldom = Sample("Seldom", trigger=Interval(3))
    async with stage(guarded(seldom)) as talk:
        await talk.hears(heard("yes"), CALL)
        assert not seldom.windows, "an interval stays an interval"
    often = Sample("Often")
    async with stage(guarded(often)) as talk:
        await talk.hears(CALL)
        assert not often.windows, "nobody has said anything"
        assert answers(talk)[0]["reason"] == REASON
    async with stage(guarded()) as talk:
        await talk.hears(heard("yes"), CALL)
        assert answers(talk)[0]["reason"] == REASON


async def test_a_function_that_the_phase_does_not_have_is_no_matter_of_words(autojump_clock: MockClock) -> None:
    often = Sample("Often")
    bare = agent(Phase("ask", "Ask.", tools_enabled=["look"]))
    async with stage(guarded(often, live=bare)) as talk:
        await talk.hears(heard("yes"), CALL)
        assert not often.windows
        assert "not available" in answers(talk)[0]["error"]


async def test_a_call_that_is_given_up_meanwhile_is_answered_by_nobody(autojump_clock: MockClock) -> None:
    async with stage(guarded(Sample("Slow", after=3), SURE)) as talk:
        await talk.hears(heard("yes"), tool_call(call_of("book", "1")))
        await talk.hears({"toolCallCancellation": {"ids": ["1"]}})
        await talk.after(10)
        assert answers(talk) == []


async def test_the_end_of_the_session_ends_the_wait_and_tells_nothing(autojump_clock: MockClock) -> None:
    slow = Sample("Slow", after=60, timeout=None)
    async with stage(guarded(slow)) as talk:
        await talk.hears(heard("yes"), CALL)
        assert slow.running == 1
    assert slow.running == 0
    assert not talk.of(events.ExtractionError)


PERSONA = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["book"] }
call = { tool = "book" }
then = "It is {book}."
on_error = "Not yet: {book.reason}."
[[default]]
say = "Yes?"
""")


async def test_over_a_socket() -> None:
    ask = Phase("ask", "Ask.", tool_guards=[ToolGuard("book", agreed, REASON)])
    live = Live.builder().model("gemini-3.8-live").callback_errors("raise").initial_phase("ask").phases(ask)
    said_: list[str] = []
    with trio.fail_after(20):
        async with (
            open_emulator(PERSONA, time_scale=20) as emulator,
            guarded(SURE, live=live).connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            for words in ("Can you book it?", "Yes, book it."):
                await session.send_text(words)
                async for event in stream:
                    if isinstance(event, events.OutputTranscript) and event.is_final and event.text.strip():
                        said_.append(event.text.strip())
                        break
    assert said_ == [f"Not yet: {REASON}.", "It is booked."]
