from __future__ import annotations

import attrs
import pytest

from tests.emulator.callers import persona
from trio_live.emulator._persona._decisions import (
    Ask,
    Decision,
    Memory,
    Say,
    Think,
    Wait,
    answer,
    fresh_memory,
    learn,
    meanwhile,
    normalised,
    resume,
)
from trio_live.emulator._persona._values import Persona

RULES = persona("""
[facts]
shop = "Corner Shop"
[greeting]
say = "Welcome to {shop}."
[[rule]]
name = "exact"
heard = { exact = ["How do you do?", "Hi"] }
say = "Fine."
[[rule]]
name = "only once"
heard = { keywords = ["secret"] }
once = true
say = "Psst."
[[rule]]
name = "words"
heard = { keywords = ["price|cost", "milk"] }
say = "Two dollars."
[[rule]]
name = "name"
heard = { pattern = 'I am (?P<who>\\w+)' }
set = { polite = "dear {who}" }
goto = "known"
say = ["Hello {who}.", "What else, {polite}?"]
[[rule]]
name = "state"
heard = { keywords = ["what am i"] }
in = "known"
delay = 0.5
thought = "It is {who}."
say = "You are {who}."
[[rule]]
name = "tool"
heard = { pattern = 'count (?P<number>\\d+) (?P<thing>\\w+)' }
say = "One moment."
call = { tool = "count", args = { number = "{number:int}", label = "of {thing}", nested = ["{shop}"] } }
then = "There are {count.total|count}."
on_error = "I lost count: {count.error}"
without_tool = "I cannot count {thing}."
[[default]]
say = "Pardon?"
[[default]]
say = "I do not understand {heard}."
""")


def decide(text: str, memory: Memory | None = None, tools: tuple[str, ...] = ()) -> Decision:
    return answer(RULES, memory or fresh_memory(RULES), text, tools)


def said(decision: Decision) -> list[str]:
    return [line for action in decision.actions if isinstance(action, Say) for line in action.lines]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("how do you do", "exact"),
        ("HOW, do you do!", "exact"),
        ("hi there", "default"),
        ("What is the price of milk?", "words"),
        ("milk... what does it cost", "words"),
        ("what does buttermilk cost", "default"),
        ("i am bob", "name"),
        ("what am I?", "default"),
    ],
)
def test_the_first_rule_that_fits_what_was_heard_applies(text: str, rule: str) -> None:
    assert decide(text).because == rule


def test_groups_and_set_values_fill_the_lines_and_are_remembered() -> None:
    decision = decide("I am Ann")
    assert said(decision) == ["Hello Ann.", "What else, dear Ann?"]
    assert decision.memory.values["polite"] == "dear Ann"


def test_a_rule_for_a_state_applies_in_that_state_only() -> None:
    known = decide("I am Ann").memory
    assert known.state == "known"
    decision = decide("What am I?", known)
    assert decision.actions == (Wait(0.5), Think("It is Ann."), Say(("You are Ann.",)))


def test_a_rule_that_applies_once_does_not_apply_twice() -> None:
    first = decide("a secret")
    assert said(first) == ["Psst."]
    assert decide("a secret", first.memory).because == "default"


def test_defaults_are_taken_in_turn_and_may_repeat_what_was_heard() -> None:
    memory = fresh_memory(RULES)
    lines = []
    for _ in range(3):
        decision = decide("blah", memory)
        memory = decision.memory
        lines += said(decision)
    assert lines == ["Pardon?", "I do not understand blah.", "Pardon?"]


def test_asking_for_an_answer_before_anything_was_said_gets_the_greeting_once() -> None:
    first = decide("")
    assert said(first) == ["Welcome to Corner Shop."]
    assert decide("", first.memory).because == "default"


def test_a_declared_tool_is_called_with_typed_arguments() -> None:
    decision = decide("count 3 apples", tools=("count",))
    speech, ask = decision.actions
    assert speech == Say(("One moment.",))
    assert isinstance(ask, Ask)
    assert ask.calls[0].args == {"number": 3, "label": "of apples", "nested": ["Corner Shop"]}


def test_without_its_tool_a_reply_still_remembers_and_moves_on() -> None:
    asker = persona("""
    [[rule]]
    heard = { any = true }
    set = { when = "noon" }
    goto = "asked"
    call = { tool = "f" }
    without_tool = "At {when}, then."
    """)
    decision = answer(asker, fresh_memory(asker), "go", ())
    assert said(decision) == ["At noon, then."]
    assert decision.memory.state == "asked"


def test_an_undeclared_tool_is_not_called() -> None:
    decision = decide("count 3 apples", tools=("other",))
    assert decision.actions == (Say(("I cannot count apples.",)),)
    assert "not declared" in decision.because


@pytest.mark.parametrize(
    ("response", "line"),
    [
        ({"total": 7}, "There are 7."),
        ({"output": {"total": 7.0}}, "There are 7."),
        ({"output": "many"}, "There are many."),
        ({"result": [1, 2, 3]}, "There are 1, 2 and 3."),
        ({"error": "too many"}, "I lost count: too many"),
    ],
)
def test_the_answer_of_a_tool_is_worked_into_what_is_said(response: dict[str, object], line: str) -> None:
    asked = decide("count 3 apples", tools=("count",))
    ask = asked.actions[-1]
    assert isinstance(ask, Ask)
    assert said(resume(RULES, asked.memory, ask, [response], ("count",))) == [line]


def test_without_on_error_the_usual_continuation_does_for_errors_too() -> None:
    simple = persona('[[rule]]\nheard = { any = true }\ncall = { tool = "f" }\nthen = "I got {f.error}."')
    asked = answer(simple, fresh_memory(simple), "go", {"f"})
    ask = asked.actions[-1]
    assert isinstance(ask, Ask)
    assert said(resume(simple, asked.memory, ask, [{"error": "nothing"}], {"f"})) == ["I got nothing."]


def test_learning_a_silent_answer_changes_the_values_and_nothing_else() -> None:
    asked = decide("count 3 apples", tools=("count",))
    ask = asked.actions[-1]
    assert isinstance(ask, Ask)
    learned = learn(asked.memory, ask, [{"total": 9}])
    known = {"count": {"total": 9}, "failed": [], "missing": []}
    assert learned == attrs.evolve(asked.memory, values={**asked.memory.values, **known})


def test_the_persona_thinks_before_replies_without_a_thought_of_their_own() -> None:
    thinker = Persona(name="thinker", thought="Hm: {heard}")
    assert answer(thinker, fresh_memory(thinker), "well", ()).actions[0] == Think("Hm: well")


@pytest.mark.parametrize(("text", "words"), [("That's  all, folks!", "thats all folks"), ("Ça va?", "ça va"), ("", "")])
def test_matching_sees_words_only(text: str, words: str) -> None:
    assert normalised(text) == words


PATIENT = persona("""
[[rule]]
heard = { any = true }
say = ["One.", { text = "Two.", pause = 0.5 }, "Three."]
words_per_delta = 1
calls = [
    { tool = "f", args = { n = 1 }, as = "left" },
    { tool = "f", args = { n = 2 }, as = "right" },
]
then = "{left} and {right}."
on_error = "Failed: {failed}."
on_wait = { after = 1, say = "Wait." }
on_late = { after = 2, say = "At last {left} and {right}." }
on_missing = { after = 3, say = "Missing: {missing}, left: {left|'none'}." }
""")


def patient_ask() -> tuple[Decision, Ask]:
    decision = answer(PATIENT, fresh_memory(PATIENT), "go", {"f"})
    ask = decision.actions[-1]
    assert isinstance(ask, Ask)
    return decision, ask


def test_a_pause_parts_the_lines() -> None:
    decision, ask = patient_ask()
    assert decision.actions == (Say(("One.",), 1), Wait(0.5), Say(("Two.", "Three."), 1), ask)
    assert decision.memory.values["said"] == "One. Two. Three."


@pytest.mark.parametrize(
    ("answers", "waited", "line", "because"),
    [
        ([{"output": "a"}, {"output": "b"}], 0, "a and b.", "tool answer"),
        ([{"output": "a"}, {"output": "b"}], 2, "At last a and b.", "late tool answer"),
        ([{"output": "a"}, {"error": "b"}], 9, "Failed: right.", "tool error"),
        ([{"output": "a"}, None], 3, "Missing: right, left: a.", "missing tool answer"),
        ([None, None], 3, "Missing: left and right, left: none.", "missing tool answer"),
    ],
)
def test_how_it_goes_on_depends_on_what_came_and_when(
    answers: list[dict[str, object] | None], waited: float, line: str, because: str
) -> None:
    asked, ask = patient_ask()
    decision = resume(PATIENT, asked.memory, ask, answers, {"f"}, waited=waited)
    assert (said(decision), decision.because) == ([line], because)


def test_meanwhile_something_is_said() -> None:
    asked, ask = patient_ask()
    assert said(meanwhile(PATIENT, asked.memory, ask, {"f"})) == ["Wait."]


def test_a_silent_reply_remembers_and_does_nothing() -> None:
    quiet = persona('thought = "Hm."\n[[rule]]\nheard = { any = true }\nset = { x = "{heard}" }\nsilent = true')
    decision = answer(quiet, fresh_memory(quiet), "psst", ())
    assert decision.silent
    assert decision.actions == ()
    assert decision.memory.values["x"] == "psst"


LOOKING = persona("""
[facts]
shop = "Corner Shop"
[[rule]]
heard = { any = true }
set = { kept = "{shop.name}" }
say = "It is {shop.home}."
call = { tool = "f", args = { there = "{heard}", gone = "{shop.door}" } }
then = "Free: {f.slots}."
""")


def test_a_hole_that_nothing_fills_is_neither_heard_nor_handed_to_a_function_but_told() -> None:
    """Braces were spoken, and went to functions as arguments."""
    decision = answer(LOOKING, fresh_memory(LOOKING), "hello", {"f"})
    say, ask = decision.actions
    assert say == Say(("I am sorry, I do not have that at hand.",))
    assert isinstance(ask, Ask)
    assert ask.calls[0].args == {"there": "hello"}
    assert "kept" not in decision.memory.values
    assert "{shop.home}" in decision.because


def test_an_answer_that_is_json_in_a_string_fills_holes() -> None:
    first = answer(LOOKING, fresh_memory(LOOKING), "hello", {"f"})
    ask = first.actions[-1]
    assert isinstance(ask, Ask)
    for text in ('{"slots": ["one", "two"]}', "{'slots': ['one', 'two']}"):
        decision = resume(LOOKING, first.memory, ask, [{"output": text}], {"f"})
        assert decision.actions == (Say(("Free: one and two.",)),)
