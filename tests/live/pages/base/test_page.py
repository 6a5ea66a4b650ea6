"""A builder is a value: every method returns another one, and the old one stays as it was."""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.setups import FREE_OF_CHARGE, SETTERS, Call, setup_of
from trio_live import CallbackMode, Live, State, TransportKind
from trio_live.compose import T
from trio_live.conversation import RepairConfig
from trio_live.extraction import AfterToolCall, RuleExtractor, number
from trio_live.lanes import HOOKS
from trio_live.llm import MockLlm
from trio_live.persistence import MemoryPersistence
from trio_live.phases import ContextDelivery, Phase, SteeringMode
from trio_live.reactive import Rule
from trio_live.recording import MemoryWireRecorder
from trio_live.timeline import CallLogs
from trio_live.tools import ConfirmationRequest, DefaultResultFormatter, HttpServer, ToolContext, ToolMiddleware
from trio_live.voice import IMMEDIATE_COMMIT, NoiseGate, VoiceTiming


@attrs.define
class Booking:
    guests: int | None = None


Setter = tuple[str, Callable[[Live], Live]]


def plain(*args: object) -> Any:
    return None


async def act(*args: object) -> Any:
    return None


async def other(*args: object) -> Any:
    return None


def helper(words: str) -> str:
    """Help."""
    return words


class Agreeing:
    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool:
        return True


def _hooks() -> list[Setter]:
    def setter(name: str, *, is_async: bool) -> Call:
        return lambda builder: getattr(builder, name)(act if is_async else plain)

    rows = [(name, setter(name, is_async=hook.is_async)) for name, hook in HOOKS.items()]
    twins = [f"{name}_concurrent" for name, hook in HOOKS.items() if hook.modes]
    return rows + [(name, setter(name, is_async=True)) for name in twins]


OTHERS: list[Setter] = [
    ("model", lambda b: b.model("m")),
    ("greeting", lambda b: b.greeting("Begin.")),
    ("state", lambda b: b.state(State())),
    ("abilities", lambda b: b.abilities(context_update=False).abilities(scheduling=False)),
    ("callback_errors", lambda b: b.callback_errors("raise")),
    ("transport", lambda b: b.transport(TransportKind.TRIO_WEBSOCKET)),
    ("timeouts", lambda b: b.timeouts(connect=1, setup=2)),
    ("telemetry_interval", lambda b: b.telemetry_interval(5)),
    ("redact", lambda b: b.redact(digits=4)),
    ("tracing", lambda b: b.tracing(content=True)),
    ("cost", lambda b: b.cost(cap=1.0)),
    ("persistence", lambda b: b.persistence(MemoryPersistence())),
    ("record_wire", lambda b: b.record_wire("call.jsonl")),
    ("record_notes", lambda b: b.record_notes("call.notes")),
    ("timeline", lambda b: b.timeline(CallLogs())),
    ("wire_recorder", lambda b: b.wire_recorder(MemoryWireRecorder())),
    ("session_id", lambda b: b.session_id("me")),
    ("keep_alive", lambda b: b.keep_alive(None)),
    ("reconnect", lambda b: b.reconnect(on=False)),
    ("no_context_compression", lambda b: b.context_compression().no_context_compression().model("m")),
    ("phases", lambda b: b.phases(Phase(name="start"))),
    ("phase", lambda b: b.phase("start").done()),
    ("agent", lambda b: b.agent("reception", Live.builder(), "bookings")),
    ("phase_defaults", lambda b: b.phase_defaults(attrs.evolve).model("m")),
    ("initial_phase", lambda b: b.initial_phase("start")),
    ("steering_mode", lambda b: b.steering_mode(SteeringMode.HYBRID)),
    ("context_delivery", lambda b: b.context_delivery(ContextDelivery.DEFERRED)),
    ("repair", lambda b: b.repair(RepairConfig())),
    ("manual_tools", lambda b: b.manual_tools("f")),
    ("tools", lambda b: b.tools(helper)),
    ("with_tools", lambda b: b.with_tools(T.function(helper) + T.google_search()).model("m")),
    ("agent_tool", lambda b: b.agent_tool("ask", "Asks.", helper)),
    ("mcp", lambda b: b.mcp(HttpServer("http://127.0.0.1:9/mcp"))),
    ("tool_background", lambda b: b.tool_background("helper")),
    ("tool_background_with_formatter", lambda b: b.tool_background_with_formatter("helper", DefaultResultFormatter())),
    ("tool_background_with_scheduling", lambda b: b.tool_background_with_scheduling("helper", "SILENT")),
    ("tool_timeouts", lambda b: b.tool_timeouts(inline=1, background=2)),
    ("middleware", lambda b: b.middleware(ToolMiddleware())),
    ("confirmation_provider", lambda b: b.confirmation_provider(Agreeing())),
    ("tool_advisory", lambda b: b.tool_advisory(on=False)),
    ("soft_turn_timeout", lambda b: b.soft_turn_timeout(2)),
    ("extractor", lambda b: b.extractor(RuleExtractor("Booking", {"guests": number()}))),
    ("extract_turns", lambda b: b.extract_turns(Booking, MockLlm.text("{}"), "Find it.")),
    ("extract_turns_windowed", lambda b: b.extract_turns_windowed(Booking, MockLlm.text("{}"), "Find it.", 2)),
    (
        "extract_turns_triggered",
        lambda b: b.extract_turns_triggered(Booking, MockLlm.text("{}"), "Find it.", 2, AfterToolCall()),
    ),
    ("watch", lambda b: b.watch("k").changed().then(act)),
    ("computed", lambda b: b.computed("k", ["a"], plain)),
    ("when_sustained", lambda b: b.when_sustained("n", plain, 1, act)),
    ("when_rate", lambda b: b.when_rate("n", plain, 2, 1, act)),
    ("when_turns", lambda b: b.when_turns("n", plain, 2, act)),
    ("when_failing", lambda b: b.when_failing("n", "tool", 2, act)),
    ("voice_timing", lambda b: b.voice_timing(VoiceTiming(reprompt_after_ms=8000))),
    ("input_vad", lambda b: b.input_vad()),
    ("mic_processor", lambda b: b.mic_processor(NoiseGate)),
    ("mic_gain", lambda b: b.mic_gain(6)),
    ("mic_noise_gate", lambda b: b.mic_noise_gate(-45, 0.2)),
    ("mic_denoise", lambda b: b.mic_denoise()),
    ("client_interruption_authority", lambda b: b.client_interruption_authority().vad(disabled=True).model("m")),
    ("turn_commit", lambda b: b.turn_commit(IMMEDIATE_COMMIT)),
    ("turn_commit_ms", lambda b: b.turn_commit_ms(300, 500)),
    ("no_interruption", lambda b: b.no_interruption().model("m")),
    ("reactor_rule", lambda b: b.reactor_rule(Rule("r", plain))),
]
ALL: list[Setter] = [*((name, call) for name, call, _, _ in SETTERS), *OTHERS, *_hooks()]
READING = {
    *("builder", "ignored_settings", "describe_contract", "create_auth_token"),
    *("declared_phases", "phase_picture", "phase_words", "watched_keys"),
}


def test_every_method_is_put_to_the_test() -> None:
    methods = {name for name, _ in inspect.getmembers(Live, inspect.isroutine) if not name.startswith("_")}
    connecting = {name for name in methods if name.startswith("connect")}
    assert methods - connecting - READING == {name for name, _ in ALL}


@pytest.mark.parametrize(("name", "call"), ALL, ids=[f"{name}-{n}" for n, (name, _) in enumerate(ALL)])
def test_a_method_returns_a_new_builder_and_leaves_the_old_one_alone(name: str, call: Call) -> None:
    base = Live.builder().voice("Kore").on_error(other).add_tool({"name": "base"})
    before = attrs.asdict(base.spec, recurse=False)
    sent = setup_of(base)
    new = call(base)
    assert type(new) is Live
    assert new is not base
    assert new != base
    assert attrs.asdict(base.spec, recurse=False) == before
    assert setup_of(base) == sent


def test_a_builder_cannot_be_changed() -> None:
    builder = Live.builder()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        builder.spec = builder.spec  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        builder.spec.model = "m"  # type: ignore[misc]


def test_a_half_built_agent_can_be_shared_and_specialised() -> None:
    base = Live.builder().instruction("You work in a bakery.")
    loud, quiet = base.voice("Puck"), base.voice("Kore")
    assert setup_of(loud)["systemInstruction"] == setup_of(quiet)["systemInstruction"]
    assert setup_of(loud) != setup_of(quiet)
    assert "speechConfig" not in setup_of(base)["generationConfig"]


def test_the_same_calls_make_equal_builders() -> None:
    def build() -> Live:
        return Live.builder().model("m").voice("Puck").on_error(act, mode=CallbackMode.CONCURRENT)

    assert build() == build()
    assert copy.copy(build()) == build()


@given(st.permutations(sorted(FREE_OF_CHARGE)).map(lambda names: names[:8]))
def test_settings_do_not_depend_on_the_order_of_the_calls(names: list[str]) -> None:
    def build(order: list[str]) -> Live:
        builder = Live.builder()
        for name in order:
            builder = FREE_OF_CHARGE[name](builder)
        return builder

    first, second = setup_of(build(names)), setup_of(build(sorted(names)))
    for setup in (first, second):
        setup.get("tools", []).sort(key=str)
    assert first == second


@pytest.mark.parametrize("pair", list(itertools.permutations(["voice", "text_only"], 2)))
def test_a_voice_for_text_is_left_out_whatever_came_first(pair: tuple[str, str]) -> None:
    builder = Live.builder()
    for name in pair:
        builder = builder.text_only() if name == "text_only" else builder.voice("Puck")
    assert setup_of(builder)["generationConfig"] == {"responseModalities": ["TEXT"]}


def test_the_words_of_the_phases_begin_with_the_roads_of_the_model() -> None:
    words = Live.builder().phase("a").instruction("Be a.").done().initial_phase("a").phase_words()
    assert "gemini-3.8-live on Vertex: standing instruction by `contextUpdate` (now)" in words
    assert "  system instruction:\n    Be a.\n" in words
