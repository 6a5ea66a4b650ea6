"""Every method of the builder, as a program calls it. Checked by two type checkers, and never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, assert_type

import attrs

from trio_live import (
    CallbackMode,
    ContextBuilder,
    ContextDelivery,
    FunctionDeclaration,
    FunctionResponse,
    GoogleAI,
    Live,
    LiveHandle,
    LiveSpec,
    Phase,
    Platform,
    RepairConfig,
    SessionPhase,
    SessionWriter,
    State,
    SteeringMode,
    ToolContext,
    ToolDispatcher,
    ToolMiddleware,
    TranscriptWindow,
    Transition,
    Transport,
    TransportKind,
    UsageMetadata,
    Vertex,
    wire_events,
)
from trio_live.agents import FnTextAgent
from trio_live.compose import M, T
from trio_live.contract import RuntimeContract
from trio_live.extraction import AfterToolCall, RuleExtractor, number
from trio_live.llm import AuthToken, BaseLlm, TokenTerms
from trio_live.persistence import FsPersistence
from trio_live.phases import PhaseBuilder, PhaseDefaults
from trio_live.reactive import PromptModel, ReactorEvent, Rule, WatcherBuilder
from trio_live.recording import MemoryWireRecorder
from trio_live.telemetry import TokenPrices
from trio_live.timeline import CallLogs
from trio_live.tools import ConfirmationRequest, DefaultResultFormatter, StdioServer, tool
from trio_live.voice import RESPONSIVE_COMMIT, NoiseGate, VadConfig, VoiceRuntimeState, VoiceTiming
from trio_live.wire import (
    AudioTranscriptionConfig,
    AutomaticActivityDetection,
    AvatarConfig,
    Content,
    FunctionCall,
    GroundingMetadata,
    SafetySetting,
    UrlContextMetadata,
)


@attrs.frozen
class Booking:
    """What an extractor finds."""

    guests: int


@tool(timeout=5)
async def book(day: str, context: ToolContext) -> dict[str, str]:
    """Book a day."""
    return {"day": day}


def look_up(name: str) -> list[str]:
    """Look somebody up."""
    return [name]


class Asking:
    """Asks a person before a function runs."""

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool:
        return request.call.name == "book"


def the_model(live: Live) -> Live:
    return (
        live.model("gemini-3.8-live")
        .abilities(scheduling=False)
        .voice("Kore")
        .replicated_voice(b"RIFF", consent=b"RIFF")
        .instruction("Be brief.")
        .text_only()
        .temperature(0.7)
        .sampling(top_p=0.9, top_k=40, seed=7, max_output_tokens=100)
        .greeting("Say hello.", within=5, protected=1, again=False)
        .thinking(-1)
        .thinking_level("low")
        .include_thoughts()
        .affective_dialog()
        .proactive_audio()
        .media_resolution("low")
        .translation("de", echo=True)
        .avatar(AvatarConfig(avatar_name="Ada"))
        .safety(SafetySetting(category="C", threshold="OFF"))
        .context_compression(100_000, 50_000)
        .no_context_compression()
        .history_in_client_content()
        .labels({"team": "voice"})
        .transcription(input=True, output=False)
        .input_transcription(AudioTranscriptionConfig(language_codes=["de"]))
        .output_transcription()
        .custom_vocabulary("Trio")
        .vad(start_sensitivity="high", silence_duration_ms=300)
        .vad(AutomaticActivityDetection(disabled=True))
        .activity_handling("NO_INTERRUPTION")
        .turn_coverage("TURN_INCLUDES_ALL_INPUT")
        .explicit_vad_signal()
    )


def the_session(live: Live, prices: TokenPrices) -> Live:
    return (
        live.state(State())
        .callback_errors("raise")
        .telemetry_interval(5)
        .cost(warn_at=1.0, cap=2.0, prices=prices)
        .tracing(None, content=True)
        .keep_alive(20)
        .transport(TransportKind.TRIO_WEBSOCKET)
        .timeouts(connect=5, setup=5)
        .persistence(FsPersistence("calls"))
        .session_id("maria")
        .record_wire("call.jsonl")
        .record_notes("notes.jsonl")
        .timeline(CallLogs())
        .wire_recorder(MemoryWireRecorder())
        .redact(digits=6, patterns={r"\w+@\w+": "[mail]"}, keys=["pin"], keep_media=False, cards=True)
        .session_resume()
        .session_resume_from("handle")
        .transparent_resumption()
        .reconnect(attempts=3, within=60, rotate=True, sound_kept=5)
    )


def the_tools(live: Live, server: StdioServer) -> Live:
    return (
        live.tools(book, look_up)
        .tools(ToolDispatcher())
        .with_tools(T.function(look_up) + T.google_search())
        .agent_tool("advise", "Advises.", FnTextAgent("advisor", advise))
        .mcp(server)
        .tool_background("book")
        .tool_background_with_formatter("book", DefaultResultFormatter())
        .tool_background_with_scheduling("book", "SILENT")
        .tool_timeouts(inline=5, background=60)
        .middleware(ToolMiddleware(), M.log())
        .confirmation_provider(Asking())
        .add_tool(FunctionDeclaration(name="weather", parameters={"type": "OBJECT"}))
        .add_tool({"name": "news"})
        .manual_tools("weather")
        .google_search()
        .code_execution()
        .url_context()
        .tool_advisory(on=False)
    )


def advise(state: State) -> str:
    return state.get("input", "", type=str)


def the_facts(live: Live, llm: BaseLlm) -> Live:
    return (
        live.extractor(RuleExtractor("Booking", {"guests": number()}))
        .extract_turns(Booking, llm, "Find the booking.")
        .extract_turns_windowed(Booking, llm, "Find the booking.", 2)
        .extract_turns_triggered(Booking, llm, "Find the booking.", 2, AfterToolCall())
        .computed("ready", ["guests"], lambda state: state.is_known("guests"))
    )


def knows(key: str) -> Callable[[State], bool]:
    return lambda state: state.is_known(key)


async def hook(state: State, writer: SessionWriter) -> None:
    await writer.send_client_content([Content.of("Hello")], turn_complete=True)


def entering(state: State, window: TranscriptWindow) -> Sequence[Content]:
    return [Content.of(window.last_user() or "nothing", "model")]


def a_phase(live: Live) -> Live:
    begun = live.phase("order")
    assert_type(begun, PhaseBuilder[Live])
    return (
        begun.instruction("Take the order.")
        .dynamic_instruction(lambda state: f"{state.get('guests')} guests.")
        .modifiers([])
        .tools(["book"])
        .tool_guard("book", knows("day"), "the day is not known")
        .needs(["day"])
        .requires(["caller"])
        .prepare("look up", ["caller"], hook, timeout=5, retry_after=30)
        .presents(["terms"])
        .clear_on_enter(["day"])
        .guard(knows("caller"))
        .transition("pay", knows("day"))
        .transition_with("pay", knows("day"), "when the day is known")
        .transition_after_presented("pay", "terms", "agreed", "when they agree")
        .terminal(on=False)
        .on_enter(hook)
        .on_exit(hook)
        .on_enter_context(entering)
        .prompt_on_enter()
        .enter_prompt("Ask for the day.")
        .enter_prompt_fn(lambda state, window: f"Turn {len(window.turns)}")
        .with_state(["day"])
        .when(knows("day"), "Confirm the day.")
        .with_context(lambda state: "It is Monday.")
        .context(ContextBuilder.builder().field("day", "Day"))
        .navigation()
        .done()
    )


def defaults(given: PhaseDefaults) -> PhaseDefaults:
    return given.navigation().with_state(["caller"])


def the_talk(live: Live) -> Live:
    return (
        live.phases(Phase("pay", "Take the money.", transitions=[Transition("order", knows("again"))]))
        .phase_defaults(defaults)
        .initial_phase("order")
        .steering_mode(SteeringMode.HYBRID)
        .context_delivery(ContextDelivery.DEFERRED)
        .repair(RepairConfig())
        .soft_turn_timeout(2)
        .agent("billing", Live.builder(), "invoices")
    )


async def seen(old: Any, new: Any, state: State) -> None:
    state.set("seen", [old, new])


def watchers(live: Live) -> Live:
    begun = live.watch("day")
    assert_type(begun, WatcherBuilder[Live])
    live = begun.changed().blocking().timeout(2).then(seen)
    live = live.watch("day").changed_to("Friday").then(seen).watch("day").changed_from("Monday").then(seen)
    live = live.watch("guests").crossed_above(4).then(seen).watch("guests").crossed_below(2).then(seen)
    live = live.watch("ready").became_true().then(seen).watch("ready").became_false().then(seen)
    return live.watch("guests").custom(lambda old, new: old != new).then(seen)


def prompted(event: ReactorEvent, voice: VoiceRuntimeState) -> PromptModel | None:
    return PromptModel() if voice.may_prompt else None


def patterns(live: Live) -> Live:
    return (
        live.when_sustained("quiet", knows("silence"), 10, hook, cooldown=60)
        .when_rate("interrupting", lambda event: isinstance(event, wire_events.Interrupted), 3, 30, hook)
        .when_turns("long", knows("guests"), 5, hook)
        .when_failing("broken", "book", 3, hook)
        .reactor_rule(Rule("prompting", prompted))
    )


def the_voice(live: Live) -> Live:
    return (
        live.input_vad(VadConfig())
        .mic_processor(NoiseGate)
        .mic_gain(6)
        .mic_noise_gate(-45, 0.2)
        .mic_denoise()
        .client_interruption_authority()
        .turn_commit(RESPONSIVE_COMMIT)
        .turn_commit_ms(300, 500)
        .voice_timing(VoiceTiming(reprompt_after_ms=8000), "order")
        .no_interruption()
    )


async def nothing() -> None: ...
async def said(words: str) -> None: ...
async def written(writer: SessionWriter) -> None: ...
async def ended(reason: str | None) -> None: ...
async def leaving(seconds: float) -> None: ...
async def given_up(ids: Sequence[str]) -> None: ...
async def moved(one: str, other: str) -> None: ...
async def found(name: str, value: Any) -> None: ...
async def remembered(handle: str | None, resumable: bool) -> None: ...  # noqa: FBT001
async def called(calls: Sequence[FunctionCall], state: State) -> Sequence[FunctionResponse] | None: ...
async def answered(responses: Sequence[FunctionResponse], state: State) -> Sequence[FunctionResponse]:
    return responses


def heard(data: bytes) -> None: ...
def read(text: str) -> None: ...
def understood(text: str, is_final: bool) -> None: ...  # noqa: FBT001
def silent() -> None: ...
def stands(phase: SessionPhase) -> None: ...
def pictured(mime_type: str, data: bytes) -> None: ...
def grounded(grounding: GroundingMetadata | None, pages: UrlContextMetadata | None) -> None: ...
def counted(usage: UsageMetadata) -> None: ...
def instructed(state: State) -> str | None: ...


def callbacks(live: Live) -> Live:
    return (
        live.on_audio(heard)
        .on_text(read)
        .on_text_complete(read)
        .on_input_transcript(understood)
        .on_output_transcript(understood)
        .on_thought(read)
        .on_vad_start(silent)
        .on_vad_end(silent)
        .on_phase(stands)
        .on_media(pictured)
        .on_grounding(grounded)
        .on_usage(counted)
        .instruction_template(instructed)
        .instruction_amendment(instructed)
        .on_interrupted(nothing)
        .on_tool_call(called)
        .before_tool_response(answered)
        .on_turn_boundary(hook)
        .on_tool_cancelled(given_up, mode=CallbackMode.CONCURRENT)
        .on_turn_complete(nothing)
        .on_generation_complete(nothing)
        .on_go_away(leaving)
        .on_connected(written)
        .on_disconnected(ended)
        .on_resumed(nothing)
        .on_resumption_update(remembered)
        .on_error(said)
        .on_dtmf(said)
        .on_transfer(moved)
        .on_extracted(found)
        .on_extraction_error(moved)
    )


def twins(live: Live) -> Live:
    return (
        live.on_tool_cancelled_concurrent(given_up)
        .on_turn_complete_concurrent(nothing)
        .on_generation_complete_concurrent(nothing)
        .on_go_away_concurrent(leaving)
        .on_connected_concurrent(written)
        .on_disconnected_concurrent(ended)
        .on_resumed_concurrent(nothing)
        .on_resumption_update_concurrent(remembered)
        .on_error_concurrent(said)
        .on_dtmf_concurrent(said)
        .on_transfer_concurrent(moved)
        .on_extracted_concurrent(found)
        .on_extraction_error_concurrent(moved)
    )


def connecting(live: Live, transport: Transport) -> Sequence[AbstractAsyncContextManager[LiveHandle]]:
    return [
        live.connect_google_ai("key", base_url="ws://127.0.0.1:1", cleartext=False),
        live.connect_vertex("project", "global", lambda: "token"),
        live.connect(Vertex("project", "global", "token")),
        live.connect_from_env(),
        live.connect_with_transport(transport, platform=Platform.VERTEX),
    ]


async def looking(live: Live) -> None:
    assert_type(live.ignored_settings(Platform.VERTEX)[0].path, str)
    assert_type(live.describe_contract(), RuntimeContract)
    assert_type(await live.create_auth_token(GoogleAI("key"), TokenTerms()), AuthToken)
    assert_type(live.declared_phases(), Mapping[str, Phase])
    assert_type(live.phase_picture("graphviz"), str)
    assert_type(live.spec, LiveSpec)
    words: Mapping[str, Any] = {"said": live.phase_words(), "watched": live.watched_keys()}
    assert words
