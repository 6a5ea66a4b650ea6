from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.conversation import TranscriptTurn, TranscriptWindow
from trio_live.conversation._internal import continued, format_turns
from trio_live.events import ToolCallSummary

CALL = ToolCallSummary.of("look_up", {"size": 2}, ["a", "b"])


def test_a_turn_is_written_user_first_then_functions_then_the_answer() -> None:
    turn = TranscriptTurn(0, user=" hi there ", model="hello\n", tool_calls=(CALL, CALL))
    assert turn.formatted() == (
        "User: hi there\n"
        '[Tool: look_up({"size":2}) → ["a","b"]]\n'
        '[Tool: look_up({"size":2}) → ["a","b"]]\n'
        "Assistant: hello\n"
        "\n"
    )


def test_silent_sides_have_no_line() -> None:
    assert TranscriptTurn(0, user="hi").formatted() == "User: hi\n\n"
    assert TranscriptTurn(0, model="hi").formatted() == "Assistant: hi\n\n"
    assert TranscriptTurn(0, user="  ", tool_calls=(CALL,)).formatted().startswith("[Tool: look_up(")


def test_a_window_writes_its_turns_one_after_the_other() -> None:
    turns = (TranscriptTurn(0, user="a"), TranscriptTurn(1, model="b"))
    assert TranscriptWindow(turns).formatted() == format_turns(turns) == "User: a\n\nAssistant: b\n\n"
    assert TranscriptWindow().formatted() == ""


def test_as_text_there_is_an_empty_line_between_turns_and_none_behind() -> None:
    window = TranscriptWindow((TranscriptTurn(0, "a", "b", (CALL,)), TranscriptTurn(1, untranscribed=True)))
    assert str(window) == (
        'User: a\n[Tool: look_up({"size":2}) → ["a","b"]]\nAssistant: b\n\nAssistant: [spoke; there is no transcript]'
    )
    assert str(window.turns[1]) == "Assistant: [spoke; there is no transcript]"
    said = ["User: a", "Assistant: b", "Assistant: [spoke; there is no transcript]"]
    assert list(window.lines(functions=False)) == said


def test_turns_of_an_earlier_look_stand_before_those_that_are_kept() -> None:
    first, second, third = (TranscriptTurn(number, str(number)) for number in range(3))
    changed = attrs.evolve(second, user="changed")
    assert continued((first, second), TranscriptWindow((changed, third))).turns == (first, changed, third)
    assert continued((), TranscriptWindow()).is_empty


def test_the_last_words_of_a_side_are_searched_backwards() -> None:
    window = TranscriptWindow((TranscriptTurn(0, "a", "b"), TranscriptTurn(1, "c", ""), TranscriptTurn(2, "", "d")))
    assert window.last_user() == "c"
    assert window.last_model() == "d"
    assert TranscriptWindow((TranscriptTurn(0, model="x"),)).last_user() is None
    assert TranscriptWindow().last_model() is None


def test_a_window_counts_and_yields_its_turns() -> None:
    turn = TranscriptTurn(0, "a")
    window = TranscriptWindow((turn,))
    assert (len(window), window.is_empty, list(window)) == (1, False, [turn])
    assert (len(TranscriptWindow()), TranscriptWindow().is_empty) == (0, True)


def test_turns_and_windows_do_not_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        TranscriptTurn(0).user = "x"  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        TranscriptWindow().turns = ()  # type: ignore[misc]


@given(st.lists(st.builds(TranscriptTurn, st.integers(0), st.text(), st.text(), st.just(()))))
def test_writing_windows_apart_or_together_is_the_same(turns: list[TranscriptTurn]) -> None:
    assert format_turns(turns) == "".join(format_turns([turn]) for turn in turns)
