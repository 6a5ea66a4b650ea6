"""When this, then that: watchers of State, computed values, patterns over time.

Nothing here waits, spawns or reads a clock. A registry is told what happened and returns what is to be done; the
control lane does it. Errors of the user's functions go to the `ReportError` the registry was given.
"""

from __future__ import annotations

from trio_live.reactive._computed import DELETE, ComputedRegistry, ComputedVar, ComputeFn
from trio_live.reactive._detectors import (
    ConsecutiveFailureDetector,
    EventFilter,
    PatternDetector,
    RateDetector,
    SustainedDetector,
    TurnCountDetector,
)
from trio_live.reactive._effects import (
    CancelDeferredPrompt,
    EffectMode,
    EffectPolicy,
    Emit,
    LiveEffect,
    Noop,
    PromptModel,
    Reaction,
    SendContext,
    SignalUserActivityEnd,
    SignalUserActivityStart,
    UpdateInstruction,
)
from trio_live.reactive._functions import Condition
from trio_live.reactive._predicates import (
    BecameFalse,
    BecameTrue,
    Changed,
    ChangedFrom,
    ChangedTo,
    CrossedAbove,
    CrossedBelow,
    Custom,
    PredicateFn,
    WatchPredicate,
)
from trio_live.reactive._reactor import (
    VOICE_DEFAULTS,
    Happened,
    LiveReactor,
    PlaybackDrained,
    PlaybackFlushed,
    ReactorEvent,
    ReactorRule,
    Rule,
    SoftTurnComplete,
    StateChanged,
    TimerTick,
    UserSpeechEnded,
    UserSpeechStarted,
)
from trio_live.reactive._temporal import PatternAction, TemporalPattern, TemporalRegistry
from trio_live.reactive._watcher import WatchAction, Watcher
from trio_live.reactive._watcher_builder import WatcherBuilder
from trio_live.reactive._watchers import WatcherRegistry

__all__ = [
    "DELETE",
    "VOICE_DEFAULTS",
    "BecameFalse",
    "BecameTrue",
    "CancelDeferredPrompt",
    "Changed",
    "ChangedFrom",
    "ChangedTo",
    "ComputeFn",
    "ComputedRegistry",
    "ComputedVar",
    "Condition",
    "ConsecutiveFailureDetector",
    "CrossedAbove",
    "CrossedBelow",
    "Custom",
    "EffectMode",
    "EffectPolicy",
    "Emit",
    "EventFilter",
    "Happened",
    "LiveEffect",
    "LiveReactor",
    "Noop",
    "PatternAction",
    "PatternDetector",
    "PlaybackDrained",
    "PlaybackFlushed",
    "PredicateFn",
    "PromptModel",
    "RateDetector",
    "Reaction",
    "ReactorEvent",
    "ReactorRule",
    "Rule",
    "SendContext",
    "SignalUserActivityEnd",
    "SignalUserActivityStart",
    "SoftTurnComplete",
    "StateChanged",
    "SustainedDetector",
    "TemporalPattern",
    "TemporalRegistry",
    "TimerTick",
    "TurnCountDetector",
    "UpdateInstruction",
    "UserSpeechEnded",
    "UserSpeechStarted",
    "WatchAction",
    "WatchPredicate",
    "Watcher",
    "WatcherBuilder",
    "WatcherRegistry",
]
