"""From a spec to a plan: every mistake at once and before any I/O; what is refused is left off and said once."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.live.setups import FREE_OF_CHARGE, setup_of
from tests.peer import Peer, audio, call, said, turn_complete
from trio_live import ConfigError, FunctionDeclaration, GoogleAI, Live, Platform, State, Tool, Vertex, events
from trio_live.live._compile import check_spec, compile_plan, fitted_setup, resolve_abilities, resolve_model
from trio_live.transport import Endpoint, Transport
from trio_live.wire import DEFAULT_MODEL, ProactivityConfig, Switch, profile_for

KEY = GoogleAI("key")
VERTEX = Vertex("project", "us-central1", "token")


DIALS: list[int] = []


@asynccontextmanager
async def never() -> AsyncGenerator[Transport, None]:
    DIALS.append(1)
    yield Peer().client


@pytest.fixture(autouse=True)
def _no_models_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEMINI_LIVE_MODEL", raising=False)
    monkeypatch.delenv("GEMINI_MODEL", raising=False)


# -- the model ------------------------------------------------------------------------------------------------------

SOURCES = ["builder", "endpoint", "GEMINI_LIVE_MODEL", "GEMINI_MODEL", "platform"]


@pytest.mark.parametrize("platform", list(Platform))
@pytest.mark.parametrize("first", range(len(SOURCES)), ids=SOURCES)
def test_the_first_of_these_that_names_a_model_counts(
    first: int, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = set(SOURCES[first:])
    live = Live.builder().model("builder") if "builder" in named else Live.builder()
    model = "endpoint" if "endpoint" in named else None
    endpoint: Endpoint = (
        GoogleAI("k", model=model) if platform is Platform.GOOGLE_AI else Vertex("p", "global", "t", model=model)
    )
    for variable in ("GEMINI_LIVE_MODEL", "GEMINI_MODEL"):
        if variable in named:
            monkeypatch.setenv(variable, variable)
    expected = SOURCES[first] if first < 4 else DEFAULT_MODEL
    assert resolve_model(live.spec, endpoint) == expected


def test_an_empty_variable_names_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_LIVE_MODEL", "")
    monkeypatch.setenv("GEMINI_MODEL", "shared")
    assert resolve_model(Live.builder().spec, KEY) == "shared"


@pytest.mark.parametrize(
    ("endpoint", "model", "sent"),
    [
        (KEY, "gemini-x", "models/gemini-x"),
        (KEY, "models/gemini-x", "models/gemini-x"),
        (VERTEX, "gemini-x", "projects/project/locations/us-central1/publishers/google/models/gemini-x"),
        (VERTEX, "models/gemini-x", "projects/project/locations/us-central1/publishers/google/models/gemini-x"),
    ],
)
def test_a_bare_name_becomes_a_resource(endpoint: Endpoint, model: str, sent: str) -> None:
    setup, _ = fitted_setup(Live.builder().model(model).spec, endpoint)
    assert setup.model == sent


def test_a_model_answers_in_what_it_serves_when_nobody_said() -> None:
    assert setup_of(Live.builder().model("gemini-3.5-transcribe-live"))["generationConfig"] == {
        "responseModalities": ["TEXT"]
    }


# -- what is left off -----------------------------------------------------------------------------------------------


def test_what_the_platform_refuses_is_left_off_and_listed() -> None:
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").proactive_audio().thinking(0)
    on_google, on_vertex = live.ignored_settings(Platform.GOOGLE_AI), live.ignored_settings(Platform.VERTEX)
    assert [setting.path for setting in on_google] == ["proactivity"]
    assert [setting.path for setting in on_vertex] == ["generationConfig.thinkingConfig"]
    assert "proactivity" not in setup_of(live, Platform.GOOGLE_AI)
    assert "thinkingConfig" in setup_of(live, Platform.GOOGLE_AI)["generationConfig"]
    assert "thinkingConfig" not in setup_of(live, Platform.VERTEX)["generationConfig"]


def test_a_voice_for_text_is_listed_too() -> None:
    live = Live.builder().model("gemini-live-2.5-flash").voice("Puck").text_only()
    assert [setting.path for setting in live.ignored_settings(Platform.VERTEX)] == ["generationConfig.speechConfig"]


async def test_what_is_left_off_is_said_once_and_readable(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").proactive_audio().explicit_vad_signal()
    with caplog.at_level(logging.INFO, "trio_live.config"):
        assert live.ignored_settings(Platform.GOOGLE_AI)
        assert caplog.records == []
        async with call(live) as (session, peer):
            assert [setting.path for setting in session.ignored_settings] == ["proactivity", "explicitVadSignal"]
            assert "proactivity" not in peer.setup
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "proactivity" in record.getMessage()
    assert "explicitVadSignal" in record.getMessage()
    assert "2.5 native audio on Google AI" in record.getMessage()


async def test_without_anything_to_leave_off_nothing_is_said(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with call() as (session, _):
        assert session.ignored_settings == ()
    assert [record for record in caplog.records if record.name == "trio_live.config"] == []


def test_proactive_audio_and_affect_reach_a_2_5_model_of_google_ai_in_the_preview_version() -> None:
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").proactive_audio().affective_dialog()
    stable, ignored = fitted_setup(live.spec, GoogleAI("k"))
    assert [setting.path for setting in ignored] == ["proactivity", "generationConfig.enableAffectiveDialog"]
    assert stable.proactivity is None
    for endpoint in (GoogleAI("k", version="v1alpha"), GoogleAI("auth_tokens/t")):
        preview, ignored = fitted_setup(live.spec, endpoint)
        assert ignored == ()
        assert preview.proactivity == ProactivityConfig(proactive_audio=True)


def test_the_builder_knows_better_than_the_row() -> None:
    live = Live.builder().model("gemini-3.8-live").affective_dialog()
    assert [setting.path for setting in live.ignored_settings(Platform.VERTEX)] == [
        "generationConfig.enableAffectiveDialog"
    ]
    assert live.abilities(affective=Switch.OPT_IN).ignored_settings(Platform.VERTEX) == ()


async def test_a_session_tells_what_its_model_can(autojump_clock: MockClock) -> None:
    live = Live.builder().model("gemini-3.8-live").abilities(scheduling=False)
    async with call(live) as (session, _):
        row = profile_for("gemini-3.8-live", Platform.GOOGLE_AI)
        assert session.abilities == attrs.evolve(row, scheduling=False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"telepathy": True}, "no such ability: telepathy; there are affective, "),
        ({"name": "mine"}, "no such ability: name"),
        ({"scheduling": "no"}, "scheduling must be a bool, not 'no'"),
        ({"client_content": "always"}, "client_content must be a ClientContentUse"),
    ],
)
def test_what_is_no_ability_is_refused_at_the_call(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        Live.builder().abilities(**changes)


# -- mistakes -------------------------------------------------------------------------------------------------------

TWICE = Tool(function_declarations=[FunctionDeclaration(name="f"), FunctionDeclaration(name="f")])


def test_every_mistake_is_told_at_once_and_before_anything_is_dialled() -> None:
    live = Live.builder().model("gemini-3.8-live-extended-thinking").add_tool(TWICE).initial_phase("nowhere")
    endpoint = Vertex("", "not a place", "", base_url="nonsense")
    with pytest.raises(ConfigError) as caught:
        compile_plan(live.spec, endpoint, never)
    told = "\n".join(caught.value.problems)
    for piece in (
        "project",
        "location",
        "token",
        "base_url",
        "'f' is declared 2 times",
        "thinkingLevel",
        "nowhere",
    ):
        assert piece in told
    assert len(caught.value.problems) == 7
    assert str(caught.value).startswith("7 configuration mistakes:\n  1. ")
    assert DIALS == []


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (
            Live.builder().model("gemini-3.5-live-translate"),
            "needs generationConfig.translationConfig.targetLanguageCode",
        ),
        (
            Live.builder().model("gemini-robotics-er-2-streaming").abilities(modalities=("VIDEO",)).text_only(),
            "in VIDEO, not in TEXT",
        ),
        (Live.builder().add_tool(TWICE), "the function 'f' is declared 2 times"),
        (
            Live.builder().add_tool({"name": "f"}).manual_tools("f", "g"),
            "manual_tools names 'g', which is not declared",
        ),
    ],
)
async def test_a_mistake_is_told_on_entering(live: Live, words: str, autojump_clock: MockClock) -> None:
    peer = Peer()
    opening = live.connect_with_transport(peer.client)
    with pytest.raises(ConfigError, match=words):
        async with opening:
            pytest.fail("there is no session")
    assert peer.client.sent == []


def test_a_plan_holds_what_was_chosen() -> None:
    mine = State()
    live = Live.builder().state(mine).callback_errors("raise").timeouts(setup=4)
    plan = compile_plan(live.spec, KEY, never)
    assert plan.state is mine
    assert (plan.callback_errors, plan.setup_within, plan.abilities.platform) == ("raise", 4, Platform.GOOGLE_AI)
    assert plan.dial is never


def test_every_session_without_a_state_of_its_users_gets_a_new_one() -> None:
    spec = Live.builder().spec
    assert compile_plan(spec, KEY, never).state is not compile_plan(spec, KEY, never).state


@given(st.sets(st.sampled_from(sorted(FREE_OF_CHARGE)), max_size=6), st.sampled_from(list(Platform)))
def test_what_is_not_sent_is_listed_and_what_is_listed_is_not_sent(names: set[str], platform: Platform) -> None:
    """Accepted and silently dropped would be the worst of both."""
    live: Any = Live.builder().model("gemini-3.1-flash-live-preview")
    for name in sorted(names):
        live = FREE_OF_CHARGE[name](live)
    asked, sent = setup_of(live.model("a-model-of-tomorrow"), platform), setup_of(live, platform)
    listed = {setting.path.split(".")[0] for setting in live.ignored_settings(platform)}
    changed = {key for key in asked if asked[key] != sent.get(key)}
    assert changed == listed


def test_search_and_functions_together_are_refused_where_the_model_takes_only_one() -> None:
    live = Live.builder().google_search().add_tool({"name": "f"})
    for model, refused in (("gemini-2.5-flash-native-audio-latest", True), ("gemini-3.8-live", False)):
        spec, endpoint = live.model(model).spec, GoogleAI("k")
        setup, _ = fitted_setup(spec, endpoint)
        problems, _ = check_spec(spec, setup, resolve_abilities(spec, endpoint))
        assert problems == (
            ["the 2.5 native audio model does not take Google Search together with functions: leave one of them out"]
            if refused
            else []
        )


async def ignore(*_: object) -> None: ...


@pytest.mark.parametrize(
    "live",
    [
        Live.builder(),
        Live.builder().on_tool_call(ignore),
        Live.builder().manual_tools(),
    ],
    ids=["alone", "answered by a callback", "answered by hand"],
)
def test_a_phase_enables_only_what_is_declared(live: Live) -> None:
    """No model calls a function that it was not told of, whoever would answer."""
    phases = live.model("gemini-3.8-live").phase("a").instruction("x").tools(["nope"]).done().initial_phase("a")
    with pytest.raises(ConfigError, match="'nope', which is not declared; no tool is declared"):
        compile_plan(phases.spec, KEY, never)
    with pytest.raises(ConfigError, match="'nope', which is not declared; declared are f"):
        compile_plan(phases.add_tool({"name": "f"}).spec, KEY, never)
    compile_plan(phases.add_tool({"name": "nope"}).spec, KEY, never)


def test_what_a_model_does_not_take_may_be_enabled_all_the_same() -> None:
    """It is declared; that it is not sent is said in a warning of its own."""
    live = Live.builder().model("gemini-3.5-transcribe-live").add_tool({"name": "f"})
    compile_plan(live.phase("a").instruction("x").tools(["f"]).done().initial_phase("a").spec, KEY, never)


def test_what_is_answered_by_hand_must_be_declared() -> None:
    live = Live.builder().model("gemini-3.8-live").manual_tools("nope")
    with pytest.raises(ConfigError, match="manual_tools names 'nope', which is not declared"):
        compile_plan(live.spec, KEY, never)


@pytest.mark.parametrize("where", ["parameters", "response"])
def test_a_schema_with_a_list_of_types_is_refused_before_anything_is_dialled(where: str) -> None:
    schema = {"type": "OBJECT", "properties": {"day": {"type": ["string", "null"]}}}
    live = Live.builder().model("gemini-3.8-live").add_tool({"name": "book", where: schema})
    with pytest.raises(ConfigError) as caught:
        compile_plan(live.spec, GoogleAI("k"), never)
    (problem,) = caught.value.problems
    assert problem.startswith(f"the function 'book': {where}.properties.day.type is a list, which the server refuses")


def test_a_schema_that_is_json_schema_may_list_types() -> None:
    schema = {"type": "object", "properties": {"day": {"type": ["string", "null"]}}}
    live = Live.builder().model("gemini-3.8-live").add_tool({"name": "book", "parametersJsonSchema": schema})
    compile_plan(live.spec, GoogleAI("k"), never)


def test_a_greeting_for_a_model_that_takes_no_text_is_a_mistake() -> None:
    live = Live.builder().model("gemini-3.5-transcribe-live").greeting("Say hello.")
    with pytest.raises(ConfigError, match=r"the 3\.5 transcribe live model takes no text"):
        compile_plan(live.spec, GoogleAI("k"), never)


async def test_a_model_that_only_speaks_is_transcribed_where_text_is_wanted(autojump_clock: MockClock) -> None:
    """It was refused, and without the check the server closes with 1007."""
    live = Live.builder().model("gemini-3.8-live").text_only()
    async with call(live) as (session, peer), session.events() as stream:
        assert peer.setup["generationConfig"]["responseModalities"] == ["AUDIO"]
        assert peer.setup["outputAudioTranscription"] == {}
        await peer.send(audio(b"0000"), said("Hello "), said("Ann."), turn_complete())
        got = [await anext(stream) for _ in range(5)]
    assert [type(event).__name__ for event in got if not isinstance(event, events.Connected)] == [
        "TextDelta",
        "TextDelta",
        "TextComplete",
        "TurnComplete",
    ]


def test_a_model_that_writes_is_asked_to_write() -> None:
    setup = setup_of(Live.builder().model("gemini-live-2.5-flash").text_only())
    assert setup["generationConfig"]["responseModalities"] == ["TEXT"]
    assert "outputAudioTranscription" not in setup


@pytest.mark.parametrize(
    ("model", "field", "warned"),
    [
        ("gemini-3.8-live-extended-thinking", "parametersJsonSchema", 1),
        ("gemini-3.8-live-extended-thinking", "parameters", 0),
        ("gemini-3.8-live", "parametersJsonSchema", 0),
    ],
)
async def test_a_model_that_would_speak_its_plans_is_warned_of(
    model: str, field: str, warned: int, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live.builder().model(model).thinking_level("low").add_tool({"name": "find", field: {"type": "object"}})
    with caplog.at_level(logging.WARNING, "trio_live.config"):
        async with call(live):
            pass
    told = [record.getMessage() for record in caplog.records if "plans" in record.getMessage()]
    assert len(told) == warned
    assert all("`parameters` for find" in words for words in told)
