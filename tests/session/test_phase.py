"""The phases of the link: which may follow which."""

from __future__ import annotations

import itertools

import pytest

from trio_live.errors import InvalidTransition, LocalProtocolError
from trio_live.session import TRANSITIONS, SessionPhase
from trio_live.session._internal import CONNECTED, next_phase
from trio_live.session._phase import IN_TOOL_CALL

ROWS = {
    "Disconnected": "Connecting",
    "Connecting": "SetupSent",
    "SetupSent": "Active",
    "Active": "UserSpeaking ModelSpeaking ToolCallPending Disconnecting",
    "UserSpeaking": "Active ModelSpeaking Disconnecting",
    "ModelSpeaking": "Active Interrupted ToolCallPending Disconnecting",
    "Interrupted": "Active UserSpeaking Disconnecting",
    "ToolCallPending": "ToolCallExecuting Disconnecting",
    "ToolCallExecuting": "Active ModelSpeaking Disconnecting",
    "Disconnecting": "Disconnected",
}
"""The protocol's own rows."""

TOOL_ROUNDS = {
    "UserSpeaking": "ToolCallPending",  # a call may come while the user is still heard
    "ToolCallPending": "Active ModelSpeaking",  # all cancelled; or the model talks on
    "ToolCallExecuting": "ToolCallPending",  # a second batch while the first is run
}
"""What it takes on top of them for no tool call to leave a session stuck."""


def allowed(current: str, wanted: str) -> bool:
    listed = ROWS[current].split() + TOOL_ROUNDS.get(current, "").split()
    return wanted in listed or wanted == "Disconnected"


@pytest.mark.parametrize(("current", "wanted"), [*itertools.product(SessionPhase, repeat=2)], ids=str)
def test_a_phase_follows_another_only_where_its_row_says_so(current: SessionPhase, wanted: SessionPhase) -> None:
    if allowed(str(current), str(wanted)):
        assert next_phase(current, wanted) is wanted
    else:
        with pytest.raises(InvalidTransition) as caught:
            next_phase(current, wanted)
        assert (caught.value.from_, caught.value.to) == (str(current), str(wanted))


def test_every_phase_has_a_row() -> None:
    assert TRANSITIONS.keys() == set(SessionPhase)
    assert {str(phase) for phase in SessionPhase} == ROWS.keys()


def test_a_phase_prints_as_its_name() -> None:
    assert str(SessionPhase.TOOL_CALL_EXECUTING) == f"{SessionPhase.TOOL_CALL_EXECUTING}" == "ToolCallExecuting"


def test_a_forbidden_step_is_told_as_this_programs_mistake() -> None:
    with pytest.raises(LocalProtocolError, match="session phase Active cannot follow Disconnected"):
        next_phase(SessionPhase.DISCONNECTED, SessionPhase.ACTIVE)


def test_every_connected_phase_can_say_goodbye_and_no_other_can() -> None:
    leaving = {phase for phase, following in TRANSITIONS.items() if SessionPhase.DISCONNECTING in following}
    assert leaving == CONNECTED


def test_every_connected_phase_finds_back_to_active() -> None:
    reached = {SessionPhase.ACTIVE}
    for _ in SessionPhase:
        reached |= {phase for phase in CONNECTED if TRANSITIONS[phase] & reached}
    assert reached == CONNECTED
    assert IN_TOOL_CALL < CONNECTED
