"""A running session, what it says, and what can go wrong with it. Checked by two type checkers, and never run."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Any, assert_type

import trio

from trio_live import (
    ConfigError,
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    EventCallbacks,
    FunctionResponse,
    InvalidTransition,
    LinkLost,
    Live,
    LiveError,
    LiveEvent,
    LiveEventStream,
    LiveHandle,
    LiveSpec,
    LocalProtocolError,
    Platform,
    ProtocolError,
    RemoteProtocolError,
    SessionClosed,
    SessionEvent,
    SessionFailed,
    SessionHandle,
    SessionPhase,
    SessionTelemetry,
    SessionWriter,
    State,
    StateError,
    ToolError,
    Transport,
    errors,
    events,
    wire_events,
)
from trio_live.control import STEPS, BackgroundToolTracker, DeferredWriter, PendingContext
from trio_live.control.effects import PERFORM, LiveEffectExecutor
from trio_live.conversation import Answer
from trio_live.draining import ENDING, Drain, DrainStatistics, HandOver, open_drain
from trio_live.events import (
    Applied,
    Continuation,
    Road,
    Speaker,
    Stability,
    SteeringChannel,
    SteeringOutcome,
    ToolCallSummary,
)
from trio_live.handoff import PASSAGES, Passage, Prompt, ToolChange, TransferPlan, passage_of, plan_transfer
from trio_live.instruments import Stall, StallDetector, tuned_collector
from trio_live.lanes import (
    CLOSING,
    HOOKS,
    QUEUES,
    AsyncCallback,
    AsyncCallbackWith,
    AsyncCallbackWith2,
    AudioCallback,
    BeforeToolResponseCallback,
    CallbackMode,
    GroundingCallback,
    Hook,
    InstructionFn,
    MediaCallback,
    Overflow,
    PhaseCallback,
    Queue,
    SignalCallback,
    TextCallback,
    ToolCallCallback,
    TranscriptCallback,
    TurnBoundaryCallback,
    UsageCallback,
)
from trio_live.live import ConversationHandle, VoiceHandle, attach_session, endpoint_from_env
from trio_live.otel import ATTRIBUTES, TracingOptions
from trio_live.redaction import HIDDEN_NUMBER, Redaction
from trio_live.resilience import (
    GUARANTEES,
    HANDLE_LIFETIME,
    NO_RECONNECT,
    RECONNECT,
    Guarantee,
    Kind,
    LinkClose,
    LinkStatus,
    Promise,
    ReconnectPolicy,
)
from trio_live.session import CLOSES, LANES, TRANSITIONS, CloseKind, CloseRow, Lane, Outcome, SessionEnd
from trio_live.telemetry import (
    PRICES,
    CostOptions,
    HistogramBucket,
    LatencyDistribution,
    PriceRow,
    TokenCounts,
    TokenPrices,
    prices_for,
)
from trio_live.transport import Endpoint
from trio_live.voice import BackendVadSnapshot, PlaybackSnapshot, VoiceRuntimeState
from trio_live.wire import Content, GroundingMetadata, IgnoredSetting, LiveModelProfile, UsageMetadata


async def talking(session: LiveHandle) -> None:
    await session.send_audio(b"\0\0")
    await session.send_text("Hello")
    answer = await session.ask("When?", wait_for_tools=False)
    assert_type(answer, Answer)
    print(answer.text, answer.heard, answer.turns, answer.tool_calls, answer.interrupted)
    session.dtmf_received("1")
    await session.send_video(b"\xff\xd8")
    assert_type(await session.update_instruction("Be brief."), SteeringOutcome)
    await session.send_tool_response([FunctionResponse(id="1", name="book", response={"ok": True})])
    await session.flush()
    await session.end_audio_stream()
    await session.user_speech_started()
    await session.user_speech_ended()
    session.playback_progress(120.0)
    await session.playback_drained()
    await session.playback_flushed()
    await session.flush_deferred_prompt()
    assert_type(await session.transfer_to("billing", "asked"), bool)
    assert_type(await session.transition_to("pay"), bool)
    session.microphone_muted = not session.microphone_muted
    await session.disconnect()
    await session.done()


def looking(session: LiveHandle) -> None:
    assert_type(session.writer, SessionWriter)
    assert_type(session.phase, SessionPhase)
    assert_type(session.link, LinkStatus)
    assert_type(session.session, SessionHandle)
    assert_type(session.background_tools, BackgroundToolTracker)
    assert_type(session.state, State)
    assert_type(session.telemetry, SessionTelemetry)
    assert_type(session.resume_handle, str | None)
    assert_type(session.abilities, LiveModelProfile)
    assert_type(session.ignored_settings, tuple[IgnoredSetting, ...])
    assert_type(session.conversation_phase, str | None)
    assert_type(session.agent, str | None)
    assert_type(session.transcript.last_user(), str | None)
    assert_type(session.ended, SessionEnd | None)
    assert_type(session.playback, PlaybackSnapshot)
    assert_type(session.input_vad_state, BackendVadSnapshot | None)
    assert_type(session.voice_state, VoiceRuntimeState)
    assert_type(session.extracted("Booking", dict), dict[Any, Any] | None)
    assert_type(session.why_blocked("pay"), tuple[str, ...])
    halves: Sequence[ConversationHandle | VoiceHandle] = [session]
    print(halves, session.explain())


async def the_link(link: SessionHandle) -> None:
    assert_type(await link.wait_phase(SessionPhase.ACTIVE), SessionPhase)
    assert_type(await link.wait_quiet(within=5), bool)
    assert_type(link.subscribe(), LiveEventStream[SessionEvent])
    print(link.phase, link.session_id, link.resume_handle)
    await link.join()


async def writing(writer: SessionWriter) -> None:
    await writer.send_audio(b"")
    await writer.send_text("Hello")
    await writer.send_video(b"")
    assert_type(await writer.send_client_content([Content.of("Hello")], turn_complete=True), SteeringOutcome)
    await writer.send_tool_response([])
    outcome = await writer.update_instruction("Be brief.")
    if outcome.applied is Applied.UNSUPPORTED or outcome.road is Road.NOWHERE:
        print(outcome.why, SteeringChannel.INSTRUCTION)
    await writer.signal_activity_start()
    await writer.signal_activity_end()
    await writer.end_audio_stream()
    await writer.disconnect()


async def reading(session: LiveHandle) -> None:
    async with session.events() as stream, session.subscribe() as raw:
        assert_type(stream, LiveEventStream[LiveEvent])
        async for event in stream:
            print(told(event), stream.lagged)
        async for frame in raw:
            print(wired(frame))
        stream.close()


def told(event: LiveEvent) -> object:
    match event:
        case events.Audio(data=data):
            return assert_type(data, bytes)
        case events.TextDelta(text=text) | events.TextComplete(text=text) | events.Thought(text=text):
            return assert_type(text, str)
        case events.InputTranscript(text=text, stability=Stability.FINAL, turn=turn, sequence=sequence):
            return text, turn, sequence
        case events.OutputTranscript(text=text, is_final=True):
            return text
        case events.VadStart() | events.VadEnd() | events.Interrupted():
            return None
        case events.Extraction(name=name, value=value):
            return name, value
        case events.ExtractionError(name=name, error=error):
            return name, error
        case events.StatePromotion(extractor=name, field=field, state_key=key, accepted=accepted, reason=reason):
            return name, field, key, accepted, reason
        case events.PhaseTransition(from_=one, to=other, reason=reason):
            return one, other, reason
        case events.AgentTransfer(from_=one, to=other, reason=reason):
            return one, other, reason
        case events.ToolExecution(name=name, args=args, result=result):
            return name, args, result
        case events.ToolCancelled(ids=ids):
            return assert_type(ids, tuple[str, ...])
        case events.TurnComplete(turn=turn, untranscribed=untranscribed, cut=cut):
            return turn, untranscribed, cut
        case events.Connected(continuation=Continuation.RESUMED):
            return None
        case events.Disconnected(reason=why):
            return assert_type(why, str | None)
        case events.Reconnecting(reason=reason, attempt=attempt, delay=delay):
            return reason, attempt, delay
        case events.Undelivered(what=what, text=text):
            return what, text
        case events.Error(message=text):
            return text
        case events.GoAway(time_left=seconds):
            return assert_type(seconds, float)
        case events.Telemetry(snapshot=snapshot):
            return snapshot["turn_count"]
        case events.TurnMetrics(turn=turn, latency_ms=latency, prompt_tokens=prompt, response_tokens=response):
            return turn, latency, prompt + response
        case events.Media(mime_type=kind, data=data):
            return kind, data
        case events.Grounding(grounding=grounding, url_context=pages):
            return assert_type(grounding, GroundingMetadata | None), pages
        case events.InteractionStatus(status=status):
            return status
        case events.TranscriptAmended(turn=turn, speaker=Speaker.USER, text=text, added=added):
            return turn, text, added
        case events.ResumptionUpdate(handle=handle, resumable=resumable, last_consumed_index=index):
            return handle, resumable, index
        case events.Reprompted(silence_ms=ms) | events.FillerDue(waited_ms=ms):
            return ms
        case events.PlaybackVolume(volume=volume):
            return volume
        case events.CostWarning(spent_usd=spent, warn_at_usd=limit):
            return spent > limit
        case _:
            return None


def wired(event: SessionEvent) -> object:
    match event:
        case wire_events.AudioData(data=data) | wire_events.Media(data=data):
            return data
        case wire_events.TextDelta(text=text) | wire_events.TextComplete(text=text) | wire_events.Thought(text=text):
            return text
        case wire_events.InputTranscription(text=text, finished=finished, late=late):
            return text, finished, late
        case wire_events.OutputTranscription(text=text) | wire_events.InterimInputTranscription(text=text):
            return text
        case wire_events.VoiceActivityStart() | wire_events.VoiceActivityEnd() | wire_events.GenerationComplete():
            return None
        case wire_events.ToolCall(calls=calls):
            return [(call.id, call.name, call.args) for call in calls]
        case wire_events.ToolCallCancelled(ids=ids):
            return ids
        case wire_events.TurnComplete(reason=reason, tally=wire_events.TurnTally(turn=turn)):
            return reason, turn
        case wire_events.Interrupted(phantom=phantom):
            return phantom
        case wire_events.Usage(usage=usage):
            return assert_type(usage, UsageMetadata)
        case wire_events.Connected(session_id=name) | wire_events.Disconnected(reason=name):
            return name
        case wire_events.Reconnecting(attempt=attempt):
            return attempt
        case wire_events.Undelivered(what=what):
            return what
        case wire_events.Error(message=text, skipped_frame=skipped):
            return text, skipped
        case wire_events.GoAway(time_left=seconds):
            return seconds
        case wire_events.SessionResumeUpdate(handle=handle):
            return handle
        case wire_events.PhaseChanged(phase=phase):
            return phase
        case wire_events.Grounding(url_context=pages):
            return pages
        case wire_events.InteractionStatus(status=status):
            return status
        case wire_events.Oddity(kind=wire_events.OddityKind.EMPTY_TURN, text=text):
            return text
        case wire_events.UnknownMessage(frame=frame):
            return list(frame)
        case _:
            return None


def of_a_connection(mistake: ConnectError) -> object:
    match mistake:
        case ConnectRejected(code=code, reason=reason, advice=advice):
            return code, reason, advice
        case ConnectTimeout() | errors.Draining():
            return mistake.advice
        case _:
            return None


def of_a_session(mistake: LiveError) -> object:
    match mistake:
        case ConnectError():
            return of_a_connection(mistake)
        case ConfigError(problems=problems) | errors.CallNotOpen(problems=problems):
            return list(problems)
        case SessionClosed(reason=reason):
            return reason
        case LinkLost(code=code, reason=reason):
            return code, reason
        case StateError(key=key, kind="owned"):
            return key
        case ToolError(kind=errors.ToolErrorKind.DECLINED, retry=retry):
            return retry, ToolError.declined("no"), ToolError.timed_out(3), ToolError.cancelled()
        case RemoteProtocolError(limit=limit):
            return limit
        case InvalidTransition() | LocalProtocolError() | ProtocolError():
            return None
        case errors.LlmError(kind=errors.LlmErrorKind.RATE_LIMITED, retry_after=seconds):
            return seconds
        case errors.AgentError(kind=errors.AgentErrorKind.MODEL, agent=agent):
            return agent, mistake.retryable, mistake.model_error
        case errors.CostCapReached(spent_usd=spent, cap_usd=cap):
            return spent / cap
        case errors.SnapshotUnreadable() | errors.PersistenceError():
            return str(mistake)
        case errors.ExtractionFailed() | errors.EffectTimeout() | SessionFailed():
            return mistake.__cause__
        case _:
            return None


def the_end(end: SessionEnd, link: LinkStatus) -> tuple[str | None, bool]:
    closes: Sequence[LinkClose] = link.closes
    print([(close.code, close.lived) for close in closes], link.is_up, link.handle_age, link.outbox)
    return end.reason, end.kind is CloseKind.QUOTA and end.outcome is not Outcome.TALKED


def figures(telemetry: SessionTelemetry) -> LatencyDistribution:
    buckets: Sequence[HistogramBucket] = telemetry.latency().histogram
    print(telemetry.snapshot()["turn_count"], telemetry.cost_usd, telemetry.callback_errors, [b.count for b in buckets])
    assert_type(prices_for("gemini-3.8-live", Platform.VERTEX), TokenPrices | None)
    print(TokenCounts().by_modality(), CostOptions(cap=2.0), TracingOptions(content=True), ATTRIBUTES["error.type"])
    row: PriceRow = PRICES[0]
    print(row.models, row.prices.prompt["TEXT"])
    return telemetry.audible_latency()


async def leaving(live: Live, hand_over: HandOver) -> DrainStatistics:
    signals: Sequence[signal.Signals] = ENDING
    async with open_drain(30, signals=signals) as drain:
        assert_type(drain, Drain)
        with drain.accepting():
            async with drain.admit(live.connect_from_env(), hand_over=hand_over) as session:
                await session.done()
        await drain.wait_started()
        print(drain.is_draining, drain.deadline)
        drain.start()
        drain.hurry()
        return drain.statistics


def the_tables(spec: LiveSpec, callbacks: EventCallbacks) -> None:
    hook: Hook = HOOKS["on_audio"]
    queue: Queue = QUEUES["outbound"]
    row: CloseRow = CLOSES[0]
    promise: Promise = GUARANTEES[Kind.WORDS]
    print(hook.lane is Lane.FAST, LANES[wire_events.AudioData], queue.overflow is Overflow.WAIT, CLOSING["flush"])
    print(row.kind.is_passing, promise.plain is Guarantee.AT_MOST_ONCE, HANDLE_LIFETIME[Platform.VERTEX])
    print(TRANSITIONS[SessionPhase.ACTIVE], STEPS[0].__name__, list(PERFORM), NO_RECONNECT.attempts, RECONNECT.rotate)
    print(
        ReconnectPolicy(attempts=2, within=10).delay(1, 0.5),
        spec.model,
        callbacks.on_error_mode is CallbackMode.BLOCKING,
    )
    print(Redaction(digits=6).text("4711") == HIDDEN_NUMBER)


def handing_over(abilities: LiveModelProfile) -> TransferPlan:
    plan = plan_transfer(abilities, undeclared=["book"], new_voice=True, asked_by_call=True, user_waits=False)
    if (
        passage_of(abilities) is Passage.RECONNECT
        and plan.prompt is Prompt.ANSWER
        and plan.tools is ToolChange.DECLARED
    ):
        print(PASSAGES[Road.SETUP], plan.reconnects, plan.answer_tells)
    return plan


def watching(seen: list[Stall]) -> None:
    detector = StallDetector(0.05, on_stall=seen.append)
    with tuned_collector():
        trio.run(trio.sleep, 0, instruments=[detector])
    detector.close()


def of_other_rooms(
    tracker: BackgroundToolTracker, writer: DeferredWriter, pending: PendingContext, executor: LiveEffectExecutor
) -> None:
    tracker.cancel(tracker.active_ids())
    pending.extend([Content.of("It is Monday.", "model")])
    print(pending.drain(), pending.has_prompt(), writer.flush_context, executor.perform)
    print(ToolCallSummary.of("book", {"day": "Friday"}, "done").result_summary)


async def attached(live: Live, transport: Transport) -> Endpoint:
    async with attach_session(live, transport, platform=Platform.GOOGLE_AI) as session:
        assert_type(session, LiveHandle)
    return endpoint_from_env()


Fast = (
    AudioCallback
    | TextCallback
    | TranscriptCallback
    | SignalCallback
    | PhaseCallback
    | MediaCallback
    | GroundingCallback
)
Slow = (
    AsyncCallback
    | AsyncCallbackWith[str]
    | AsyncCallbackWith2[str, str]
    | ToolCallCallback
    | BeforeToolResponseCallback
)
Other = InstructionFn | TurnBoundaryCallback | UsageCallback
