from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.callers import MODEL, OLD_MODEL, VERTEX_MODEL
from trio_live.emulator._service._message_rules import refuse_message
from trio_live.emulator._service._refusals import Refused
from trio_live.emulator._service._settings import SessionSettings
from trio_live.wire import (
    AutomaticActivityDetection,
    ClientContent,
    ClientMessage,
    Content,
    ContextUpdate,
    FunctionResponse,
    HistoryConfig,
    Marker,
    Platform,
    RealtimeInput,
    RealtimeInputConfig,
    Setup,
    ToolResponse,
)

NO_CLIENT_CONTENT = "models/gemini-3.1-flash-live-preview"
MANUAL = RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=True))
START = RealtimeInput(activity_start=Marker())
END = RealtimeInput(activity_end=Marker())
ANSWER = FunctionResponse(id="1", name="f", response={})


def refuse(
    message: ClientMessage,
    model: str = MODEL,
    platform: Platform = Platform.GOOGLE_AI,
    *,
    has_answered: bool = False,
    strict: bool = True,
    **setup: Any,
) -> Refused | None:
    settings = SessionSettings(setup=Setup(model=model, **setup), platform=platform)
    return refuse_message(message, settings, has_answered=has_answered, strict=strict)


def content(role: str | None = "user") -> ClientMessage:
    return ClientMessage(client_content=ClientContent(turns=[Content.of("hi", role)], turn_complete=True))


def answer(**fields: Any) -> ClientMessage:
    values = {"id": "1", "name": "f", "response": {}} | fields
    return ClientMessage(tool_response=ToolResponse(function_responses=[FunctionResponse(**values)]))


def test_a_second_setup_is_refused() -> None:
    refusal = refuse(ClientMessage(setup=Setup(model=MODEL)))
    assert refusal is not None
    assert refusal.code == 1007


@pytest.mark.parametrize("realtime", [START, END])
def test_explicit_activity_is_refused_under_automatic_detection(realtime: RealtimeInput) -> None:
    refusal = refuse(ClientMessage(realtime_input=realtime), strict=False)
    assert refusal is not None
    assert refusal.code == 1007
    assert refusal.reason == "Explicit activity control is not supported when automatic activity detection is enabled."
    assert refuse(ClientMessage(realtime_input=realtime), realtime_input_config=MANUAL) is None


@pytest.mark.parametrize("role", [None, "user", "model"])
@pytest.mark.parametrize("platform", Platform)
def test_both_platforms_take_these_roles(platform: Platform, role: str | None) -> None:
    assert refuse(content(role), platform=platform) is None


def test_only_vertex_takes_system_turns() -> None:
    refusal = refuse(content("system"))
    assert refusal is not None
    assert refusal.code == 1007
    assert refuse(content("system"), VERTEX_MODEL, Platform.VERTEX) is None


def test_nobody_takes_other_roles() -> None:
    assert refuse(content("narrator"), VERTEX_MODEL, Platform.VERTEX) is not None


def test_a_model_that_takes_content_at_the_start_only_refuses_it_after_its_first_turn() -> None:
    history = HistoryConfig(initial_history_in_client_content=True)
    assert refuse(content(), NO_CLIENT_CONTENT) is None, "two recorded sessions show it"
    assert refuse(content(), NO_CLIENT_CONTENT, has_answered=True) is not None
    assert refuse(content(), NO_CLIENT_CONTENT, history_config=history) is None
    assert refuse(content(), NO_CLIENT_CONTENT, history_config=history, has_answered=True) is not None


@pytest.mark.parametrize("model", [OLD_MODEL, VERTEX_MODEL, NO_CLIENT_CONTENT])
def test_older_models_do_not_know_context_updates(model: str) -> None:
    message = ClientMessage(context_update=ContextUpdate(system_instruction=Content.of("x")))
    refusal = refuse(message, model)
    assert refusal is not None
    assert 'Unknown name "contextUpdate"' in refusal.reason
    assert refuse(message) is None


@pytest.mark.parametrize(
    ("message", "model", "platform"),
    [
        (answer(response=None), MODEL, Platform.GOOGLE_AI),
        (answer(name=""), MODEL, Platform.GOOGLE_AI),
        (answer(id=None), MODEL, Platform.GOOGLE_AI),
        (answer(scheduling="SILENT"), VERTEX_MODEL, Platform.VERTEX),
        (answer(will_continue=True), VERTEX_MODEL, Platform.VERTEX),
    ],
)
def test_these_function_responses_are_refused(message: ClientMessage, model: str, platform: Platform) -> None:
    refusal = refuse(message, model, platform)
    assert refusal is not None
    assert refusal.code == 1007
    assert refuse(message, model, platform, strict=False) is None


def test_vertex_takes_function_responses_without_an_id() -> None:
    assert refuse(answer(id=None), VERTEX_MODEL, Platform.VERTEX) is None


def test_a_message_carries_one_field() -> None:
    both = ClientMessage(client_content=ClientContent(), realtime_input=RealtimeInput(text="x"))
    assert refuse(both) is not None
    assert refuse(both, strict=False) is None
    assert refuse(ClientMessage()) is None
