"""Answers to function calls on their way to the wire: those that are still wanted, as one frame."""

from __future__ import annotations

from trio_live import wire_events
from trio_live.errors import LocalProtocolError
from trio_live.session._calls import CallLedger
from trio_live.session._outbound import fitted_answers
from trio_live.wire import ClientMessage, FunctionResponse, LiveModelProfile, encode_client_message


def answer_frame(answers: tuple[FunctionResponse, ...], calls: CallLedger, abilities: LiveModelProfile) -> str | None:
    """The frame with those answers that may still be written, which count as written from then on; ``None`` for none.

    Raises:
        LocalProtocolError: an answer is not JSON; none was written, and their calls are open again.
        CallNotOpen: it answers a call that is not open.
    """
    due = calls.due(answers)
    if not due:
        return None
    message = fitted_answers(due, abilities)
    try:
        frame = encode_client_message(ClientMessage(tool_response=message)).decode()
    except LocalProtocolError:
        calls.take_back(due)
        raise
    for answer, sent in zip(due, message.function_responses or (), strict=True):
        calls.written(answer, more_follows=bool(sent.will_continue))
    return frame


def lost_calls(calls: CallLedger) -> list[wire_events.SessionEvent]:
    """What is told of calls that were lost with their connection, and of answers that were dropped for it."""
    lost = calls.take_lost()
    told: list[wire_events.SessionEvent] = [
        wire_events.Error(
            f"the answer of {call.name} was not sent: the connection it was asked in is gone, and the call with it"
        )
        for call, is_answered in lost
        if is_answered
    ]
    return [*told, wire_events.ToolCallCancelled(tuple(call.id or call.name for call, _ in lost))] if lost else []
