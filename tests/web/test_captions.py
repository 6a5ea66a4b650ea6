"""The lines of a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from trio_live import events
from trio_live.events import Speaker, Stability
from trio_live.web._captions import MOST_LINES, Captions, Line, share_out


def shown(captions: Captions) -> list[str]:
    """Each line as one string: who, the text, what may change, what was not heard."""
    return [
        f"{line['who']}: {line['text']}"
        + (f" ({line['guess']})" if line["guess"] else "")
        + (f" ~{line['unheard']}~" if line["unheard"] else "")
        + ("" if line["final"] else " …")
        for line in captions.lines
    ]


def after(*seen: events.LiveEvent) -> Captions:
    captions = Captions()
    for event in seen:
        captions.see(event)
    return captions


def user(text: str, *, final: bool = False, turn: int = 0) -> events.InputTranscript:
    return events.InputTranscript(text, final, turn=turn)


def model(text: str, *, final: bool = False, turn: int = 0) -> events.OutputTranscript:
    return events.OutputTranscript(text, final, turn=turn)


def guess(text: str) -> events.InputTranscript:
    return events.InputTranscript(text, False, Stability.PARTIAL)


FIND = events.ToolExecution("find_slots", {"day": "Thursday"}, {"slots": ["13:30"]})
TOLD = "tool: find_slots(day='Thursday') → {'slots': ['13:30']}"


@pytest.mark.parametrize(
    ("seen", "lines"),
    [
        pytest.param([guess("Hell"), guess("Hello")], ["user:  (Hello) …"], id="a guess is replaced"),
        pytest.param([guess("Hell"), user("Hello, "), guess("the")], ["user: Hello, (the) …"], id="and by what stays"),
        pytest.param(
            [user("Hi"), user(" there"), model("Good "), model("day."), user("Hi there", final=True), model("Good day.", final=True)],
            ["user: Hi there", "model: Good day."],
            id="a turn",
        ),
        pytest.param(
            [user("Thursday?"), model("Let me see. "), FIND, model("There is 13:30."),
             user("Thursday?", final=True), model("Let me see. There is 13:30.", final=True)],
            ["user: Thursday?", "model: Let me see.", TOLD, "model: There is 13:30."],
            id="a function in the middle",
        ),
        pytest.param(
            [model("One two three four."), events.Interrupted(), model("One two", final=True)],
            ["model: One two ~ three four.~".replace("~ ", "~")],
            id="what was not heard is struck",
        ),
        pytest.param(
            [model("One two. "), FIND, model("Three four."), events.Interrupted(), model("One two. Three", final=True)],
            ["model: One two.", TOLD, "model: Three ~four.~"],
            id="in the second line",
        ),
        pytest.param(
            [model("One two. "), FIND, model("Three four."), events.Interrupted(), model("One", final=True)],
            ["model: One ~two.~", TOLD, "model:  ~Three four.~"],
            id="and from the first line on",
        ),
        pytest.param(
            [model("One two."), events.Interrupted(), events.TurnComplete()],
            ["model:  ~One two.~"],
            id="nothing was heard, and no final says so",
        ),
        pytest.param(
            [user("Thursday?"), model("There is a"), user("One moment"), events.Interrupted(),
             user("Thursday?", final=True), model("There", final=True), events.TurnComplete(),
             user("One moment", final=True, turn=1)],
            ["user: Thursday?", "model: There ~is a~", "user: One moment"],
            id="words that interrupt belong to the next turn",
        ),
        pytest.param(
            [user("haf past"), user("Half past.", final=True)], ["user: Half past."], id="put otherwise in the end"
        ),
        pytest.param([user("Only in the end.", final=True)], ["user: Only in the end."], id="without pieces"),
        pytest.param([events.TextDelta("Pa"), events.TextDelta("ris"), events.TextComplete("Paris")], ["model: Paris"], id="text"),
        pytest.param(
            [user("Hi", final=True, turn=3), events.TranscriptAmended(3, Speaker.USER, "Hi there", " there")],
            ["user: Hi there"],
            id="amended",
        ),
        pytest.param([events.TranscriptAmended(3, Speaker.USER, "Hi", "Hi")], [], id="amended, and not there any more"),
        pytest.param([events.VadStart(), events.TurnComplete()], [], id="nothing was said"),
    ],
)  # fmt: skip
def test_events_become_lines(seen: list[events.LiveEvent], lines: list[str]) -> None:
    assert shown(after(*seen)) == lines


def test_only_what_has_changed_is_told() -> None:
    captions = after(user("Hi", final=True))
    changed = captions.see(model("Good"))
    assert [line["text"] for line in changed] == ["Good"]
    assert captions.see(events.VadStart()) == []


def test_a_line_keeps_its_number_while_it_grows() -> None:
    captions = Captions()
    numbers = {
        line["id"] for event in (guess("a"), user("a b"), user("a b", final=True)) for line in captions.see(event)
    }
    assert numbers == {0}


def test_typed_words_are_a_line_at_once() -> None:
    captions = Captions()
    assert captions.typed("What is open?")[0]["text"] == "What is open?"
    captions.see(model("Eight to six."))
    captions.see(model("Eight to six.", final=True))
    captions.see(user("And now I speak."))
    assert shown(captions) == ["user: What is open?", "model: Eight to six.", "user: And now I speak. …"]


def test_long_results_of_functions_are_cut() -> None:
    lines = after(events.ToolExecution("read", {}, "x" * 500)).lines
    assert lines[0]["text"] == f"read() → {'x' * 120}…"


def test_old_lines_are_given_up() -> None:
    captions = Captions()
    for number in range(MOST_LINES + 10):
        captions.see(user(f"line {number}", final=True))
    assert len(captions.lines) == MOST_LINES
    assert captions.lines[0]["text"] == "line 10"


def test_words_are_shared_out_among_lines() -> None:
    def lines(*texts: str) -> list[Line]:
        return [Line(number, "model", text) for number, text in enumerate(texts)]

    done, left = share_out("One. Two.", lines("One. ", "Two.", "Three."), cut=False)
    assert ([line.text for line in done], [line.text for line in left]) == (["One. ", "Two."], ["Three."])
    done, left = share_out("Other", lines("One.", "Two."), cut=False)
    assert ([line.text for line in done], len(left)) == (["Other"], 1)
    assert share_out("", [], cut=True) == ([], [])
    nothing: Any = share_out("Hm", [], cut=False)
    assert nothing == ([], [])
