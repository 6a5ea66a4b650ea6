"""The reactor: what happened goes in, what is to be done comes out. Nothing is done here, and no clock is read.

An event first changes what is believed about the talk (`APPLIES`), then every rule looks at both, in order. So a rule
that is asked about the beginning of speech sees a state in which the user speaks and no prompt is armed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeAlias

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.events import Audio, Interrupted, LiveEvent
from trio_live.reactive._effects import (
    DEFAULT_POLICY,
    CancelDeferredPrompt,
    EffectPolicy,
    LiveEffect,
    PromptModel,
    Reaction,
    SignalUserActivityEnd,
    SignalUserActivityStart,
)
from trio_live.reactive._functions import ReportError
from trio_live.state import Mutation
from trio_live.voice import VoiceRuntimeState


class ReactorEvent:
    """The base of what rules are asked about."""

    __slots__ = ()


@value
class Happened(ReactorEvent):
    """A live event was published."""

    event: LiveEvent


@value
class StateChanged(ReactorEvent):
    """State was written; what is not journaled (the keys that the session counts time in) is not told."""

    mutations: tuple[Mutation, ...]


@value
class TimerTick(ReactorEvent):
    """Time has passed. Comes every `TICK_SECONDS` in a session that has rules of its own."""

    now: Seconds


@value
class PlaybackDrained(ReactorEvent):
    """The listener has heard everything: a player says so, or the sound must have been played by now."""

    prompt_pending: bool


@value
class PlaybackFlushed(ReactorEvent):
    """What was not played yet was thrown away."""


@value
class UserSpeechStarted(ReactorEvent):
    """The user began to speak."""


@value
class UserSpeechEnded(ReactorEvent):
    """The user is quiet."""

    prompt_pending: bool


@value
class SoftTurnComplete(ReactorEvent):
    """The model chose silence, and the talk has moved on without it."""


TICK_SECONDS: Final[Seconds] = 0.1

APPLIES: Final[dict[type[ReactorEvent], Callable[[VoiceRuntimeState, Any, Seconds], VoiceRuntimeState]]] = {
    PlaybackDrained: lambda voice, event, now: voice.playback_drained(prompt_pending=event.prompt_pending, now=now),
    PlaybackFlushed: lambda voice, _, __: voice.playback_flushed(),
    UserSpeechStarted: lambda voice, _, now: voice.user_speech_started(now=now),
    UserSpeechEnded: lambda voice, event, _: voice.user_speech_ended(prompt_pending=event.prompt_pending),
    Happened: lambda voice, event, _: _seen(voice, event.event),
}
"""What each event changes in what is believed; the others change nothing."""


def _seen(voice: VoiceRuntimeState, event: LiveEvent) -> VoiceRuntimeState:
    match event:
        case Audio():
            return voice.audio_delivered()
        case Interrupted():
            return voice.interrupted()
        case _:
            return voice


Wanted: TypeAlias = LiveEffect | Reaction | Iterable[LiveEffect | Reaction] | None
"""What a rule's function may answer."""


class ReactorRule(Protocol):
    """Says what is to be done about an event. Pure: it neither waits nor does anything."""

    @property
    def name(self) -> str:
        """For errors, and as the source of its reactions."""
        ...

    def react(self, event: ReactorEvent, voice: VoiceRuntimeState) -> Sequence[Reaction]:
        """What is to be done.

        Args:
            event: what happened.
            voice: what is believed of the talk, the event included.
        """
        ...


@value
class Rule:
    """A rule made of a function."""

    name: str
    function: Callable[[ReactorEvent, VoiceRuntimeState], Wanted]
    """Receives event and state; answers with an effect, several, or ``None``. Plain and pure."""
    policy: EffectPolicy = DEFAULT_POLICY
    """Of the effects that bring none of their own."""

    def react(self, event: ReactorEvent, voice: VoiceRuntimeState) -> Sequence[Reaction]:
        """See `ReactorRule.react`."""
        wanted = self.function(event, voice)
        if wanted is None:
            return ()
        if isinstance(wanted, LiveEffect | Reaction):
            wanted = (wanted,)
        return tuple(each if isinstance(each, Reaction) else self._reaction(each) for each in wanted)

    def _reaction(self, effect: LiveEffect) -> Reaction:
        if not isinstance(effect, LiveEffect):
            raise TypeError(f"the rule {self.name!r} answered {effect!r}, which is no effect")
        return Reaction(self.name, effect, self.policy)


def _prompt_on_playback_drained(event: ReactorEvent, voice: VoiceRuntimeState) -> Wanted:
    return PromptModel() if isinstance(event, PlaybackDrained) and voice.may_prompt else None


def _user_speech_activity(event: ReactorEvent, voice: VoiceRuntimeState) -> Wanted:
    match event:
        case UserSpeechStarted():
            return (CancelDeferredPrompt(), SignalUserActivityStart())
        case UserSpeechEnded():
            return (SignalUserActivityEnd(), PromptModel()) if voice.may_prompt else SignalUserActivityEnd()
        case _:
            return None


VOICE_DEFAULTS: Final[tuple[Rule, ...]] = (
    Rule("prompt_on_playback_drained", _prompt_on_playback_drained),
    Rule("user_speech_activity", _user_speech_activity),
)
"""The rules of every session; rules of its own come after them."""


class LiveReactor:
    """Rules, in order, over what is believed of the talk.

    Args:
        rules: asked in this order.
        report: told which rule raised, and what; the other rules are asked all the same.

    Raises:
        ConfigError: two rules have the same name.
    """

    def __init__(self, rules: Iterable[ReactorRule] = (), *, report: ReportError | None = None) -> None:
        self._rules: list[ReactorRule] = []
        self._report = report
        self.voice_state = VoiceRuntimeState()
        """What is believed; whoever knows better may replace it."""
        for rule in rules:
            self.add(rule)

    @classmethod
    def voice_defaults(cls, *, report: ReportError | None = None) -> LiveReactor:
        """A reactor with the rules that every session has."""
        return cls(VOICE_DEFAULTS, report=report)

    @property
    def rules(self) -> tuple[ReactorRule, ...]:
        """In the order in which they are asked."""
        return tuple(self._rules)

    def add(self, rule: ReactorRule) -> None:
        """Append a rule.

        Raises:
            ConfigError: there is one of that name.
        """
        if rule.name in {other.name for other in self._rules}:
            raise ConfigError(f"there are two rules called {rule.name!r}")
        self._rules.append(rule)

    def react(self, event: ReactorEvent, now: Seconds) -> list[Reaction]:
        """Believe an event, and return what the rules want done about it, in their order.

        Args:
            event: what happened.
            now: this instant.

        Raises:
            Exception: what a rule raised, where nobody was named to be told.
        """
        apply = APPLIES.get(type(event))
        if apply is not None:
            self.voice_state = apply(self.voice_state, event, now)
        reactions: list[Reaction] = []
        for rule in self._rules:
            try:
                reactions += rule.react(event, self.voice_state)
            except Exception as error:
                if self._report is None:
                    raise
                self._report(f"rule({rule.name!r})", error)
        return reactions

    def believe(self, *, playback_active: bool, prompt_pending: bool) -> VoiceRuntimeState:
        """Bring up to date what others know for certain, and return what is believed now.

        Args:
            playback_active: whether sound of the model is being played.
            prompt_pending: whether a prompt was sent that the model has not answered.
        """
        voice = self.voice_state
        if (voice.playback_active, voice.prompt_pending) != (playback_active, prompt_pending):
            self.voice_state = attrs.evolve(voice, playback_active=playback_active, prompt_pending=prompt_pending)
        return self.voice_state
