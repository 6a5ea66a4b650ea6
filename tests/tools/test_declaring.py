from __future__ import annotations

import pytest

from trio_live.tools import Background, Standard, ToolExecutionMode, tool
from trio_live.tools._declaring import behavior_of, declaration_of, declaring_problems
from trio_live.wire import Platform, profile_for


@tool
def search(words: str) -> str:
    """Search."""
    return words


@tool(behavior="NON_BLOCKING")
def jingle() -> None:
    """Play a jingle."""


NEW = profile_for("gemini-3.8-live", Platform.GOOGLE_AI)
THINKER = profile_for("gemini-3.8-live-extended-thinking", Platform.GOOGLE_AI)
OLD = profile_for("gemini-3.1-flash-live-preview", Platform.GOOGLE_AI)
EAR = profile_for("gemini-3.5-transcribe-live", Platform.GOOGLE_AI)


@pytest.mark.parametrize("mode", [Standard(), Background()])
def test_the_behaviour_is_always_said(mode: ToolExecutionMode) -> None:
    expected = "BLOCKING" if mode == Standard() else "NON_BLOCKING"
    for profile in (None, NEW, OLD):
        assert declaration_of(search, mode, profile).behavior == expected


def test_a_model_that_never_waits_is_not_asked_to() -> None:
    assert behavior_of(search, Standard(), THINKER) == "NON_BLOCKING"
    assert list(declaring_problems(search, Standard(), THINKER)) == []


def test_the_tools_own_wish_counts() -> None:
    assert behavior_of(jingle, Standard(), NEW) == "NON_BLOCKING"
    (problem,) = declaring_problems(jingle, Standard(), OLD)
    assert "asks for NON_BLOCKING, and the 3.1 flash live model on Google AI calls BLOCKING functions only" in problem


@pytest.mark.parametrize(
    ("mode", "profile", "reason"),
    [
        (Background(), OLD, "it runs in the background"),
        (Standard(), EAR, "calls no functions"),
        (Background(scheduling="SILENT"), THINKER, "schedules its result"),
    ],
)
def test_what_a_model_cannot_have_is_told(mode, profile, reason) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    (problem,) = declaring_problems(search, mode, profile)
    assert reason in problem


def test_what_a_model_can_have_is_no_problem() -> None:
    assert list(declaring_problems(search, Background(scheduling="SILENT"), NEW)) == []


def test_a_tool_in_the_background_is_not_one_that_the_model_waits_for() -> None:
    """It was declared BLOCKING, and cancelled by every interruption."""
    waited_for = tool(name="pay", description="Pay.", behavior="BLOCKING")(search.function)
    (problem,) = declaring_problems(waited_for, Background(), NEW)
    assert "'pay' runs in the background, and asks for BLOCKING" in problem
