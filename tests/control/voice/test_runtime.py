"""Who speaks, as several report it: one edge, whoever reports it; and what is believed is what is shown."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, assert_checkpoints

from tests.peer import Peer, audio, builder, call, interrupted, settled, speech, turn_complete
from tests.scenarios.harness import lines_of, stage
from trio_live import Content, ContextDelivery, LiveHandle, SessionClosed
from trio_live.control._voice._runtime import MICROPHONE, PROGRAM
from trio_live.reactive import ReactorEvent, Rule, SendContext, UserSpeechEnded, UserSpeechStarted
from trio_live.voice import VoiceRuntimeState

SECOND = bytes(48_000)


def is_heard(session: LiveHandle) -> bool:
    return session.voice_state.playback_active


def speaks(session: LiveHandle) -> bool:
    return session.voice_state.user_speaking


async def test_the_state_follows_speech_sound_and_what_a_player_says(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, peer):
        assert session.voice_state == VoiceRuntimeState()
        await peer.send(audio(SECOND))
        await settled()
        assert is_heard(session)
        await session.user_speech_started()
        now = trio.current_time()
        assert session.voice_state == VoiceRuntimeState(user_speaking=True, playback_active=True, last_barge_in_at=now)
        await peer.send(interrupted())
        await settled()
        assert not is_heard(session)
        await session.user_speech_ended()
        await peer.send(audio(SECOND))
        await settled()
        await session.playback_drained()
        assert not is_heard(session)
        assert session.voice_state.last_playback_drained_at == trio.current_time()
        await peer.send(audio(SECOND))
        await settled()
        await trio.sleep(5)
        assert is_heard(session), "a player has reported once, so its word counts"
        await session.playback_flushed()
        assert not is_heard(session)


async def test_without_a_player_the_length_of_the_sound_says_it(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, peer):
        await peer.send(audio(SECOND * 2), turn_complete())
        await settled()
        await trio.sleep(1.9)
        assert is_heard(session)
        await trio.sleep(0.2)
        assert not is_heard(session)


REPORTS = st.lists(st.tuples(st.sampled_from([PROGRAM, MICROPHONE]), st.booleans()), max_size=12)


@given(REPORTS)
def test_edges_alternate_whoever_reports_them(reports: list[tuple[str, bool]]) -> None:
    edges: list[bool] = []

    def react(event: ReactorEvent, voice: VoiceRuntimeState) -> None:
        if isinstance(event, UserSpeechStarted | UserSpeechEnded):
            assert voice.user_speaking is isinstance(event, UserSpeechStarted)
            edges.append(voice.user_speaking)

    async def main() -> None:
        speakers: set[str] = set()
        async with stage(builder().reactor_rule(Rule("sees", react)).vad(disabled=True)) as talk:
            voice = talk.plane.voice
            for who, starts in reports:
                await (voice.user_speech_started if starts else voice.user_speech_ended)(who)
                (speakers.add if starts else speakers.discard)(who)
                assert speaks(talk.session) is bool(speakers)
            await settled()
            marks = [next(iter(frame["realtimeInput"])) for frame in talk.peer.talk]
        assert edges == [number % 2 == 0 for number in range(len(edges))]
        assert marks == ["activityStart" if starts else "activityEnd" for starts in edges], "once for each edge"

    trio.run(main)


async def test_the_servers_report_is_an_edge_unless_it_is_an_echo_of_our_own_mark(autojump_clock: MockClock) -> None:
    async with call(builder()) as (session, peer):
        await peer.send(speech("START"))
        await settled()
        assert speaks(session)
        await peer.send(speech("END"))
        await settled()
        assert not speaks(session)
    async with call(builder().vad(disabled=True)) as (session, peer):
        await session.user_speech_started()
        await peer.send(speech("START"))
        await settled()
        await session.user_speech_ended()
        await settled()
        assert [next(iter(frame["realtimeInput"])) for frame in peer.talk] == ["activityStart", "activityEnd"]


async def test_after_the_end_an_edge_says_so() -> None:
    async with call(builder()) as (session, _):
        with assert_checkpoints():
            await session.user_speech_started()
        with assert_checkpoints():
            await session.playback_drained()
        with assert_checkpoints():
            await session.playback_flushed()
    for edge in (session.user_speech_started, session.user_speech_ended):
        with pytest.raises(SessionClosed):
            await edge()


@pytest.mark.parametrize("edge", ["user_speech_started", "user_speech_ended", "playback_drained", "playback_flushed"])
async def test_an_edge_that_is_cancelled_is_believed_and_no_prompt_is_lost(
    edge: str, autojump_clock: MockClock
) -> None:
    async with stage(builder().context_delivery(ContextDelivery.DEFERRED)) as talk:
        pending = talk.talk.pending
        assert pending is not None
        pending.set_prompt()
        with trio.CancelScope() as scope:
            scope.cancel()
            await getattr(talk.session, edge)()
        assert scope.cancelled_caught
        assert talk.news() == []
        assert pending.has_prompt()


async def test_reactions_to_a_server_that_reports_without_end_are_bounded_and_counted(
    autojump_clock: MockClock,
) -> None:
    fact = SendContext((Content.of("A fact.", "model"),))
    rule = Rule("tells", lambda event, _: fact if isinstance(event, UserSpeechStarted) else None)
    peer = Peer(capacity=1)
    async with stage(builder().reactor_rule(rule), peer=peer) as talk:
        with trio.move_on_after(1):
            while True:
                await talk.session.send_audio(b"0000")
        for _ in range(80):
            await peer.send(speech("START"))
            await settled()
            await peer.send(speech("END"))
            await settled()
        assert talk.session.telemetry.snapshot()["dropped"]["reactions to the server's reports"] > 0
        frames = []
        with trio.move_on_after(1):
            while True:
                frames += await peer.read()
        told = [line for line in lines_of(frames) if line.startswith("context: ")]
        assert 0 < len(told) < 80, "those that found room are done, in the end"
