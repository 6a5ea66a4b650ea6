"""This side listens: edges and marks around their sound, and a model that is silenced here first."""

from __future__ import annotations

import base64
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.control.microphone.sounds import FRAME_MS, LOUD, QUIET, Sharp
from tests.peer import Diary, Frame, Peer, audio, builder, interrupted, settled, turn_complete
from tests.scenarios.harness import Stage, stage, truth
from trio_live import ConfigError, ContextDelivery, Live, events
from trio_live.emulator import open_emulator
from trio_live.phases import Phase, Transition
from trio_live.voice import IMMEDIATE_COMMIT, VadState

SECOND = bytes(48_000)


def listening() -> Live:
    return builder().input_vad(backend=Sharp)


def authority(eot_hold: float = 400, min_interruption: float = 600) -> Live:
    return listening().client_interruption_authority().turn_commit_ms(eot_hold, min_interruption)


def said(frame: Frame) -> str:
    """Sound as its length in milliseconds, loud in capitals; marks by their names."""
    realtime: dict[str, Any] = frame["realtimeInput"]
    if "audio" not in realtime:
        return next(iter(realtime)).removeprefix("activity").lower()
    data = base64.b64decode(realtime["audio"]["data"])
    return f"{'LOUD' if any(data) else 'quiet'} {len(data) // 32}"


def spoken(talk: Stage) -> list[str]:
    """What the server was told."""
    return [said(frame) for frame in talk.peer.talk if "realtimeInput" in frame]


def is_speaking(talk: Stage) -> bool:
    return talk.session.voice_state.user_speaking


async def speak(talk: Stage, milliseconds: int, sound: bytes = LOUD) -> None:
    """At the pace of a microphone."""
    for _ in range(milliseconds // FRAME_MS):
        await talk.session.send_audio(sound)
        await trio.sleep(FRAME_MS / 1000)


def volumes(talk: Stage) -> list[float]:
    return [event.volume for event in talk.of(events.PlaybackVolume)]


async def test_edges_are_found_and_nothing_is_marked_where_the_server_listens(autojump_clock: MockClock) -> None:
    async with stage(listening()) as talk:
        assert talk.session.input_vad_state is not None
        await speak(talk, 40)
        assert talk.session.voice_state.user_speaking
        assert talk.session.input_vad_state.state is VadState.SPEECH
        await speak(talk, 40, QUIET)
        assert not (await after(talk)).user_speaking
        assert spoken(talk) == ["LOUD 20"] * 2 + ["quiet 20"] * 2
        assert volumes(talk) == []
    async with stage() as talk:
        assert talk.session.input_vad_state is None


async def after(talk: Stage) -> Any:
    await settled()
    return talk.session.voice_state


async def test_turns_are_marked_around_their_sound_and_what_came_before_is_sent_again(
    autojump_clock: MockClock,
) -> None:
    async with stage(authority(eot_hold=100)) as talk:
        await speak(talk, 40, QUIET)
        await speak(talk, 40)
        await speak(talk, 200, QUIET)
        assert spoken(talk) == [
            *("quiet 20", "quiet 20", "start", "quiet 40", "LOUD 20", "LOUD 20"),
            *(["quiet 20"] * 6),
            "end",
            *(["quiet 20"] * 4),
        ]


async def test_a_long_chunk_is_marked_as_short_ones_would_be(autojump_clock: MockClock) -> None:
    async with stage(authority(eot_hold=0)) as talk:
        await talk.session.send_audio(QUIET * 5 + LOUD * 3 + QUIET * 2 + LOUD)
        assert spoken(talk) == [
            *("quiet 100", "start", "quiet 100", "LOUD 20", "LOUD 40", "quiet 20", "end"),
            *("quiet 20", "start", "quiet 40", "LOUD 20"),
        ]


async def test_the_caller_silences_the_model_here_and_now_and_what_still_comes_of_it_is_not_heard(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    live = authority(min_interruption=0).on_audio(diary.note("audio")).on_interrupted(diary.anote("interrupted"))
    async with stage(live) as talk:
        await talk.hears(audio(SECOND), audio(SECOND))
        await speak(talk, 20)
        assert diary.names() == ["audio", "audio", "interrupted"]
        assert spoken(talk)[:1] == ["start"]
        assert not (await after(talk)).playback_active
        await talk.hears(audio(SECOND), interrupted(), turn_complete(), audio(SECOND))
        assert diary.names() == ["audio", "audio", "interrupted", "audio"], "once, and the next answer is heard"
        assert len(talk.of(events.Interrupted)) == 1
        assert volumes(talk) == []


async def test_mm_hm_makes_it_quieter_for_a_moment_and_changes_nothing_else(autojump_clock: MockClock) -> None:
    async with stage(authority()) as talk:
        await talk.hears(audio(SECOND * 5))
        await speak(talk, 300)
        assert volumes(talk) == [0.3]
        await speak(talk, 40, QUIET)
        assert volumes(talk) == [0.3, 1.0]
        assert not talk.of(events.Interrupted)
        assert not [word for word in spoken(talk) if word in ("start", "end")]


async def test_a_sentence_interrupts_when_it_has_lasted_and_is_heard_from_its_beginning(
    autojump_clock: MockClock,
) -> None:
    async with stage(authority()) as talk:
        await talk.hears(audio(SECOND * 5))
        await speak(talk, 600)
        assert not talk.of(events.Interrupted)
        await speak(talk, 20)
        await settled()
        assert len(talk.of(events.Interrupted)) == 1
        assert volumes(talk) == [0.3, 1.0]
        assert spoken(talk)[-3:] == ["start", "LOUD 600", "LOUD 20"]


@pytest.mark.parametrize("cuts", [True, False])
async def test_where_the_server_decides_only_the_volume_changes_here(autojump_clock: MockClock, *, cuts: bool) -> None:
    async with stage(listening().turn_commit_ms(400, 200)) as talk:
        await talk.hears(audio(SECOND * 5))
        await speak(talk, 400)
        assert volumes(talk) == [0.3]
        assert not talk.of(events.Interrupted)
        if cuts:
            await talk.hears(interrupted())
            assert talk.seen.index(events.Interrupted()) < talk.seen.index(events.PlaybackVolume(1.0))
        else:
            await speak(talk, 600, QUIET)
        assert volumes(talk) == [0.3, 1.0]


async def test_nobody_interrupts_a_model_that_must_not_be(autojump_clock: MockClock) -> None:
    live = authority().no_interruption()
    async with stage(live) as talk:
        assert talk.peer.setup["realtimeInputConfig"]["activityHandling"] == "NO_INTERRUPTION"
        await talk.hears(audio(SECOND * 5))
        await speak(talk, 1000)
        await speak(talk, 500, QUIET)
        assert not talk.of(events.Interrupted)
        assert volumes(talk) == []
        assert [word for word in spoken(talk) if word in ("start", "end")] == ["start", "end"]


async def test_a_greeting_is_not_talked_away_and_its_caller_counts_as_silent(autojump_clock: MockClock) -> None:
    live = authority(min_interruption=0).greeting("Greet.", protected=2)
    async with stage(live) as talk:
        await talk.hears(audio(SECOND * 3))
        await speak(talk, 200)
        assert spoken(talk) == ["quiet 20"] * 10
        assert not (await after(talk)).user_speaking
        await trio.sleep(2)
        await speak(talk, 20)
        assert "start" in spoken(talk)


async def test_a_muted_microphone_goes_on_with_silence_and_so_the_turn_ends(autojump_clock: MockClock) -> None:
    async with stage(authority(eot_hold=100)) as talk:
        await speak(talk, 40)
        assert not talk.session.microphone_muted
        talk.session.microphone_muted = True
        await speak(talk, 200)
        assert talk.session.microphone_muted
        words = spoken(talk)
        assert words.count("LOUD 20") == 2
        assert words.count("quiet 20") == 10
        assert words.count("end") == 1
        assert not talk.session.telemetry.snapshot()["dropped"]


async def test_a_microphone_that_is_off_ends_the_turn(autojump_clock: MockClock) -> None:
    async with stage(authority()) as talk:
        await speak(talk, 40)
        await talk.session.end_audio_stream()
        assert spoken(talk)[-1] == "end", "the mark, and none that the server does not know in this mode"
        assert not (await after(talk)).user_speaking
    async with stage(listening()) as talk:
        await speak(talk, 40)
        await talk.session.end_audio_stream()
        assert spoken(talk)[-1] == "audioStreamEnd".lower()


async def test_speech_that_is_found_here_cancels_a_deferred_prompt(autojump_clock: MockClock) -> None:
    a = Phase("a", "Be a.", transitions=[Transition("b", truth("b"))])
    b = Phase("b", "Be b.", prompt_on_enter=True)
    live = listening().initial_phase("a").phases(a, b).context_delivery(ContextDelivery.DEFERRED)
    async with stage(live) as talk:
        talk.state.set("b", True)
        await talk.turn()
        await speak(talk, 20)
        await speak(talk, 20, QUIET)
        await trio.sleep(10)
        assert "prompt" not in talk.news()


async def test_of_many_senders_the_edges_alternate_and_no_sound_is_lost(autojump_clock: MockClock) -> None:
    peer = Peer(capacity=1)
    async with stage(authority(0, 0), peer=peer) as talk:
        frames: list[Frame] = []

        async def read() -> None:
            while True:
                await trio.sleep(0.01)
                frames.extend(await peer.read())

        async def chatter(sound: bytes) -> None:
            for _ in range(20):
                await talk.session.send_audio(sound)

        async with trio.open_nursery() as reading:
            reading.start_soon(read)
            async with trio.open_nursery() as nursery:
                for sound in (LOUD, QUIET) * 3:
                    nursery.start_soon(chatter, sound)
            await talk.session.flush()
            await trio.sleep(1)
            reading.cancel_scope.cancel()
        words = [said(frame) for frame in frames if "realtimeInput" in frame]
        marks = [word for word in words if word in ("start", "end")]
        assert marks == [("start", "end")[number % 2] for number in range(len(marks))]
        assert len(marks) > 2
        open_ = False
        for before, word in zip(["", *words], words, strict=False):
            open_ = word == "start" or (open_ and word != "end")
            assert open_ or not word.startswith("LOUD"), f"{word} after {before}: speech stands between its marks"


@pytest.mark.parametrize("pause", [0, 1, 2, 3])
async def test_cancelled_while_an_edge_is_told_the_next_sender_goes_on(pause: int, autojump_clock: MockClock) -> None:
    async with stage(authority(0, 0)) as talk:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(talk.session.send_audio, LOUD)
                for _ in range(pause):
                    await trio.lowlevel.checkpoint()
                scope.cancel()
        with trio.fail_after(1):
            await talk.session.send_audio(LOUD)
            await talk.session.send_audio(QUIET)
        await settled()
        marks = [word for word in spoken(talk) if word in ("start", "end")]
        assert marks == ["start", "end"], "whoever was cancelled has begun the turn all the same"


def test_what_cannot_work_is_refused() -> None:
    other = attrs.evolve(Sharp.USUAL, sample_rate=8000)
    with pytest.raises(ConfigError, match="send_audio takes 16000 samples a second, and the detector 8000"):
        builder().input_vad(other)
    with pytest.raises(TypeError):
        builder().input_vad("loud")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        builder().turn_commit("soon")  # type: ignore[arg-type]


async def test_a_server_that_listens_for_itself_cannot_be_told_when(autojump_clock: MockClock) -> None:
    with pytest.raises(ConfigError, match="needs the server's detection off"):
        async with stage(authority().vad(disabled=False)):
            pass
    live = builder().client_interruption_authority().client_interruption_authority(False).turn_commit(IMMEDIATE_COMMIT)
    async with stage(live) as talk:
        assert not talk.peer.setup.get("realtimeInputConfig", {}).get("automaticActivityDetection", {}).get("disabled")


async def test_an_edge_that_the_program_hears_is_judged_by_the_policy(autojump_clock: MockClock) -> None:
    async with stage(authority(eot_hold=100)) as talk:
        await speak(talk, 40, QUIET)
        await talk.session.user_speech_started()
        assert is_speaking(talk)
        await speak(talk, 40, QUIET)
        await talk.session.user_speech_ended()
        assert not is_speaking(talk)
        await speak(talk, 100, QUIET)
        await settled()
        lines = spoken(talk)
        assert lines[2] == "start"
        assert lines[-2:] == ["quiet 20", "end"]
        assert lines.count("start") == lines.count("end") == 1


async def test_a_word_over_the_model_that_the_program_hears_interrupts_only_when_it_lasts(
    autojump_clock: MockClock,
) -> None:
    async with stage(authority()) as talk:
        await talk.hears(audio(SECOND * 20))
        await talk.session.user_speech_started()
        await speak(talk, 100, QUIET)
        await talk.session.user_speech_ended()
        await settled()
        assert volumes(talk) == [0.3, 1.0]
        assert talk.of(events.Interrupted) == []
        await talk.session.user_speech_started()
        await speak(talk, 640, QUIET)
        await settled()
        assert len(talk.of(events.Interrupted)) == 1
        assert "start" in spoken(talk)


async def test_the_program_interrupts_at_once_where_every_edge_counts(autojump_clock: MockClock) -> None:
    async with stage(listening().client_interruption_authority().turn_commit(IMMEDIATE_COMMIT)) as talk:
        await talk.hears(audio(SECOND * 20))
        await talk.session.user_speech_started()
        await settled()
        assert len(talk.of(events.Interrupted)) == 1
        assert spoken(talk) == ["start"]


async def test_over_a_socket_the_edges_of_the_program_are_a_turn() -> None:
    live = builder().client_interruption_authority().turn_commit(IMMEDIATE_COMMIT)
    with trio.fail_after(10):
        async with (
            open_emulator(time_scale=20) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            await session.user_speech_started()
            for _ in range(20):
                await session.send_audio(LOUD)
            await session.user_speech_ended()
            async for event in stream:
                assert not isinstance(event, events.Error), event
                if isinstance(event, events.TurnComplete):
                    break
