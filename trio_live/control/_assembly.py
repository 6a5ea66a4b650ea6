"""The control plane of a session, put together: each of its parts gets what it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from trio_live._typing import Seconds
from trio_live.control._calls import (
    AnswerSender,
    BackgroundCalls,
    BackgroundToolTracker,
    CallHooks,
    ToolCaller,
    ToolRunner,
)
from trio_live.control._clocks import Clocks
from trio_live.control._conversation import Conversation, refresh
from trio_live.control._fulfilling import fulfil
from trio_live.control._interrupting import Interruptions
from trio_live.control._keeping import Keeper
from trio_live.control._plane import ControlPlane
from trio_live.control._speaking import CallEnd, DeferredWriter, Timings, VoiceOptions
from trio_live.control._talk_of_calls import TalkOfCalls
from trio_live.control._telling import Telling
from trio_live.control._turn import TurnPipeline
from trio_live.control._voice import Hushing, RulesFeed, VoiceRuntime
from trio_live.control._words import Asking, Words
from trio_live.dispatch import ToolDispatcher
from trio_live.errors import CostCapReached
from trio_live.lanes._internal import RawWriter, SessionParts, WriterParts
from trio_live.telemetry._internal import Limit

if TYPE_CHECKING:
    from trio_live.control._extraction import Extractors
    from trio_live.control._handover import Handover
    from trio_live.voice import VoiceTiming

CAP_PATIENCE: Final[Seconds] = 10.0
"""A session that has cost what it may is ended when the words that are paid for were heard, and after so long at most."""


def assemble_plane(parts: SessionParts, conversation: Conversation, keeper: Keeper | None = None) -> ControlPlane:
    """What hears the events of the control lane in one session.

    Args:
        parts: of the session.
        conversation: what is remembered between events.
        keeper: has it saved; ``None`` where nothing is kept.
    """
    if keeper is not None:
        conversation.save_soon = keeper.save_soon
    hushing = Hushing(conversation.greeting, parts.telemetry_lane.observe)
    writer, user_writer = _writers(parts, conversation, hushing)
    extractors = _extractors(parts, conversation)
    asking = Asking(parts.protocol.turns.questions, parts.lifetime, user_writer.ask)
    turn = _turn(parts, conversation, writer, extractors, asking)
    hooks = CallHooks(
        parts.plan.callbacks,
        parts.dispatcher,
        parts.protocol.calls,
        parts.state,
        publish=parts.events.publish,
        report=parts.desk.report,
        tracing=parts.plan.tracing,
    )
    tracker = BackgroundToolTracker(parts.calls, parts.dispatcher.beside)
    voice = _voice(parts, conversation, writer, hushing)
    voice.reacting.doing = parts.plan.tracing.doing
    timings = conversation.timings
    hushing.holds_floor = lambda: _is_held(timings.now, voice)
    _equip(user_writer, parts, conversation.options.voice, voice, timings)
    rules = RulesFeed(voice, parts.events, parts.state) if voice.reacting.rules else None
    if rules is not None or voice.pending or voice.microphone or parts.plan.setup.explicit_vad_signal:
        voice.reacting.load()
    clocks = Clocks(
        conversation,
        voice,
        rules,
        timings,
        protocol=parts.protocol,
        router=parts.router,
        note=parts.note,
        publish=parts.events.publish,
    )
    interruptions = Interruptions(
        conversation,
        parts.dispatcher,
        parts.plan.callbacks.on_interrupted,
        hooks=hooks,
        barrier=parts.barrier,
        publish=parts.events.publish,
        report=parts.desk.report,
        catch_up=parts.telemetry_lane.observe,
    )

    def refit() -> None:
        turn.refit()
        tools.take_over(make_caller(conversation.dispatcher))

    handover = _handover(parts, conversation, writer, turn, refit)
    tools, make_caller = _tools(parts, conversation, turn, hooks, tracker, handover=handover, extractors=extractors)

    async def do_what_was_asked() -> None:
        await refresh(conversation, extractors, parts.desk.report)
        await fulfil(conversation, turn, parts.protocol)
        if handover is not None:
            await handover.fulfil()

    return ControlPlane(
        conversation,
        parts.dispatcher,
        writer,
        user_writer,
        turn=turn,
        tools=tools,
        voice=voice,
        interruptions=interruptions,
        hooks=hooks,
        clocks=clocks,
        keeper=keeper,
        extractors=extractors,
        background_tools=tracker,
        callbacks=parts.plan.callbacks,
        protocol=parts.protocol,
        lifetime=parts.lifetime,
        publish=parts.events.publish,
        fulfil=do_what_was_asked,
    )


def _voice(parts: SessionParts, conversation: Conversation, writer: RawWriter, hushing: Hushing) -> VoiceRuntime:
    return VoiceRuntime(
        writer,
        conversation.pending,
        conversation.playback,
        conversation.soft_turn,
        hushing,
        rules=conversation.options.rules,
        phases=parts.phases,
        telemetry=parts.telemetry,
        catch_up=parts.telemetry_lane.observe,
        marks_activity=lambda: parts.protocol.manual_activity,
        publish=parts.events.publish,
        beside=parts.dispatcher.beside,
        report=parts.desk.report,
    )


def _writers(parts: SessionParts, conversation: Conversation, hushing: Hushing) -> tuple[RawWriter, RawWriter]:
    """The raw writer, and the user's: it lets context go that waits, and has a microphone, where that is wanted."""
    ways = WriterParts(
        outbound=parts.outbound,
        protocol=parts.protocol,
        telemetry=parts.telemetry,
        note=parts.note,
        saw_video=parts.signals.mark_video_sent,
        disconnect=parts.lifetime.disconnect,
        user_input=parts.user_input,
    )
    parts.outbound.watch(conversation.ledger.settle)
    raw = RawWriter(ways, conversation.ledger, hushing)
    if conversation.pending is not None:
        return raw, DeferredWriter(ways, conversation.ledger, conversation.pending, hushing)
    if conversation.options.voice.listens or conversation.options.voice.processors:
        return raw, RawWriter(ways, conversation.ledger, hushing)
    return raw, raw


def _is_held(timing: VoiceTiming | None, voice: VoiceRuntime) -> bool:
    """Whether the model speaks words that must not be interrupted."""
    return timing is not None and not timing.interruptible and voice.model_is_audible()


def _equip(
    writer: RawWriter, parts: SessionParts, options: VoiceOptions, voice: VoiceRuntime, timings: Timings
) -> None:
    """Let this side listen, where it does. The room of voices is loaded only there."""
    if options.listens or options.processors:
        from trio_live.control._microphone import equip

        equip(writer, parts, options, voice, timings)


def _extractors(parts: SessionParts, conversation: Conversation) -> Extractors | None:
    """What finds facts. The room of extractors is loaded only where there are some."""
    if not conversation.options.extractors:
        return None
    from trio_live.control._extraction import Extractors

    return Extractors(
        conversation.options.extractors,
        conversation.state,
        conversation.buffer,
        parts.dispatcher,
        callbacks=parts.plan.callbacks,
        publish=parts.events.publish,
        report=parts.desk.report,
        tracing=parts.plan.tracing,
    )


def _turn(
    parts: SessionParts, conversation: Conversation, writer: RawWriter, extractors: Extractors | None, asking: Asking
) -> TurnPipeline:
    words = Words(
        parts.dispatcher,
        conversation,
        callbacks=parts.plan.callbacks,
        publish=parts.events.publish,
        oddity=parts.telemetry.oddity,
        catch_up=parts.telemetry_lane.observe,
        are_asked_for=parts.plan.setup.output_audio_transcription is not None,
        asking=asking,
    )
    callbacks = parts.plan.callbacks
    return TurnPipeline(
        words,
        Telling(conversation, parts.dispatcher, writer, callbacks=callbacks, protocol=parts.protocol),
        parts.dispatcher,
        conversation,
        writer=writer,
        callbacks=callbacks,
        barrier=parts.barrier,
        publish=parts.events.publish,
        count_soft_turn=parts.telemetry.soft_turn,
        extractors=extractors,
        tracing=parts.plan.tracing,
    )


def _tools(
    parts: SessionParts,
    conversation: Conversation,
    turn: TurnPipeline,
    hooks: CallHooks,
    tracker: BackgroundToolTracker,
    *,
    handover: Handover | None,
    extractors: Extractors | None,
) -> tuple[ToolRunner, Callable[[ToolDispatcher], ToolCaller]]:
    """What runs batches of calls, and what makes a caller for the functions of another agent."""
    ledger, report = parts.protocol.calls, parts.desk.report
    call_end = CallEnd(
        conversation.playback,
        parts.phases,
        catch_up=parts.telemetry_lane.observe,
        beside=parts.dispatcher.beside,
        hang_up=parts.lifetime.request_end,
    )
    parts.telemetry_lane.on_passed[Limit.CAP] = lambda spent, cap: call_end.ask(
        CAP_PATIENCE, partial(parts.lifetime.end_because, CostCapReached(spent, cap))
    )
    talk = TalkOfCalls(
        conversation,
        parts.protocol,
        parts.router,
        note=parts.note,
        start=turn.start,
        report=report,
        tells_answered=extractors is not None and extractors.wait_for_calls,
        refreshes=extractors is not None and extractors.refreshes,
        call_end=call_end,
        handover=handover,
    )
    sender = AnswerSender(ledger, conversation.buffer, parts.events.publish, parts.outbound)

    def make_caller(dispatcher: ToolDispatcher) -> ToolCaller:
        return ToolCaller(
            dispatcher,
            ledger,
            parts.state,
            hooks=hooks,
            sender=sender,
            talk=talk,
            listen=parts.user_input.subscribe,
            report=report,
            tracing=parts.plan.tracing,
        )

    runner = ToolRunner(
        ledger,
        parts.calls,
        hooks=hooks,
        tools=make_caller(conversation.dispatcher),
        background=BackgroundCalls(ledger, tracker, hooks=hooks, sender=sender, talk=talk),
        sender=sender,
        talk=talk,
        beside=parts.dispatcher.beside,
    )
    return runner, make_caller


def _handover(
    parts: SessionParts,
    conversation: Conversation,
    writer: RawWriter,
    turn: TurnPipeline,
    refit: Callable[[], None],
) -> Handover | None:
    """What makes transfers; ``None`` where there is nobody to hand over to."""
    if conversation.roster is None:
        return None
    from trio_live.control._handover import Handing, Handover

    handing = Handing(conversation, parts.protocol, writer, outbound=parts.outbound, renewal=parts.renewal)
    return Handover(
        conversation,
        conversation.roster,
        handing,
        protocol=parts.protocol,
        dispatcher=parts.dispatcher,
        writer=writer,
        callbacks=parts.plan.callbacks,
        running=parts.calls,
        publish=parts.events.publish,
        note=parts.note,
        beside=parts.dispatcher.beside,
        words_are_read=parts.outbound.unconfirmed.words_are_read,
        window=turn.window,
        refit=refit,
    )
