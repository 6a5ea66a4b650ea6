"""Rules over what is believed: who is asked, in which order, about what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import ConfigError, events
from trio_live.reactive import (
    CancelDeferredPrompt,
    EffectMode,
    EffectPolicy,
    Happened,
    LiveReactor,
    Noop,
    PlaybackDrained,
    PlaybackFlushed,
    PromptModel,
    Reaction,
    ReactorEvent,
    Rule,
    SignalUserActivityEnd,
    SignalUserActivityStart,
    SoftTurnComplete,
    StateChanged,
    TimerTick,
    UserSpeechEnded,
    UserSpeechStarted,
)
from trio_live.reactive._internal import APPLIES
from trio_live.voice import VoiceRuntimeState

AUDIO = Happened(events.Audio(b"\0\0"))
DEFAULTS = [
    ((PlaybackDrained(prompt_pending=True),), [PromptModel()]),
    ((PlaybackDrained(prompt_pending=False),), []),
    ((UserSpeechStarted(),), [CancelDeferredPrompt(), SignalUserActivityStart()]),
    ((UserSpeechStarted(), PlaybackDrained(prompt_pending=True)), []),
    ((UserSpeechStarted(), UserSpeechEnded(prompt_pending=False)), [SignalUserActivityEnd()]),
    ((UserSpeechStarted(), UserSpeechEnded(prompt_pending=True)), [SignalUserActivityEnd(), PromptModel()]),
    ((UserSpeechStarted(), AUDIO, UserSpeechEnded(prompt_pending=True)), [SignalUserActivityEnd()]),
    ((AUDIO, Happened(events.Interrupted()), UserSpeechEnded(prompt_pending=True)), [SignalUserActivityEnd(), PromptModel()]),
    ((AUDIO, PlaybackFlushed(), UserSpeechEnded(prompt_pending=True)), [SignalUserActivityEnd(), PromptModel()]),
    ((AUDIO,), []),
    ((Happened(events.TurnComplete()),), []),
    ((StateChanged(()),), []),
    ((TimerTick(1.0),), []),
    ((SoftTurnComplete(),), []),
]  # fmt: skip


@pytest.mark.parametrize(("course", "wanted"), DEFAULTS)
def test_what_the_rules_of_every_session_want(course: tuple[ReactorEvent, ...], wanted: list[object]) -> None:
    reactor = LiveReactor.voice_defaults()
    *before, last = course
    for event in before:
        reactor.react(event, 1.0)
    assert [reaction.effect for reaction in reactor.react(last, 2.0)] == wanted


def test_every_event_is_in_the_table_or_changes_nothing() -> None:
    kinds = set(ReactorEvent.__subclasses__())
    assert kinds - APPLIES.keys() == {StateChanged, TimerTick, SoftTurnComplete}
    assert kinds >= APPLIES.keys()


def test_rules_are_asked_in_their_order_after_the_event_is_believed() -> None:
    asked: list[tuple[str, bool]] = []

    def saying(name: str) -> Rule:
        def react(_: ReactorEvent, voice: VoiceRuntimeState) -> Noop:
            asked.append((name, voice.user_speaking))
            return Noop()

        return Rule(name, react)

    reactor = LiveReactor([saying("a"), saying("b")])
    assert [reaction.source for reaction in reactor.react(UserSpeechStarted(), 1.0)] == ["a", "b"]
    assert asked == [("a", True), ("b", True)]


def test_a_rule_that_raises_is_reported_and_the_others_are_asked() -> None:
    told: list[str] = []
    boom = Rule("boom", lambda *_: 1 / 0)  # type: ignore[arg-type]
    rules = [boom, Rule("after", lambda *_: Noop())]
    reactor = LiveReactor(rules, report=lambda where, error: told.append(f"{where}: {error}"))
    assert [reaction.source for reaction in reactor.react(TimerTick(0), 0)] == ["after"]
    assert told == ["rule('boom'): division by zero"]
    with pytest.raises(ZeroDivisionError):
        LiveReactor(rules).react(TimerTick(0), 0)


def test_a_name_belongs_to_one_rule() -> None:
    with pytest.raises(ConfigError, match="two rules called 'user_speech_activity'"):
        LiveReactor.voice_defaults().add(Rule("user_speech_activity", lambda *_: None))


def test_a_function_may_answer_one_effect_or_several_with_policies_or_without() -> None:
    hurried = EffectPolicy(EffectMode.CONCURRENT, 1.0)
    own = Reaction("other", Noop())
    react = TimerTick(0), VoiceRuntimeState()
    assert Rule("r", lambda *_: None).react(*react) == ()
    assert Rule("r", lambda *_: Noop(), hurried).react(*react) == (Reaction("r", Noop(), hurried),)
    assert Rule("r", lambda *_: [own, Noop()]).react(*react) == (own, Reaction("r", Noop()))
    with pytest.raises(TypeError, match="the rule 'r' answered 'x', which is no effect"):
        Rule("r", lambda *_: ["x"]).react(*react)


EDGES = st.sampled_from(
    [
        *(UserSpeechStarted(), UserSpeechEnded(prompt_pending=False), UserSpeechEnded(prompt_pending=True)),
        *(PlaybackDrained(prompt_pending=True), PlaybackDrained(prompt_pending=False), PlaybackFlushed(), AUDIO),
    ]
)


@given(st.lists(EDGES, max_size=20))
def test_the_model_is_prompted_only_while_nobody_speaks_and_nothing_plays(course: list[ReactorEvent]) -> None:
    reactor = LiveReactor.voice_defaults()
    speaks = plays = False
    epoch = 0
    for now, event in enumerate(course):
        armed = reactor.voice_state.prompt_pending
        reactions = reactor.react(event, now)
        speaks = isinstance(event, UserSpeechStarted) or (speaks and not isinstance(event, UserSpeechEnded))
        plays = event is AUDIO or (plays and not isinstance(event, PlaybackDrained | PlaybackFlushed))
        epoch += armed and isinstance(event, UserSpeechStarted)
        voice = reactor.voice_state
        assert (voice.user_speaking, voice.playback_active, voice.prompt_epoch) == (speaks, plays, epoch)
        if PromptModel() in [reaction.effect for reaction in reactions]:
            assert not speaks
            assert not plays


def test_what_is_known_for_certain_replaces_what_was_believed() -> None:
    reactor = LiveReactor()
    assert reactor.believe(playback_active=True, prompt_pending=True).prompt_pending
    before = reactor.voice_state
    assert reactor.believe(playback_active=True, prompt_pending=True) is before
