"""A whole talk, held over a real socket against the emulator, and judged."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import trio

from tests.evaluation.desk import PERSONA, agent
from trio_live.emulator import parse_persona
from trio_live.errors import LlmError, LlmErrorKind
from trio_live.evaluation import (
    Check,
    Goal,
    Judged,
    LlmCaller,
    Report,
    ScriptedCaller,
    Talk,
    Verdict,
    called,
    evaluate,
    holds,
    in_phase,
    known,
    never_called,
    never_says,
    offline,
    says,
    state_is,
)
from trio_live.llm import LlmRequest, MockLlm

GOALS = [
    Goal("A table, please.", says("what time")),
    Goal(["I cannot decide.", "At eight."], called("book", time="eight")),
    Goal("Bye."),
]


async def held(*expectations: Check | Judged, goals: Sequence[Goal] = GOALS) -> Report:
    with trio.fail_after(20):
        return await evaluate("books a table", agent(), ScriptedCaller(goals), expectations, connect=offline(PERSONA))


async def test_a_talk_that_goes_well() -> None:
    report = await held(
        says("booked for eight"),
        never_says("sorry"),
        called("book"),
        never_called("cancel"),
        state_is("time", "eight"),
        known("time"),
        in_phase("done"),
        holds("four exchanges", lambda talk: len(talk.exchanges) == 4),
    )
    assert report.passed, report.text()
    assert report.ended == "the caller hung up"
    assert [finding.verdict for finding in report.findings] == [Verdict.MET] * 8
    assert [reached for _, reached in report.goals] == [True] * 3
    assert report.talk.transcript().splitlines() == [
        "Caller: A table, please.",
        "Agent: For what time?",
        "Caller: I cannot decide.",
        "Agent: I did not understand that.",
        "Caller: At eight.",
        '[book(time="eight") → {"output": "booked for eight"}]',
        "Agent: It is booked for eight.",
        "Caller: Bye.",
        "Agent: Goodbye.",
    ]
    assert report.summary.startswith(
        "PASSED: books a table (8 of 8 expectations met, 3 of 3 goals reached, 4 exchanges"
    )


async def test_a_talk_that_does_not_says_what_was_seen() -> None:
    report = await held(
        called("book", time="nine"),
        state_is("name", "Ann"),
        in_phase("ask"),
        goals=[Goal("At eight."), Goal(["Hm?", "What?"], known("name"))],
    )
    assert not report.passed
    assert [finding.why for finding in report.findings] == [
        'it was called otherwise: book(time="eight") → {"output": "booked for eight"}',
        "it is not known",
        "it is in 'done'",
    ]
    assert report.goals == (("say 'At eight.'", True), ("name is known", False))
    assert "✗ goal: name is known" in report.text()


class Reading:
    """A model that plays a caller and a judge by what it reads."""

    def __call__(self, request: LlmRequest) -> str:
        text = request.contents[0].parts[0].text or ""  # type: ignore[index]
        if "Rubric: " in text:
            kind = "booked for eight" in text and '"time": "eight"' in text and "session:" not in text
            return json.dumps({"score": 0.9 if kind else 0.1, "why": "it was booked" if kind else "it was not"})
        if "booked for eight" in text:
            return json.dumps({"say": "", "done": True, "reached": True})
        return json.dumps({"say": "At eight." if "time?" in text else "A table.", "done": False, "reached": False})


async def test_a_model_may_play_the_caller_and_judge() -> None:
    llm = MockLlm.from_fn(Reading())
    with trio.fail_after(20):
        report = await evaluate(
            "a model calls",
            agent(),
            LlmCaller(llm, "You want a table.", "an old man in a hurry"),
            [Judged("The table was booked as asked.", llm), Judged("Everything.", llm, at_least=1)],
            connect=offline(PERSONA),
        )
    assert report.goals == (("You want a table.", True),)
    assert [(finding.verdict, finding.why) for finding in report.findings] == [
        (Verdict.MET, "0.90 of 0.70: it was booked"),
        (Verdict.NOT_MET, "0.90 of 1.00: it was booked"),
    ]
    assert "an old man in a hurry" in (llm.requests[0].system_instruction or "")


@pytest.mark.parametrize("broken", ["no JSON", '{"score": "high", "why": 3}', LlmError("later", kind=LlmErrorKind.API)])
async def test_a_judge_that_gives_no_judgement_is_a_finding(broken: str | LlmError) -> None:
    report = await held(Judged("Politeness.", MockLlm.from_fn(lambda _: broken)), goals=[Goal("Bye.")])
    (finding,) = report.findings
    assert finding.verdict is Verdict.NOT_JUDGED
    assert not report.passed


async def test_a_caller_without_words_ends_the_talk() -> None:
    caller = LlmCaller(MockLlm.script(['{"say": "Bye.", "done": false, "reached": false}']), "Hang up.")
    report = await evaluate("lost for words", agent(), caller, connect=offline(PERSONA))
    assert report.ended.startswith("the caller did not know what to say: it says itself: the script has 1 replies")
    assert len(report.talk.exchanges) == 1
    assert not report.passed


async def test_a_caller_who_does_not_hang_up_is_taken_off_the_line() -> None:
    class Chatterbox:
        async def next_words(self, talk: Talk) -> str:
            return f"And {len(talk.exchanges)}?"

        def missed(self, talk: Talk) -> list[tuple[str, bool]]:
            return []

    report = await evaluate("endless", agent(), Chatterbox(), connect=offline(PERSONA), most_exchanges=3)
    assert (len(report.talk.exchanges), report.ended) == (3, "3 exchanges are enough")


async def test_an_answer_that_does_not_come_is_a_problem_and_the_talk_goes_on() -> None:
    silent = parse_persona(
        'name = "s"\n[[rule]]\nheard = { keywords = ["hello"] }\nsilent = true\n[[default]]\nsay = "Yes."'
    )
    report = await evaluate(
        "silence",
        agent(),
        ScriptedCaller([Goal("Hello?"), Goal("Anybody?")]),
        connect=offline(silent),
        answer_within=1.0,
    )
    first, second = report.talk.exchanges
    assert first.problems == ("no answer came",)
    assert second.agent == "Yes."


async def test_a_greeting_is_heard_before_anybody_speaks() -> None:
    report = await evaluate(
        "greets",
        agent().greeting("Greet."),
        ScriptedCaller([Goal("Bye.")]),
        [says("understand")],
        connect=offline(PERSONA),
    )
    assert [exchange.caller for exchange in report.talk.exchanges] == ["", "Bye."]
    assert report.passed


async def test_the_end_of_the_evaluation_is_the_end_of_the_session() -> None:
    with trio.move_on_after(0.5) as patience:
        silent = parse_persona('name = "s"\n[[default]]\nsilent = true')
        await evaluate("cancelled", agent(), ScriptedCaller(GOALS), connect=offline(silent))
    assert patience.cancelled_caught
