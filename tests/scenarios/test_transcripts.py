"""What was said: one final text a turn and side, whatever order the pieces come in."""

from __future__ import annotations

import trio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import Diary, Frame, audio, builder, heard, interrupted, said, settled, text, thought, turn_complete
from tests.scenarios.harness import Stage, stage
from trio_live import Live, State, events
from trio_live.phases import user_has_spoken


def finals(talk: Stage) -> list[tuple[str, str]]:
    """The final transcripts that were published, as (side, text)."""
    return [
        ("model" if isinstance(event, events.OutputTranscript) else "user", event.text)
        for event in talk.seen
        if isinstance(event, events.OutputTranscript | events.InputTranscript) and event.is_final
    ]


def recorded(talk: Stage) -> list[tuple[str, str]]:
    return [(turn.user, turn.model) for turn in talk.talk.buffer.all_turns()]


def noting(diary: Diary) -> Live:
    return builder().on_input_transcript(diary.note("user")).on_output_transcript(diary.note("model"))


async def test_each_side_has_one_final_a_turn_with_all_it_said_and_the_callback_before_the_event(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    async with stage(noting(diary).on_turn_complete(diary.anote("complete"))) as talk:
        await talk.turn(heard("A ta"), heard("ble"), said("For "), said("two?"))
        await talk.turn(said("Hello?"))
        await talk.turn(heard("Yes"))
        await talk.hears(turn_complete())
        assert finals(talk) == [
            ("model", "For two?"), ("user", "A table"), ("model", "Hello?"), ("user", "Yes"),
        ]  # fmt: skip
        told = [entry for entry in diary.entries if len(entry) == 1 or entry[2]]
        assert [entry[:2] for entry in told] == [
            ("model", "For two?"), ("user", "A table"), ("complete",), ("model", "Hello?"), ("complete",),
            ("user", "Yes"), ("complete",), ("complete",),
        ]  # fmt: skip
        assert recorded(talk) == [("A table", "For two?"), ("", "Hello?"), ("Yes", "")]


async def test_a_final_comes_after_its_pieces_and_the_end_of_the_turn_after_everything_in_it(
    autojump_clock: MockClock,
) -> None:
    for _ in range(20):  # which lane wakes first is Trio's choice
        async with stage() as talk:
            await talk.turn(heard("Hi"), said("Yes"), audio(b"00"))
            kinds = [
                (type(event).__name__, getattr(event, "is_final", None))
                for event in talk.seen
                if not isinstance(event, events.Connected)
            ]
            assert sorted(kinds[:3]) == [("Audio", None), ("InputTranscript", False), ("OutputTranscript", False)]
            assert kinds[3:] == [("OutputTranscript", True), ("InputTranscript", True), ("TurnComplete", None)]


STORIES = st.lists(
    st.tuples(
        st.sampled_from(["audio", "said", "heard", "thought", "interrupted", "turn"]), st.sampled_from([None, 0.0, 0.3])
    ),
    max_size=25,
)
"""What the server sends, and whether it pauses then; without a pause it goes out together with what follows."""


@settings(deadline=None)
@given(story=STORIES, takes=st.sampled_from([0.0, 0.2, 1.0]))
@example(story=[("audio", None), ("interrupted", None), ("said", None), ("heard", None), ("turn", None)], takes=0.2)
@example(story=[("interrupted", None), *[("thought", None)] * 200, ("turn", None)], takes=0.0)
def test_whatever_waits_a_turn_ends_behind_all_that_came_before_its_end(
    story: list[tuple[str, float | None]], takes: float
) -> None:
    """Final texts and `TurnComplete` are the control lane's, the pieces the fast lane's, which may be behind."""

    async def main() -> None:
        async def slowly() -> None:
            await trio.sleep(takes)

        async with stage(builder().on_interrupted(slowly)) as talk:
            burst: list[Frame] = []
            for number, (kind, pause) in enumerate(story):
                burst += frames_of(kind, number)
                if pause is not None:
                    await talk.peer.send(*burst)
                    burst.clear()
                    await trio.sleep(pause)
            await talk.peer.send(*burst)
            await talk.after(60)
            ends = [number for number, (kind, _) in enumerate(story) if kind == "turn"]
            told: set[int] = set()
            ended = 0
            for event in talk.seen:
                if isinstance(event, events.TurnComplete):
                    ended += 1
                elif isinstance(event, events.InputTranscript | events.OutputTranscript) and event.is_final:
                    assert told.issuperset(map(int, event.text.split())), "a final text was told before its pieces"
                elif (piece := number_of(event)) is not None:
                    told.add(piece)
                    assert ended == 0 or ends[ended - 1] < piece, "a piece was told after the end of its turn"
            assert ended == len(ends)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def frames_of(kind: str, number: int) -> list[Frame]:
    """What a step of a story is on the wire; each turn holds a thing that is surely of it."""
    match kind:
        case "audio":
            return [audio(bytes([number, 0]))]
        case "said":
            return [said(f" {number}")]
        case "heard":
            return [heard(f" {number}")]
        case "thought":
            return [thought(str(number))]
        case "interrupted":
            return [interrupted()]
        case _:
            return [text(str(number)), turn_complete()]


def number_of(event: events.LiveEvent) -> int | None:
    """The step that a piece is of; ``None`` for what is no piece."""
    match event:
        case events.Audio(data=data):
            return data[0]
        case events.Thought(text=words) | events.TextDelta(text=words):
            return int(words)
        case events.InputTranscript(text=words) | events.OutputTranscript(text=words):
            return int(words)
        case _:
            return None


async def test_the_end_of_a_turn_does_not_wait_for_sound_that_waits_for_an_interruption_behind_it(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()
    async with stage(noting(diary).on_audio(diary.note("audio")).on_interrupted(diary.anote("interrupted"))) as talk:
        await talk.hears(said("Yes"), turn_complete(), interrupted(), audio(b"11"), said("No"), turn_complete())
        assert [name for name in diary.names() if name in {"audio", "interrupted"}] == ["interrupted", "audio"]
        assert finals(talk) == [("model", "Yes"), ("model", "No")]


async def test_a_fragment_that_comes_after_the_end_of_its_turn_opens_the_next(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        await talk.turn(heard("A table"), said("For two?"))
        await talk.hears(heard(" please"))
        await talk.turn(heard(" for two"), said("Done."))
        assert recorded(talk) == [("A table", "For two?"), (" please for two", "Done.")]
        assert [text for _, text in finals(talk)] == ["For two?", "A table", "Done.", " please for two"]


async def test_the_tail_of_the_question_may_come_while_the_model_speaks(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        await talk.turn(heard("A ta"), said("For "), heard("ble"), said("two?"))
        assert recorded(talk) == [("A table", "For two?")]


async def test_words_that_barge_in_belong_to_the_next_turn_and_unheard_words_of_the_model_are_gone(
    autojump_clock: MockClock,
) -> None:
    async with stage() as talk:
        await talk.turn(heard("The menu?"), said("We have fish and"), heard("No"), interrupted())
        await talk.turn(heard(" fish"), said("No fish."))
        assert recorded(talk) == [("The menu?", ""), ("No fish", "No fish.")]
        assert finals(talk) == [("user", "The menu?"), ("model", "No fish."), ("user", "No fish")]


async def test_a_typed_turn_stands_in_the_transcript_and_is_no_speech(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        await talk.session.send_text("A table for two")
        await settled()
        await talk.turn(text("Tonight?"))
        assert recorded(talk) == [("A table for two", "Tonight?")]
        assert finals(talk) == [], "nothing was spoken"
        assert user_has_spoken(talk.state)


async def test_a_line_typed_while_the_model_speaks_is_the_next_question(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        await talk.hears(heard("The menu?"), said("We have"))
        await talk.session.send_text("And wine?")
        await settled()
        await talk.turn(said(" fish."))
        await talk.turn(said("Red or white?"))
        assert recorded(talk) == [("The menu?", "We have fish."), ("And wine?", "Red or white?")]


async def test_no_word_of_the_user_is_lost_or_told_twice_under_many_senders(autojump_clock: MockClock) -> None:
    async with stage() as talk:
        words = [f"w{number}" for number in range(30)]

        async def typing() -> None:
            for word in words:
                await talk.session.send_text(word)
                await trio.sleep(0.1)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(typing)
            for _ in range(20):
                await talk.turn(said("Yes."))
                await trio.sleep(0.17)
        await talk.turn()
        told = " ".join(user for user, _ in recorded(talk)).split()
        assert told == words
        assert sum(line.startswith("user: ") for line in talk.lines) == len(words)


async def test_a_final_that_a_callback_spoils_is_published_all_the_same(autojump_clock: MockClock) -> None:
    def broken(words: str, is_final: bool) -> None:  # noqa: FBT001 - the callback's signature
        if is_final:
            raise ValueError(words)

    async with stage(builder().on_output_transcript(broken)) as talk:
        await talk.turn(said("Yes."))
        assert finals(talk) == [("model", "Yes.")]
        assert talk.errors == ["on_output_transcript: Yes."]
        assert talk.of(events.TurnComplete)


async def test_guards_may_wait_for_the_users_first_word(autojump_clock: MockClock) -> None:
    def state_of(talk: Stage) -> State:
        return talk.state

    async with stage() as talk:
        await talk.turn(said("Hello!"))
        assert not user_has_spoken(state_of(talk))
        await talk.turn(heard("Hi"))
        assert user_has_spoken(state_of(talk))
