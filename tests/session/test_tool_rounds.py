"""Function calls: no way through them leaves a session stuck."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.session.link import (
    ACTIVE,
    AUDIO,
    ENTERED,
    MODEL_SPEAKING,
    PCM,
    answer,
    executing,
    hear,
    hear_calls,
    hear_content,
    kinds,
    open_protocol,
    pending,
    text,
    user_speaking,
)
from trio_live import wire_events
from trio_live.errors import CallNotOpen, LocalProtocolError
from trio_live.events._internal import SendToolResponse
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol
from trio_live.wire import (
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Platform,
    Tool,
)

PENDING = ENTERED[SessionPhase.TOOL_CALL_PENDING]
EXECUTING = ENTERED[SessionPhase.TOOL_CALL_EXECUTING]


def test_a_tool_round_never_leaves_the_session_stuck() -> None:
    protocol = open_protocol()
    seen = hear_calls(protocol, ("a", "f"))
    seen += protocol.tools_started()
    seen += protocol.send(answer(("a", "f")))[1]
    seen += hear_content(protocol, **text("Done."))
    seen += hear_content(protocol, turnComplete=True)
    assert seen == [
        PENDING,
        wire_events.ToolCall((FunctionCall("a", "f"),)),
        EXECUTING,
        ACTIVE,
        MODEL_SPEAKING,
        wire_events.TextDelta("Done."),
        wire_events.TextComplete("Done."),
        wire_events.TurnComplete(),
        ACTIVE,
    ]


def test_a_call_in_the_middle_of_a_sentence_keeps_its_text() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("Let me see. "))
    assert kinds(hear_calls(protocol, ("a", "f"))) == ["ToolCallPending", "ToolCall"]
    protocol.tools_started()
    protocol.send(answer(("a", "f")))
    hear_content(protocol, **text("Fog."))
    assert wire_events.TextComplete("Let me see. Fog.") in hear_content(protocol, turnComplete=True)


def test_the_calling_turn_may_end_before_the_answer_as_vertex_does() -> None:
    protocol = open_protocol()
    hear_calls(protocol, ("a", "f"))
    protocol.tools_started()
    assert hear_content(protocol, generationComplete=True, turnComplete=True) == [
        wire_events.GenerationComplete(),
        wire_events.TurnComplete(),
    ]
    assert protocol.phase is SessionPhase.TOOL_CALL_EXECUTING
    assert protocol.send(answer(("a", "f")))[1] == [ACTIVE]


@pytest.mark.parametrize("reach", [open_protocol, user_speaking, pending, executing])
def test_the_model_may_speak_up_in_any_of_these_phases(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    assert hear_content(protocol, **AUDIO) == [MODEL_SPEAKING, wire_events.AudioData(PCM)]
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete(), ACTIVE]


def test_a_call_may_come_while_the_user_speaks() -> None:
    assert kinds(hear_calls(user_speaking(), ("a", "f"))) == ["ToolCallPending", "ToolCall"]


def test_a_model_that_talks_on_while_its_call_is_run_is_not_cut_off_by_the_answer() -> None:
    protocol = executing()
    hear_content(protocol, **AUDIO)
    assert protocol.send(answer(("a", "f")))[1] == []
    assert protocol.phase is SessionPhase.MODEL_SPEAKING


def test_parallel_calls_may_be_answered_one_by_one() -> None:
    protocol = open_protocol()
    hear_calls(protocol, ("a", "f"), ("b", "f"), ("c", "g"))
    protocol.tools_started()
    assert protocol.send(answer(("b", "f")))[1] == []
    assert protocol.send(answer(("a", "f")))[1] == []
    assert protocol.send(answer(("c", "g")))[1] == [ACTIVE]


def test_calls_without_ids_are_told_apart_by_their_number() -> None:
    protocol = open_protocol()
    hear_calls(protocol, (None, "f"), (None, "f"))
    protocol.tools_started()
    assert protocol.send(answer((None, "f")))[1] == []
    assert protocol.send(answer((None, "f")))[1] == [ACTIVE]


def test_an_answer_without_an_id_still_ends_the_round() -> None:
    protocol = executing()
    assert protocol.send(answer((None, "f")))[1] == [ACTIVE]


def test_an_answer_of_which_more_follows_keeps_the_round_open() -> None:
    protocol = executing()
    assert protocol.send(answer(("a", "f"), will_continue=True))[1] == []
    assert protocol.phase is SessionPhase.TOOL_CALL_EXECUTING
    assert protocol.send(answer(("a", "f"), will_continue=False))[1] == [ACTIVE]


def test_where_answers_cannot_be_streamed_the_first_one_ends_the_round() -> None:
    protocol = open_protocol("gemini-live-2.5-flash-native-audio", Platform.VERTEX)
    hear_calls(protocol, ("a", "f"))
    protocol.tools_started()
    (frame,), events = protocol.send(answer(("a", "f"), will_continue=True))
    assert "willContinue" not in frame
    assert events == [ACTIVE]


def test_a_second_batch_waits_behind_the_first() -> None:
    protocol = executing()
    assert kinds(hear_calls(protocol, ("b", "g"))) == ["ToolCallPending", "ToolCall"]
    assert protocol.send(answer(("a", "f")))[1] == []
    assert protocol.tools_started() == [EXECUTING]
    assert protocol.send(answer(("b", "g")))[1] == [ACTIVE]


def test_another_batch_while_one_is_pending_changes_no_phase() -> None:
    assert kinds(hear_calls(pending(), ("b", "g"))) == ["ToolCall"]


@pytest.mark.parametrize("reach", [pending, executing])
def test_a_round_of_which_everything_was_cancelled_is_over(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    hear_calls(protocol, ("b", "g"))
    assert hear(protocol, toolCallCancellation={"ids": ["a", "x"]}) == [wire_events.ToolCallCancelled(("a", "x"))]
    assert hear(protocol, toolCallCancellation={"ids": ["b"]}) == [wire_events.ToolCallCancelled(("b",)), ACTIVE]
    assert protocol.tools_started() == []


def test_a_cancellation_of_calls_long_answered_changes_nothing() -> None:
    protocol = executing()
    protocol.send(answer(("a", "f")))
    assert hear(protocol, toolCallCancellation={"ids": ["a"]}) == [wire_events.ToolCallCancelled(("a",))]


@pytest.mark.parametrize("reach", [pending, executing])
def test_an_interruption_gives_up_the_calls_and_ends_their_round(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    assert hear_content(protocol, interrupted=True) == [wire_events.Interrupted(), ACTIVE]


def test_calls_given_up_by_an_interruption_do_not_keep_the_next_round_open() -> None:
    protocol = executing()
    hear_content(protocol, **AUDIO)
    hear_content(protocol, interrupted=True)
    hear_calls(protocol, ("b", "g"))
    protocol.tools_started()
    assert protocol.send(answer(("b", "g")))[1] == [ACTIVE]


SEARCH = Tool(function_declarations=[FunctionDeclaration(name="search", behavior="NON_BLOCKING")])


@pytest.mark.parametrize("speaking", [True, False])
def test_an_interruption_lets_a_call_run_on_that_the_server_does_not_wait_for(*, speaking: bool) -> None:
    protocol = open_protocol(tools=[SEARCH])
    hear_calls(protocol, ("a", "search"), ("b", "f"))
    protocol.tools_started()
    if speaking:
        hear_content(protocol, **AUDIO)
    assert hear_content(protocol, interrupted=True)[-1] == ACTIVE
    assert protocol.calls.take_cancelled() == ("b",)
    assert protocol.send(answer(("a", "search")))[0] is not None
    with pytest.raises(CallNotOpen, match="was answered already"):
        protocol.send(answer(("a", "search")))


def test_what_runs_on_after_an_interruption_does_not_hold_the_next_round_open() -> None:
    protocol = open_protocol(tools=[SEARCH])
    hear_calls(protocol, ("a", "search"))
    protocol.tools_started()
    hear_content(protocol, interrupted=True)
    hear_calls(protocol, ("b", "f"))
    protocol.tools_started()
    assert protocol.send(answer(("b", "f")))[1] == [ACTIVE]


def test_a_frame_that_comes_again_tells_of_nothing() -> None:
    protocol = executing()
    assert hear_calls(protocol, ("a", "f")) == []
    protocol.send(answer(("a", "f")))
    assert hear_calls(protocol, ("a", "f")) == []
    assert protocol.phase is SessionPhase.ACTIVE


def accept(protocol: SessionProtocol, command: SendToolResponse) -> tuple[FunctionResponse, ...]:
    answered = protocol.calls.accept(protocol.calls.judge(command.responses).answered)
    return tuple(each.answer for each in answered)


def test_of_answers_that_wait_to_be_written_only_those_are_sent_that_were_not_cancelled() -> None:
    protocol = open_protocol()
    hear_calls(protocol, ("a", "f"), ("b", "f"))
    accepted = accept(protocol, answer(("a", "f"), ("b", "f")))
    hear(protocol, toolCallCancellation={"ids": ["a"]})
    (frame,), events = protocol.send(SendToolResponse(accepted))
    assert '"id":"b"' in frame
    assert '"id":"a"' not in frame
    assert events == [ACTIVE]


def test_an_answer_that_was_cancelled_while_it_waited_makes_no_frame() -> None:
    protocol = executing()
    accepted = accept(protocol, answer(("a", "f")))
    hear_content(protocol, interrupted=True)
    assert protocol.send(SendToolResponse(accepted)) == ([], [])


@pytest.mark.parametrize("reach", [open_protocol, user_speaking, executing])
def test_nothing_starts_where_nothing_is_pending(reach: Callable[[], SessionProtocol]) -> None:
    protocol = reach()
    before = protocol.phase
    assert protocol.tools_started() == []
    assert protocol.phase is before


def test_an_answer_that_is_no_json_leaves_its_call_open() -> None:
    protocol = executing()
    broken = SendToolResponse((FunctionResponse("a", "f", {"output": object()}),))
    with pytest.raises(LocalProtocolError):
        protocol.send(broken)
    assert protocol.phase is SessionPhase.TOOL_CALL_EXECUTING
    assert protocol.send(answer(("a", "f")))[1] == [ACTIVE]
