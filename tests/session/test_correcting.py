"""What a refusal teaches about a model."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.session.link import open_protocol
from trio_live.errors import LinkLost
from trio_live.events._internal import Steer
from trio_live.session._internal import LESSONS, learn
from trio_live.wire import CHANGEABLE, Platform, profile_for

NEWEST = profile_for("gemini-3.8-live", Platform.VERTEX)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ('Invalid JSON payload received. Unknown name "contextUpdate": Cannot find field.', {"context_update": False}),
        ("Unknown name \"context_update\" at 'x'", {"context_update": False}),
        ("Unknown name \"scheduling\" at 'tool_response.function_responses[0]'", {"scheduling": False}),
        ("Please use a valid role: user, model.", {"system_turns": False}),
    ],
)
def test_a_refusal_that_names_what_it_refuses_corrects_the_ability(reason: str, changes: dict[str, Any]) -> None:
    corrected, lesson = learn(NEWEST, LinkLost(1007, reason))
    assert corrected == attrs.evolve(NEWEST, **changes)
    assert lesson in LESSONS
    assert learn(corrected, LinkLost(1007, reason)) == (corrected, None), "once"


@pytest.mark.parametrize(
    ("code", "reason"), [(1007, "Request contains an invalid argument."), (1011, "contextUpdate"), (1006, "")]
)
def test_other_closes_teach_nothing(code: int, reason: str) -> None:
    assert learn(NEWEST, LinkLost(code, reason)) == (NEWEST, None)


def test_every_lesson_is_about_an_ability() -> None:
    assert {lesson.ability for lesson in LESSONS} <= CHANGEABLE


def test_the_rest_of_the_session_goes_by_what_was_learnt() -> None:
    protocol = open_protocol("gemini-3.8-live")
    words = protocol.learn(LinkLost(1007, 'Unknown name "contextUpdate"'))
    assert words is not None
    assert "context_update is taken to be False" in words
    (frame,), _ = protocol.send(Steer(instruction="Be brief."))
    assert "clientContent" in frame
    assert protocol.learn(LinkLost(1006)) is None
