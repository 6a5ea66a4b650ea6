"""A prompt and a greeting wait for a free floor, and whatever makes it free lets them go."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import audio, builder, call, interrupted, settled, speech, turn_complete
from tests.scenarios.harness import lines_of, stage, truth
from trio_live import ContextDelivery, Live
from trio_live.control._speaking import GRACE
from trio_live.phases import Phase, Transition

SECOND = bytes(48_000)


def agent() -> Live:
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    b = Phase("b", "Be b.", prompt_on_enter=True)
    return builder().initial_phase("a").phases(a, b).context_delivery(ContextDelivery.DEFERRED)


async def test_without_a_player_the_prompt_goes_out_when_the_sound_must_have_been_played(
    autojump_clock: MockClock,
) -> None:
    """It waited for ever."""
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        assert await talk.hears(audio(SECOND * 3), turn_complete()) == ["instruction: Be b."]
        assert await talk.after(3 + GRACE - 0.1) == []
        assert await talk.after(0.2) == ["prompt"]
        assert await talk.after(5) == [], "once"


async def test_a_turn_without_sound_has_nothing_to_be_played(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.turn()
        assert await talk.after(GRACE + 0.1) == ["prompt"]


async def test_a_player_that_reports_is_waited_for(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.session.playback_drained()
        talk.state.set("b", True)
        await talk.hears(audio(SECOND), turn_complete())
        assert await talk.after(5) == []
        await talk.session.playback_drained()
        assert await talk.after(0) == ["prompt"]


async def test_while_the_model_speaks_again_the_prompt_waits(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.turn()
        await talk.hears(audio(SECOND))
        assert await talk.after(5) == []
        assert await talk.hears(turn_complete()) == ["prompt"]


async def test_whoever_speaks_is_not_talked_over(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.turn()
        await talk.hears({"voiceActivity": {"voiceActivityType": "ACTIVITY_START"}})
        await talk.after(5)
        await talk.hears({"voiceActivity": {"voiceActivityType": "ACTIVITY_END"}})
        assert await talk.after(5) == []


async def test_a_prompt_armed_after_the_player_had_drained_goes_out(autojump_clock: MockClock) -> None:
    """It waited for ever: servers may end a turn only when it must have been played."""
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.hears(audio(SECOND))
        await talk.session.playback_drained()
        await talk.hears(turn_complete())
        assert await talk.after(GRACE - 0.1) == []
        assert await talk.after(0.2) == ["prompt"]


async def test_a_prompt_waits_while_the_user_speaks_and_goes_out_when_that_ends(autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.session.user_speech_started()
        talk.state.set("b", True)
        await talk.turn()
        assert await talk.after(20) == []
        await talk.session.user_speech_ended()
        assert await talk.after(0) == ["prompt"]


async def test_mm_hm_leaves_the_model_audible_so_the_prompt_waits_for_the_end_of_its_sound(
    autojump_clock: MockClock,
) -> None:
    async with stage(agent()) as talk:
        talk.state.set("b", True)
        await talk.hears(audio(SECOND * 10))
        await talk.session.user_speech_started()
        await talk.hears(turn_complete())
        await talk.session.user_speech_ended()
        assert await talk.after(5) == []
        assert await talk.after(5 + GRACE) == ["prompt"]


@pytest.mark.parametrize("ends", ["drained", "flushed", "interrupted"])
async def test_whatever_ends_the_playback_frees_the_floor(ends: str, autojump_clock: MockClock) -> None:
    async with stage(agent()) as talk:
        await talk.session.playback_drained()
        talk.state.set("b", True)
        await talk.hears(audio(SECOND), turn_complete())
        assert await talk.after(20) == []
        if ends == "interrupted":
            assert await talk.hears(interrupted()) == ["prompt"]
        else:
            await getattr(talk.session, f"playback_{ends}")()
            assert await talk.after(0) == ["prompt"]


async def test_a_greeting_is_not_said_again_while_the_user_speaks(autojump_clock: MockClock) -> None:
    live = builder().greeting("Greet.", within=4, protected=1)
    async with call(live) as (session, peer):
        await session.user_speech_started()
        await trio.sleep(20)
        assert lines_of(peer.talk) == ["user: Greet."]
        await session.user_speech_ended()
        await settled()
        assert lines_of(peer.talk) == ["user: Greet."] * 2
    async with call(live) as (session, peer):
        await peer.send(speech("START"))
        await trio.sleep(20)
        await peer.send(audio(SECOND), speech("END"))
        await trio.sleep(20)
        assert lines_of(peer.talk) == ["user: Greet."], "it has answered, which is as good"
