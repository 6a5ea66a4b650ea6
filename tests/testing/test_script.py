"""Scripts are values: they grow, they never change."""

from __future__ import annotations

import attrs
import pytest

from trio_live.testing import Asked, Script
from trio_live.testing._steps import (
    Asks,
    AwaitsAnswers,
    Closes,
    CompletesTurn,
    Cuts,
    Hears,
    SendsFrame,
    Speaks,
    Stalls,
    Writes,
)


def test_a_half_written_script_can_be_shared() -> None:
    start = Script().hears("Hello")
    assert start.says("Hi") != start.says("Who is there?")
    assert start.steps == (Hears("Hello"),)


def test_a_script_is_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Script().steps = ()  # type: ignore[misc]


def test_what_is_said_is_a_turn() -> None:
    assert Script().says("Hi").steps == (Writes("Hi"), CompletesTurn())


def test_calls_are_numbered_through_the_script() -> None:
    script = Script().calls("a", x=1).calls_meanwhile("b").calls_together(Asked("c"), Asked("d", {"name": 2}))
    assert [(call.id, call.name, call.args) for call in script.asked] == [
        ("call-1", "a", {"x": 1}),
        ("call-2", "b", {}),
        ("call-3", "c", {}),
        ("call-4", "d", {"name": 2}),
    ]
    assert [step for step in script.steps if isinstance(step, AwaitsAnswers)] == [
        AwaitsAnswers(("call-1",)),
        AwaitsAnswers(("call-3", "call-4")),
    ]


def test_an_argument_may_be_called_name() -> None:
    script = Script().calls("greet", name="Ann", self=1)
    assert script.steps[0] == Asks((Asked("greet", {"name": "Ann", "self": 1}, "call-1"),))


def test_sound_lasts_as_long_as_its_words_or_as_told() -> None:
    (speaks,) = Script().speaks("one two three four five").steps
    assert speaks == Speaks("one two three four five", 1.0)
    assert Script().speaks("one", lasting=9).steps == (Speaks("one", 9),)


def test_a_frame_is_taken_as_it_is_and_a_mapping_becomes_json() -> None:
    script = Script().frame(b"\xff").frame("{").frame({"goAway": {}})
    assert script.steps == (SendsFrame(b"\xff"), SendsFrame("{"), SendsFrame('{"goAway": {}}'))


def test_the_end_and_the_waiting_are_steps_too() -> None:
    script = Script().stall(3).close(1011, "busy").cut().awaits_answers()
    assert script.steps == (Stalls(3), Closes(1011, "busy"), Cuts(), AwaitsAnswers())
    assert Script().settle == 0.2
    assert script.settle_after(2).settle == 2
    assert script.settle_after(2).steps == script.steps
