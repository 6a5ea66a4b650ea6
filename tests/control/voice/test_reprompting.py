"""A user who says nothing is asked, once for each silence and never into anybody's words; phases have their own timing."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.control.microphone.sounds import LOUD, QUIET, Sharp
from tests.peer import Peer, audio, builder, heard, settled, turn_complete
from tests.scenarios.harness import Stage, stage, truth
from trio_live import ConfigError, Content, ContextDelivery, Live, State, StateError, events
from trio_live.phases import Phase, Transition
from trio_live.voice import VoiceTiming

SECOND = bytes(48_000)
ASK = "user: Ask."
KEY = "session:voice_timing"


def asking(after_ms: float = 5000) -> Live:
    return builder().input_vad(backend=Sharp).voice_timing(VoiceTiming(reprompt_after_ms=after_ms, reprompt="Ask."))


def reprompts(talk: Stage) -> list[int]:
    return [event.silence_ms for event in talk.of(events.Reprompted)]


async def test_a_silent_user_is_asked_once_until_he_says_something(autojump_clock: MockClock) -> None:
    async with stage(asking()) as talk:
        assert await talk.after(4.9) == []
        assert await talk.after(0.3) == [ASK]
        assert 5000 <= reprompts(talk)[0] <= 5100
        await talk.hears(audio(SECOND), turn_complete())
        assert await talk.after(20) == [], "what the model says then begins no new silence"
        await talk.session.send_audio(LOUD)
        await talk.session.send_audio(QUIET)
        talk.news()
        assert await talk.after(4.9) == []
        assert await talk.after(0.3) == [ASK]
        assert len(reprompts(talk)) == 2


async def test_never_while_the_user_speaks_and_never_while_the_model_is_audible(autojump_clock: MockClock) -> None:
    async with stage(asking()) as talk:
        await talk.session.send_audio(LOUD)
        talk.news()
        assert await talk.after(20) == []
        await talk.session.send_audio(QUIET)
        await talk.hears(audio(SECOND * 8), turn_complete())
        assert await talk.after(8 + 4.9) == []
        assert await talk.after(0.3) == [ASK]


async def test_whatever_is_said_or_typed_or_understood_breaks_the_silence(autojump_clock: MockClock) -> None:
    async with stage(asking()) as talk:
        await trio.sleep(4)
        await talk.session.send_text("hi")
        assert await talk.after(4) == ["user: hi"]
        await talk.hears(heard("Hello."))
        assert await talk.after(4) == []
        assert await talk.after(1.2) == [ASK]


async def test_speech_in_the_instant_of_sending_wins(autojump_clock: MockClock) -> None:
    peer = Peer(capacity=1)
    async with stage(asking(), peer=peer) as talk:
        with trio.move_on_after(4.9):
            while True:
                await talk.plane.writer.send_audio(QUIET)
        await trio.sleep(1)
        await talk.session.user_speech_started()
        frames = []
        with trio.move_on_after(1):
            while True:
                frames += await peer.read()
        assert not [frame for frame in frames if "clientContent" in frame]
        assert reprompts(talk) == []


async def test_deferred_context_goes_along(autojump_clock: MockClock) -> None:
    async with stage(asking().context_delivery(ContextDelivery.DEFERRED)) as talk:
        assert talk.talk.pending is not None
        talk.talk.pending.extend([Content.of("A fact.", "model")])
        assert await talk.after(5.3) == ["context: A fact.", ASK]


def phased() -> Live:
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    live = builder().initial_phase("a").phases(a, Phase("b", "Be b.")).input_vad(backend=Sharp)
    return live.voice_timing(VoiceTiming(reprompt_after_ms=20_000, reprompt="Ask."))


async def test_a_phase_has_its_own_timing_merged_with_that_of_the_talk(autojump_clock: MockClock) -> None:
    live = phased().voice_timing(VoiceTiming(reprompt_after_ms=3000, reprompt="Hurry."), "b")
    async with stage(live) as talk:
        assert await talk.after(5) == []
        talk.state.set("b", True)
        await talk.turn()
        assert await talk.after(3.3) == ["user: Hurry."]


async def test_in_a_phase_that_is_not_to_be_interrupted_the_model_hears_silence_while_it_is_audible(
    autojump_clock: MockClock,
) -> None:
    live = phased().voice_timing(VoiceTiming(interruptible=False), "b")
    async with stage(live) as talk:
        talk.state.set("b", True)
        await talk.turn()
        await talk.hears(audio(SECOND), turn_complete())
        await talk.session.send_audio(LOUD)
        await settled()
        assert not talk.session.voice_state.user_speaking
        assert talk.session.telemetry.snapshot()["dropped"] == {"sound while the model holds the floor": 1}
        await trio.sleep(1.1)
        await talk.session.send_audio(LOUD)
        assert talk.session.voice_state.user_speaking


async def test_a_turn_ends_no_sooner_than_the_phase_says(autojump_clock: MockClock) -> None:
    live = phased().client_interruption_authority().voice_timing(VoiceTiming(end_of_speech_ms=800))
    async with stage(live) as talk:
        await talk.session.send_audio(LOUD + QUIET * 40)
        marks = [next(iter(frame["realtimeInput"])) for frame in talk.peer.talk if "realtimeInput" in frame]
        assert "activityEnd" not in marks
        await talk.session.send_audio(QUIET)
        await settled()
        assert "activityEnd" in next(iter(talk.peer.talk[-1].values()))


async def test_a_phase_that_is_not_there_has_no_timing(autojump_clock: MockClock) -> None:
    with pytest.raises(ConfigError, match="voice_timing names the phase 'c', which there is not"):
        async with stage(phased().voice_timing(VoiceTiming(), "c")):
            pass


async def test_the_state_says_what_holds_now_and_nobody_else_writes_it(autojump_clock: MockClock) -> None:
    hurry = VoiceTiming(reprompt_after_ms=3000, reprompt="Hurry.", interruptible=False)
    seen: list[object] = []

    async def changed(_: object, new: object, __: State) -> None:
        seen.append(new)

    live = phased().voice_timing(hurry, "b").watch(KEY).changed().blocking().then(changed)
    async with stage(live) as talk:
        assert talk.state.get(KEY, type=VoiceTiming) == VoiceTiming(reprompt_after_ms=20_000, reprompt="Ask.")
        with pytest.raises(StateError):
            talk.state.set(KEY, {})
        talk.state.set("b", True)
        await talk.turn()
        assert talk.state.get(KEY, type=VoiceTiming) == hurry
        assert seen == [talk.state[KEY]]
        assert talk.state[KEY]["interruptible"] is False


async def test_where_nothing_was_said_of_the_timing_the_state_says_nothing(autojump_clock: MockClock) -> None:
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    live = builder().initial_phase("a").phases(a, Phase("b", "Be b."))
    async with stage(live) as talk:
        assert KEY not in talk.state
    async with stage(live.voice_timing(VoiceTiming(interruptible=False), "a").state(State({KEY: "old"}))) as talk:
        assert talk.state[KEY]["interruptible"] is False
        talk.state.set("b", True)
        await talk.turn()
        assert KEY not in talk.state
