"""A deferred prompt goes out though no player reports."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.peer import audio, builder, settled, turn_complete
from tests.scenarios.harness import stage, truth
from trio_live import ContextDelivery, Live
from trio_live.control._speaking._playback import GRACE, Playback
from trio_live.phases import Phase, Transition
from trio_live.wire_events import AudioData, Interrupted, TextDelta, TurnComplete

SECOND = bytes(48_000)


def test_sound_is_played_from_its_arrival_on_and_one_piece_after_the_other() -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
    playback.observe(AudioData(SECOND), 10.1)
    playback.observe(TextDelta("x"), 10.2)
    assert playback.ends_at == 12.0
    playback.observe(AudioData(SECOND), 20.0)
    assert playback.ends_at == 21.0


def test_an_interruption_ends_the_playback() -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
    playback.observe(Interrupted(), 10.5)
    assert playback.ends_at == 10.5
    playback.observe(Interrupted(), 12.0)
    assert playback.ends_at == 10.5


async def test_what_a_player_says_counts_more_than_the_length(autojump_clock: MockClock) -> None:
    playback = Playback()
    playback.observe(AudioData(SECOND), 10.0)
    assert (playback.is_playing, playback.has_player) == (True, False)
    with trio.move_on_after(1) as patience:
        await playback.wait_stopped()
    assert patience.cancelled_caught
    async with trio.open_nursery() as nursery:
        nursery.start_soon(playback.wait_stopped)
        await settled()
        playback.drained(12.0)
    assert (playback.ends_at, playback.is_playing, playback.has_player) == (12.0, False, True)
    playback.observe(TurnComplete(), 13.0)
    assert playback.turn_over_at == 13.0


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
