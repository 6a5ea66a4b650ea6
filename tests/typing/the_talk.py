"""State, transcripts, phases, rules and facts, by hand as some programs use them. Checked by two type checkers, and never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

from trio_live import ContextBuilder, RepairConfig, SessionWriter, State, StateKey, TranscriptWindow
from trio_live.conversation import (
    SIGNALS,
    Escalate,
    NeedsFulfillment,
    NoAction,
    Nudge,
    RepairAction,
    SessionSignals,
    SessionType,
    TranscriptBuffer,
    TranscriptTurn,
)
from trio_live.extraction import (
    AcceptFn,
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    FieldPromotion,
    FieldRule,
    Interval,
    LlmExtractor,
    MergePolicy,
    OnGenerationComplete,
    OnPhaseChange,
    RuleExtractor,
    TurnExtractor,
    date,
    keywords,
    number,
    regex,
)
from trio_live.llm import BaseLlm
from trio_live.phases import (
    Blocked,
    Conditional,
    CustomAppend,
    DefaultsFunction,
    Dynamic,
    DynamicText,
    EnterContext,
    Guard,
    InstructionModifier,
    Phase,
    PhaseBuilder,
    PhaseDefaults,
    PhaseHook,
    PhaseInstruction,
    PhaseMachine,
    PhasePreparation,
    PhaseSpec,
    PhaseTransition,
    Programmatic,
    Ready,
    StateAppend,
    StatePredicate,
    Static,
    ToolGuard,
    Transition,
    TransitionEvaluation,
    TransitionResult,
    TransitionTrigger,
    after_turns,
    is_presented,
    leads_to,
    presented_key,
    to_graphviz,
    to_mermaid,
    unavailable,
    user_has_spoken,
)
from trio_live.reactive import (
    DELETE,
    VOICE_DEFAULTS,
    BecameFalse,
    BecameTrue,
    CancelDeferredPrompt,
    Changed,
    ChangedFrom,
    ChangedTo,
    ComputedRegistry,
    ComputedVar,
    ComputeFn,
    Condition,
    ConsecutiveFailureDetector,
    CrossedAbove,
    CrossedBelow,
    Custom,
    EffectMode,
    EffectPolicy,
    Emit,
    EventFilter,
    Happened,
    LiveEffect,
    LiveReactor,
    Noop,
    PatternAction,
    PatternDetector,
    PlaybackDrained,
    PlaybackFlushed,
    PredicateFn,
    PromptModel,
    RateDetector,
    Reaction,
    ReactorEvent,
    ReactorRule,
    Rule,
    SendContext,
    SignalUserActivityEnd,
    SignalUserActivityStart,
    SoftTurnComplete,
    StateChanged,
    SustainedDetector,
    TemporalPattern,
    TemporalRegistry,
    TimerTick,
    TurnCountDetector,
    UpdateInstruction,
    UserSpeechEnded,
    UserSpeechStarted,
    WatchAction,
    Watcher,
    WatcherRegistry,
    WatchPredicate,
)
from trio_live.state import (
    ABSENT,
    REDACTED,
    SCOPES,
    Absent,
    Clock,
    Evidence,
    FileJournalSink,
    JournalGap,
    JournalSink,
    MemoryJournalSink,
    Mutation,
    MutationOrigin,
    Scope,
    read_journal,
)
from trio_live.voice import VoiceRuntimeState
from trio_live.wire import Content

DAY = StateKey[str]("day")


def the_state(clock: Clock, path: Path) -> Sequence[Mutation]:
    sinks: Sequence[JournalSink] = [FileJournalSink(path), MemoryJournalSink()]
    state = State({"day": "Friday"}, clock=clock, sinks=sinks, redact_keys=["pin"])
    state.set("guests", 2)
    state.set_key(DAY, "Monday")
    assert_type(state.get("guests", type=int), int | None)
    assert_type(state.get("guests", 0, type=int), int)
    assert_type(state.get_key(DAY), str | None)
    assert_type(state.try_get_key(DAY, "never"), str)
    assert_type(state.with_key(DAY, len), int | None)
    state.modify("guests", 0, lambda count: count + 1)
    state.update({"day": ABSENT, "hour": 8})
    with state.transaction() as view:
        view.set("guests", 3)
    view = state.with_delta_tracking()
    view.rollback() if view.has_delta() else view.commit()
    state.set_committed("a", 1)
    state.rename("a", "b")
    state.clear_prefix("turn:")
    state.merge(State.pick(state, ["day"]))
    state.from_dict(state.to_dict(redacted=True))
    evidence: Evidence = state.evidence("day")
    scope: Scope = state.app()
    scope.set("office", "north")
    print(evidence.source, state.is_known("day"), state.has("x"), state.get_raw("x"), state.with_("day", str), REDACTED)
    print(state.user["name"], SCOPES["turn"].prefix, state.keys(), state.remove("b"), state.diff_values({}, ["day"]))
    found = state.try_mutations_since(state.mutation_cursor())
    if isinstance(found, JournalGap):
        print(found.dropped)
    mutation = state.recent_mutations()[-1]
    if mutation.old is Absent.ABSENT and mutation.origin is MutationOrigin.SET:
        print(mutation.to_json())
    return read_journal(path, allow_torn=True)


def what_was_said(buffer: TranscriptBuffer) -> TranscriptWindow:
    buffer.push_input("Hello")
    buffer.push_output("Hi")
    buffer.push_tool_call("book", {}, None)
    turn: TranscriptTurn | None = buffer.end_turn(0.0)
    window = buffer.snapshot_window(3)
    print(turn and turn.formatted(), window.formatted(), window.last_user(), window.last_model(), window.is_empty)
    return window


def notes() -> Callable[[State], str]:
    builder = ContextBuilder.builder().section("Caller").field("name", "Name").flag("is_new", "New").sentiment("mood")
    return builder.format("day", "Day", str).build().into_modifier()


def repair(state: State) -> RepairAction:
    needs = NeedsFulfillment(RepairConfig().with_nudge_after(2).with_escalate_after(4))
    action = needs.evaluate("order", ["day"], state)
    match action:
        case Nudge(unfulfilled=missing, attempt=attempt):
            print(missing, attempt, action.line, action.prompts_model)
        case Escalate(unfulfilled=missing, times=times):
            print(missing, times)
        case NoAction():
            needs.reset("order")
    return action


def signals(state: State) -> SessionType:
    found = SessionSignals(state, 0.0)
    found.tick(1.0)
    print(found.keys, SIGNALS[0].name)
    return found.session_type()


class Order(PhaseSpec):
    """A phase as a class."""

    instruction = "Take the order."
    needs = ("day",)
    modifiers = (
        StateAppend(["day"]),
        Conditional(user_has_spoken, "Be quick."),
        CustomAppend(lambda state: "It is late."),
    )

    @leads_to("pay", description="when the day is known")
    def known(self, state: State) -> bool:
        return state.is_known("day") and is_presented(state, "terms")

    async def on_enter(self, state: State, writer: SessionWriter) -> None:
        state.set(presented_key("terms"), True)


async def look_up(state: State, writer: SessionWriter) -> None:
    state.set("caller", "Maria")


def the_phases(hook: PhaseHook, guard: StatePredicate, text: DynamicText, entering: EnterContext) -> Sequence[Phase]:
    instruction: PhaseInstruction = Dynamic(text)
    pay = Phase(
        "pay",
        instruction,
        tools_enabled=["pay"],
        tool_guards=[ToolGuard("pay", guard, "the sum is not known")],
        guard=guard,
        on_enter=hook,
        on_exit=hook,
        transitions=[Transition("bye", after_turns(2), "when it is paid")],
        on_enter_context=entering,
        preparations=[PhasePreparation("look up", ["caller"], look_up, timeout=5)],
        requires=["caller"],
    )
    built = PhaseBuilder("bye").instruction(Static("Say goodbye.")).terminal().done()
    assert_type(built, Phase)
    print(to_mermaid([pay, built], "pay"), to_graphviz([pay, built], "pay"), unavailable("pay"))
    return [Order().as_phase(), pay, built]


def merged(function: DefaultsFunction, phase: Phase, modifier: InstructionModifier, state: State) -> Phase:
    print(modifier.render(state), phase.missing_needs(state), phase.missing_requirements(state))
    return function(PhaseDefaults()).merged_into(phase)


def machine(machine: PhaseMachine, state: State) -> TransitionEvaluation | None:
    match found := machine.evaluate_for_transition(state):
        case Ready(target=target):
            print(target)
        case Blocked(target=target, missing=missing):
            print(target, missing)
        case None:
            print(machine.current, machine.describe_navigation(state))
    record: PhaseTransition = machine.history[-1]
    trigger: TransitionTrigger = record.trigger
    print(record.reason, trigger in {Guard(0), Programmatic("tool")})
    return found


def instructions(result: TransitionResult) -> str | None:
    return result.instruction


def computed(function: ComputeFn) -> ComputedRegistry:
    registry = ComputedRegistry(report=print)
    registry.register(ComputedVar("ready", ["day"], function))
    registry.register(ComputedVar("gone", [], lambda state: DELETE))
    return registry


def watched(action: WatchAction, function: PredicateFn, state: State) -> WatcherRegistry:
    predicates: Sequence[WatchPredicate] = [
        Changed(),
        ChangedTo(1),
        ChangedFrom(1),
        CrossedAbove(4),
        CrossedBelow(2),
        BecameTrue(),
        BecameFalse(),
        Custom(function),
    ]
    registry = WatcherRegistry(report=print)
    for predicate in predicates:
        registry.add(Watcher(key="day", predicate=predicate, action=action, blocking=True, timeout=2), state)
        print(predicate.label)
    return registry


def patterns(condition: Condition, accepts: EventFilter, action: PatternAction) -> TemporalRegistry:
    detectors: Mapping[str, PatternDetector] = {
        "quiet": SustainedDetector(condition, 10),
        "often": RateDetector(accepts, 3, 30),
        "long": TurnCountDetector(condition, 5),
        "broken": ConsecutiveFailureDetector("book", 3),
    }
    registry = TemporalRegistry(report=print)
    for name, detector in detectors.items():
        registry.add(TemporalPattern(name, detector, action, cooldown=60))
    return registry


def rule(event: ReactorEvent, voice: VoiceRuntimeState) -> LiveEffect | None:
    match event:
        case Happened(event=happened):
            return Emit(happened)
        case StateChanged(mutations=mutations):
            return SendContext((Content.of(f"{len(mutations)} changes"),))
        case TimerTick(now=now):
            return UpdateInstruction(f"It is {now}.")
        case UserSpeechStarted():
            return SignalUserActivityStart()
        case UserSpeechEnded(prompt_pending=True) | PlaybackDrained(prompt_pending=True):
            return PromptModel() if voice.may_prompt else CancelDeferredPrompt()
        case SoftTurnComplete() | PlaybackFlushed():
            return SignalUserActivityEnd()
        case _:
            return Noop()


def reactor() -> Sequence[Reaction]:
    policy = EffectPolicy(EffectMode.CONCURRENT, timeout=2)
    rules: Sequence[ReactorRule] = [*VOICE_DEFAULTS, Rule("mine", rule, policy)]
    return LiveReactor(rules).react(SoftTurnComplete(), 0.0)


class Shouts(TurnExtractor):
    """Finds who shouts."""

    name = "Shouts"
    trigger: ExtractionTrigger = Interval(2)
    promotion_rules = (FieldPromotion.true_only("loud").to("is_loud"),)

    async def extract(self, window: TranscriptWindow) -> Any:
        return {"loud": "!" in (window.last_user() or "")}


def facts(llm: BaseLlm, accepts: AcceptFn) -> Sequence[TurnExtractor]:
    rules: Mapping[str, FieldRule] = {
        "guests": number(at_least=1),
        "day": date(),
        "doctor": keywords({"Chen": ["chen", "doctor chen"]}),
        "mail": regex(r"\S+@\S+"),
    }
    promotions = [
        FieldPromotion.keep_known("day").accept_when(accepts).after_presented("terms"),
        FieldPromotion("guests", MergePolicy.OVERWRITE),
    ]
    occasions: Sequence[ExtractionTrigger] = [EveryTurn(), AfterToolCall(), OnPhaseChange(), OnGenerationComplete()]
    by_model = (
        LlmExtractor("Mood", llm, "How does the caller feel?", 3).with_schema({"type": "object"}).with_min_words(3)
    )
    return [
        RuleExtractor("Booking", rules, promotion_rules=promotions),
        by_model.with_trigger(occasions[0]).with_promotions(*promotions).with_timeout(5),
        Shouts(),
    ]
