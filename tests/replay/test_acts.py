"""What the program asked of a session when it was recorded, asked again."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import (
    Peer,
    audio,
    builder,
    call_of,
    heard,
    interrupted,
    resumable,
    said,
    settled,
    text,
    tool_call,
    turn_complete,
)
from tests.replay.recordings import record, same_again, sent
from trio_live import Content, FunctionResponse, Live, LiveHandle, State, events, tool
from trio_live.errors import ConfigError
from trio_live.extraction import RuleExtractor, keywords
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay import recorded_agent, replay_now, replay_session


def recorded(live: Live, during: object) -> list[WireEntry]:
    async def make() -> list[WireEntry]:
        return await record(live, during)  # type: ignore[arg-type]

    return trio.run(make, clock=MockClock(autojump_threshold=0))


async def answer(peer: Peer, *words: str) -> None:
    await peer.send(*(said(word) for word in words), turn_complete())
    await settled()


def phased() -> Live:
    """An agent that goes on to its second phase, and tells the model so, when it finds a word in what was said."""
    return (
        builder()
        .transcription()
        .extractor(RuleExtractor("Found", {"topic": keywords({"price": "price"})}))
        .phase("first")
        .instruction("One.")
        .transition("second", lambda state: state.get("topic") == "price")
        .done()
        .phase("second")
        .instruction("Two.")
        .done()
        .initial_phase("first")
    )


def test_a_typed_call_is_the_same_again() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await trio.sleep(1)
        await session.send_text("Hello?")
        await trio.sleep(0.4)
        await answer(peer, "Hi ", "there.")
        await trio.sleep(2)
        await session.send_text("What is the price?")
        await trio.sleep(0.4)
        await answer(peer, "Ten.")
        await trio.sleep(1)
        await session.send_text("Good.")
        await trio.sleep(0.4)
        await answer(peer, "Bye.")

    entries = recorded(phased(), talk)
    assert any(b"Two." in frame for frame in sent(entries)), "the framework spoke, too"
    replayed = same_again(phased(), entries)
    assert replayed.phase == "second"
    assert replayed.transcript == (
        ("user", "Hello?"),
        ("model", "Hi there."),
        ("user", "What is the price?"),
        ("model", "Ten."),
        ("user", "Good."),
        ("model", "Bye."),
    )


def test_questions_are_asked_again_and_wait_for_their_turn() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.ask, "One?")
            await settled()
            nursery.start_soon(session.ask, "Two?")
            await trio.sleep(0.5)
            await answer(peer, "First.")
            await trio.sleep(0.5)
            assert peer.texts == ["One?", "Two?"]
            await answer(peer, "Second.")

    replayed = same_again(phased(), recorded(phased(), talk))
    assert [words for who, words in replayed.transcript if who == "user"] == ["One?", "Two?"]
    assert replayed.refused == ()


def test_a_question_that_was_given_up_makes_room_for_the_next() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        with trio.move_on_after(2):
            await session.ask("Anybody there?")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.ask, "Still nobody?")
            await trio.sleep(0.5)
            await answer(peer, "Here.")

    entries = recorded(builder().transcription(), talk)
    assert len(sent(entries)) == 3
    same_again(builder().transcription(), entries)


def test_what_callbacks_say_is_said_once() -> None:
    handles: list[LiveHandle] = []

    async def remark(_: State, __: object) -> None:
        await handles[-1].send_text("by a callback")

    async def keep(session: LiveHandle, peer: Peer) -> None:
        handles.append(session)
        await session.send_text("Hello?")
        await answer(peer, "Hi.")

    live = builder().transcription().on_turn_boundary(remark)
    entries = recorded(live, keep)

    async def again() -> list[bytes]:
        async with replay_session(live, entries) as replay:
            handles.append(replay.handle)
            replay.release()
            await replay.drained()
            return replay.outbound_frames()

    assert trio.run(again, clock=MockClock(autojump_threshold=0)) == sent(entries)


def test_sound_pictures_marks_and_turns_are_sent_again() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        for _ in range(5):
            await session.send_audio(bytes(range(64)) + b"\x01")  # half a sample waits for the next
            await trio.sleep(0.02)
        await session.send_video(b"\xff\xd8")
        session.microphone_muted = True
        await session.send_audio(b"\x01" * 64)
        session.microphone_muted = False
        await session.end_audio_stream()
        await session.writer.send_client_content([Content.of("old", "model")], turn_complete=False)
        await session.session.writer.send_text("raw")
        await session.update_instruction("Be brief.")
        await answer(peer, "Yes.")

    same_again(builder(), recorded(builder(), talk))


def test_sound_is_sent_again_and_silence_made_anew() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        for _ in range(3):
            await session.send_audio(bytes(640))
            await trio.sleep(7)
        await session.end_audio_stream()
        await answer(peer, "Yes.")

    live = builder().model("gemini-3.8-live").keep_alive(5)
    entries = recorded(live, talk)
    assert sum(b'"audio"' in frame for frame in sent(entries)) > 3
    same_again(live, entries)


def test_activity_is_found_again_in_the_sound() -> None:
    loud, quiet = (b"\x00\x40" * 40 + b"\x00\xc0" * 40) * 4, bytes(640)

    def live() -> Live:
        return builder().vad(disabled=True).input_vad().client_interruption_authority()

    async def talk(session: LiveHandle, peer: Peer) -> None:
        for sound in (*[quiet] * 20, *[loud] * 40, *[quiet] * 60):
            await session.send_audio(sound)
            await trio.sleep(0.02)
        await session.user_speech_started()
        await session.user_speech_ended()
        await answer(peer, "Yes.")

    entries = recorded(live(), talk)
    assert any(b"activityStart" in frame for frame in sent(entries))
    same_again(live(), entries)


def test_the_player_reports_again_what_was_heard() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await session.send_text("Tell me.")
        await peer.send(audio(bytes(48_000)), said("One two three four."))
        await trio.sleep(0.25)
        session.playback_progress(250)
        await peer.send(interrupted(), turn_complete())
        await session.playback_flushed()
        await session.playback_drained()
        await trio.sleep(1)

    live = builder().transcription()
    replayed = same_again(live, recorded(live, talk))
    assert replayed.transcript == (("user", "Tell me."), ("model", "One"))


def test_keys_and_moves_are_made_again() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        for digit in "12#":
            session.dtmf_received(digit)
            await trio.sleep(0.1)
        assert await session.transition_to("second", "the menu says so")
        await answer(peer, "Welcome.")

    replayed = same_again(phased(), recorded(phased(), talk))
    assert [event.digit for event in replayed.of(events.Dtmf)] == ["1", "2", "#"]
    assert replayed.phase == "second"


def test_what_the_program_answers_itself_is_answered_once() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await peer.send(tool_call(call_of("find", "1"), call_of("look", "2")))
        await trio.sleep(1)
        await session.send_tool_response([FunctionResponse(id="1", name="find", response={"found": 2})])
        await answer(peer, "Two.")

    @tool
    async def look() -> str:
        """Look."""
        return "seen"

    live = builder().add_tool({"name": "find"}).tools(look).manual_tools("find")
    entries = recorded(live, talk)
    same_again(live, entries)
    again = replay_now(recorded_agent(entries), entries)
    assert again.refused == ()
    assert sorted(str(response.id) for response in again.tool_responses) == ["1", "2"]


def test_words_that_were_typed_while_the_connection_was_lost_are_sent_by_the_next() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await session.send_text("Hello?")
        await peer.send(said("Hi."), resumable("h-1"), turn_complete())
        await trio.sleep(1)
        peer.close(1011, "gone")
        await session.done()

    live = builder().transcription()
    entries = recorded(live, talk)
    assert same_again(live, entries).transcript == (("user", "Hello?"), ("model", "Hi."))


def test_an_act_that_fails_now_is_told() -> None:
    async def talk(session: LiveHandle, _: Peer) -> None:
        await session.transition_to("second")

    replayed = replay_now(builder(), recorded(phased(), talk))
    assert replayed.refused == ("transition_to was done, and now fails: there is no phase 'second'; there are: none",)


def test_a_session_that_ends_before_its_recording_takes_no_more_of_it() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await answer(peer, "Bye.")
        await trio.sleep(60)
        await session.send_text("Hello?")
        await answer(peer, "Still here.")

    async def hang_up(replay: LiveHandle) -> None:
        async with replay.events() as stream:
            async for event in stream:
                if isinstance(event, events.TurnComplete):
                    await replay.disconnect()

    async def again() -> float:
        async with replay_session(builder(), entries) as replay, trio.open_nursery() as nursery:
            nursery.start_soon(hang_up, replay.handle)
            await settled()
            replay.release()
            await replay.drained()
            return trio.current_time()

    entries = recorded(builder(), talk)
    assert trio.run(again, clock=MockClock(autojump_threshold=0)) < 30


def test_old_recordings_are_played_without_what_was_asked_for() -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        await session.send_text("Hello?")
        await peer.send(heard("Hm."), text("Hi."), turn_complete())
        await settled()

    live = builder().transcription()
    old = [entry for entry in recorded(live, talk) if entry.direction is not WireDirection.APP]
    replayed = replay_now(live, old)
    assert replayed.transcript == (("user", "Hm."), ("model", "Hi."))
    assert len(replayed.sent) == 1


def test_what_is_asked_for_in_an_unknown_way_is_named_before_anything_is_played() -> None:
    async def talk(_: LiveHandle, peer: Peer) -> None:
        await answer(peer, "Hi.")

    entries = [*recorded(builder(), talk), WireEntry(99, WireDirection.APP, 0, b'{"act":1,"verb":"sing"}')]
    with pytest.raises(ConfigError, match="frame 99"):
        replay_now(builder(), entries)


STEPS = st.sampled_from(["type", "price", "ask", "give up", "sound", "key", "move", "answer", "wait"])


@given(st.lists(STEPS, max_size=8))
@settings(max_examples=25, deadline=None)
def test_whatever_was_typed_and_asked_is_the_same_again(steps: list[str]) -> None:
    async def talk(session: LiveHandle, peer: Peer) -> None:
        for number, step in enumerate(steps):
            match step:
                case "type" | "price":
                    await session.send_text(f"{number}: {step}")
                case "ask":
                    async with trio.open_nursery() as nursery:
                        nursery.start_soon(session.ask, f"{number}?")
                        await trio.sleep(0.5)
                        await answer(peer, f"{number}!")
                        await trio.sleep(5)
                        nursery.cancel_scope.cancel()
                case "give up":
                    with trio.move_on_after(1):
                        await session.ask(f"{number}?")
                case "sound":
                    await session.send_audio(bytes([number + 1] * 640))
                case "key":
                    session.dtmf_received("5")
                case "move":
                    await session.transition_to("second")
                case "answer":
                    await answer(peer, f"{number}.")
                case _:
                    await trio.sleep(3)

    entries = recorded(phased(), talk)
    assert same_again(phased(), entries).refused == ()
