"""What is sent again, what is told, and what counts as read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.events._internal import Command, SendAudio, SendClientContent, SendText, SendToolResponse, Steer
from trio_live.resilience._guarantees import Kind
from trio_live.resilience._unconfirmed import MOST_KEPT, Redelivery, Unconfirmed
from trio_live.wire import Content, FunctionResponse, Platform, profile_for
from trio_live.wire_events import Continuation

WORDS = SendText("Hi")
CONTEXT = SendClientContent((Content.of("We are full."),), turn_complete=False)
ANSWER = SendToolResponse((FunctionResponse(id="1", name="f", response={}),))
SOUND = SendAudio(b"00")


def log(*commands: Command, indexed: bool = False) -> Unconfirmed:
    made = Unconfirmed(profile_for("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI))
    made.begin(indexed=indexed)
    for command in commands:
        made.wrote(command, 1, in_answer=False)
    return made


def test_what_nobody_has_shown_to_have_read_is_told_or_sent_again() -> None:
    lost = log(WORDS, SOUND, CONTEXT, ANSWER, Steer(instruction="x")).lost(Continuation.RESUMED)
    assert lost == Redelivery((CONTEXT, ANSWER), ((Kind.WORDS, "Hi"),))


def test_the_end_of_a_turn_shows_that_words_were_read_and_a_handle_after_it_that_context_was() -> None:
    sent = log(WORDS, CONTEXT)
    sent.turn_over()
    sent.wrote(ANSWER, 1, in_answer=False)
    assert len(sent) == 2
    sent.handle_given(None)
    assert sent.lost(Continuation.RESUMED) == Redelivery((ANSWER,))


def test_the_end_of_a_turn_that_ran_already_shows_nothing() -> None:
    sent = log()
    sent.wrote(WORDS, 1, in_answer=True)
    sent.turn_over()
    assert len(sent) == 1
    sent.turn_over()
    assert len(sent) == 0


def test_where_the_server_says_how_far_it_has_read_that_decides() -> None:
    sent = log(WORDS, SOUND, CONTEXT, SendText("more"), indexed=True)
    sent.turn_over()
    sent.handle_given(2)
    assert sent.lost(Continuation.RESUMED) == Redelivery((SendText("more"),))


def test_without_any_word_of_the_server_the_handle_is_from_before_and_holds_nothing_of_this_connection() -> None:
    assert log(WORDS, CONTEXT, indexed=True).lost(Continuation.RESUMED) == Redelivery((WORDS, CONTEXT))


def test_a_server_that_counts_from_one_is_noticed() -> None:
    sent = log(WORDS, SOUND, indexed=True)
    sent.handle_given(2)  # of two messages: it counts from 1
    sent.wrote(SendText("a"), 1, in_answer=False)
    sent.wrote(SendText("b"), 1, in_answer=False)
    sent.handle_given(3)
    assert sent.lost(Continuation.RESUMED) == Redelivery((SendText("b"),))


def test_an_index_says_nothing_about_a_talk_that_begins_anew() -> None:
    assert log(WORDS, indexed=True).lost(Continuation.LOST) == Redelivery((), ((Kind.WORDS, "Hi"),))


def test_a_server_that_shows_nothing_fills_no_memory() -> None:
    assert len(log(*[WORDS] * (2 * MOST_KEPT))) == MOST_KEPT


@given(st.lists(st.sampled_from([WORDS, CONTEXT, ANSWER, SOUND]), max_size=20), st.data())
def test_with_an_index_everything_is_read_once(commands: list[Command], data: st.DataObject) -> None:
    """The server has read a beginning of what was sent; the rest is sent again, in order, and nothing else."""
    read = data.draw(st.integers(0, len(commands)))
    sent = log(*commands, indexed=True)
    if read:
        sent.handle_given(read - 1)
    lost = sent.lost(Continuation.RESUMED)
    assert lost.undecided == ()
    assert [*lost.again] == [command for command in commands[read:] if command is not SOUND]


@given(st.lists(st.sampled_from([WORDS, CONTEXT, ANSWER, SOUND]), max_size=20))
def test_without_one_nothing_is_both_told_and_sent_again(commands: list[Command]) -> None:
    lost = log(*commands).lost(Continuation.RESUMED)
    assert len(lost.undecided) == commands.count(WORDS)
    assert [*lost.again] == [command for command in commands if command in (CONTEXT, ANSWER)]
