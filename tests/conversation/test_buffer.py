from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trio_live.conversation import TranscriptBuffer, TranscriptTurn
from trio_live.conversation._internal import DEFAULT_CAPACITY
from trio_live.errors import ConfigError
from trio_live.events import ToolCallSummary


@pytest.fixture
def buffer() -> TranscriptBuffer:
    return TranscriptBuffer()


def ended(buffer: TranscriptBuffer, now: float = 0.0) -> TranscriptTurn:
    turn = buffer.end_turn(now)
    assert turn is not None
    return turn


# One turn.


def test_pieces_are_joined_as_they_come(buffer: TranscriptBuffer) -> None:
    for piece in ("What is", " the capital", " of France?"):
        buffer.push_input(piece)
    for piece in ("Par", "is", "."):
        buffer.push_output(piece)
    assert ended(buffer, now=12.5) == TranscriptTurn(0, "What is the capital of France?", "Paris.", (), 12.5)


def test_function_calls_stand_in_the_turn_as_summaries(buffer: TranscriptBuffer) -> None:
    buffer.push_tool_call("look_up", {"q": "x" * 300}, {"n": 1})
    call = ended(buffer).tool_calls[0]
    assert call == ToolCallSummary.of("look_up", {"q": "x" * 300}, {"n": 1})
    assert len(call.args_summary) == 200


def test_nothing_said_is_no_turn(buffer: TranscriptBuffer) -> None:
    buffer.push_input("")
    buffer.push_output("")
    buffer.push_typed("")
    buffer.push_text("")
    assert not buffer.has_pending()
    assert buffer.end_turn(1.0) is None
    assert (buffer.turn_count, buffer.retained_count()) == (0, 0)


def test_a_silent_turn_does_not_bring_back_old_words(buffer: TranscriptBuffer) -> None:
    buffer.push_input("hello")
    buffer.push_output("hi")
    ended(buffer)
    assert buffer.end_turn(1.0) is None
    buffer.push_output("are you there?")
    assert ended(buffer) == TranscriptTurn(1, "", "are you there?", (), 0.0)


@pytest.mark.parametrize(
    "push",
    [
        lambda b: b.push_input("x"),
        lambda b: b.push_typed("x"),
        lambda b: b.push_output("x"),
        lambda b: b.push_text("x"),
        lambda b: b.push_tool_call("x", {}, None),
    ],
)
def test_anything_is_pending_until_the_turn_ends(
    buffer: TranscriptBuffer, push: Callable[[TranscriptBuffer], None]
) -> None:
    push(buffer)
    assert buffer.has_pending()
    assert buffer.end_turn(0.0) is not None
    assert not buffer.has_pending()


# Late words.


def test_a_late_tail_of_the_question_joins_it(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Book a table")
    buffer.push_output("Sure")
    buffer.push_input(" for two.")
    buffer.push_output(", done.")
    turn = ended(buffer)
    assert (turn.user, turn.model) == ("Book a table for two.", "Sure, done.")
    assert not buffer.has_pending()


@pytest.mark.parametrize("report_first", [True, False])
def test_words_of_a_barge_in_open_the_next_turn(buffer: TranscriptBuffer, *, report_first: bool) -> None:
    buffer.push_input("Tell me a story.")
    buffer.push_output("Once upon a time there was")
    if report_first:
        buffer.mark_interrupted()
    buffer.push_input("No, a joke")
    if not report_first:
        buffer.mark_interrupted()
    buffer.push_input(" please.")
    first = ended(buffer)
    assert (first.user, first.model) == ("Tell me a story.", "Once upon a time there was")
    assert buffer.has_pending()
    buffer.push_output("A man walks into a bar.")
    second = ended(buffer)
    assert (second.turn_number, second.user, second.model) == (1, "No, a joke please.", "A man walks into a bar.")


def test_words_of_a_barge_in_open_the_next_turn_also_when_the_answer_was_dropped(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Tell me a story.")
    buffer.push_output("Once upon")
    buffer.mark_interrupted()
    buffer.truncate_current_model_turn()
    buffer.push_input("Stop.")
    assert ended(buffer) == TranscriptTurn(0, "Tell me a story.", "")
    assert ended(buffer) == TranscriptTurn(1, "Stop.", "")


def test_words_of_a_barge_in_open_the_next_turn_also_without_output_transcription(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Tell me a story.")
    buffer.mark_interrupted()
    buffer.push_input("Stop.")
    assert ended(buffer).user == "Tell me a story."
    assert ended(buffer).user == "Stop."


def test_an_interrupted_turn_with_nothing_in_it_keeps_what_it_carries(buffer: TranscriptBuffer) -> None:
    buffer.push_output("unheard")
    buffer.mark_interrupted()
    buffer.truncate_current_model_turn()
    buffer.push_input("Stop.")
    assert buffer.end_turn(0.0) is None
    assert buffer.turn_count == 0
    assert ended(buffer) == TranscriptTurn(0, "Stop.", "")


def test_the_mark_lasts_for_one_turn(buffer: TranscriptBuffer) -> None:
    buffer.push_output("a")
    buffer.mark_interrupted()
    ended(buffer)
    buffer.push_input("b")
    buffer.push_output("c")
    buffer.push_input("d")
    assert ended(buffer).user == "bd"


def test_a_fragment_after_the_end_of_its_turn_opens_the_next(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Goodnight")
    buffer.push_output("Sleep well.")
    first = ended(buffer)
    buffer.push_input(" then.")
    assert buffer.all_turns() == [first]
    assert buffer.has_pending()
    assert ended(buffer).user == " then."


# Typed lines and written answers.


def test_a_typed_line_counts_as_what_the_user_said(buffer: TranscriptBuffer) -> None:
    buffer.push_typed("What is the capital of France?")
    buffer.push_text("Par")
    buffer.push_text("is.")
    turn = ended(buffer)
    assert (turn.user, turn.model) == ("What is the capital of France?", "Paris.")


def test_typed_lines_are_set_off_by_a_space(buffer: TranscriptBuffer) -> None:
    buffer.push_input("so")
    buffer.push_typed("capital of France?")
    buffer.push_typed("And of Spain? ")
    buffer.push_typed("Quick.")
    buffer.push_input("please")
    assert ended(buffer).user == "so capital of France? And of Spain? Quick. please"


def test_a_line_typed_while_the_model_speaks_is_the_next_question(buffer: TranscriptBuffer) -> None:
    buffer.push_typed("Capital of France?")
    buffer.push_output("Paris.")
    buffer.push_typed("And of Spain?")
    assert ended(buffer).user == "Capital of France?"
    buffer.push_output("Madrid.")
    assert ended(buffer) == TranscriptTurn(1, "And of Spain?", "Madrid.")


def test_a_typed_line_divides_the_late_words(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Book a table")
    buffer.push_output("Sure")
    buffer.push_input(" for two.")
    buffer.push_typed("Outside!")
    buffer.push_input("If you can.")
    assert ended(buffer).user == "Book a table for two."
    assert ended(buffer).user == "Outside! If you can."


def test_a_spoken_answer_counts_before_a_written_one(buffer: TranscriptBuffer) -> None:
    buffer.push_text("Paris is the capital of France.")
    buffer.push_output("Paris is")
    assert ended(buffer).model == "Paris is"


# Cutting.


def test_an_interrupted_answer_is_cut_to_what_was_heard(buffer: TranscriptBuffer) -> None:
    buffer.push_output("The weather")
    buffer.push_output(" will be fine")
    buffer.cut_current_model_turn(18)
    buffer.mark_interrupted()
    assert buffer.final_output() == "The weather will"
    assert ended(buffer).model == "The weather will"


def test_pieces_that_come_after_the_cut_are_kept_as_far_as_was_heard(buffer: TranscriptBuffer) -> None:
    buffer.push_output("The wea")
    buffer.cut_current_model_turn(18)
    assert buffer.final_output() == "The wea"
    buffer.push_output("ther will be")
    assert buffer.final_output() == "The weather will"
    buffer.push_output(" fine")
    assert ended(buffer).model == "The weather will"


def test_a_cut_may_be_put_right_while_the_turn_runs(buffer: TranscriptBuffer) -> None:
    buffer.push_output("The weather will be fine")
    buffer.cut_current_model_turn(3)
    buffer.cut_current_model_turn(12)
    assert ended(buffer).model == "The weather"


def test_a_model_that_speaks_again_in_the_same_turn_was_not_cut_there(buffer: TranscriptBuffer) -> None:
    buffer.push_output("The weather will be fine")
    buffer.cut_current_model_turn(12)
    buffer.resume_model_turn()
    buffer.push_output("As I said,")
    buffer.resume_model_turn()
    buffer.push_output(" fine.")
    assert ended(buffer).model == "The weather As I said, fine."


def test_late_pieces_of_a_closed_turn_are_cut_with_it(buffer: TranscriptBuffer) -> None:
    buffer.push_output("The weather will")
    buffer.cut_current_model_turn(18)
    ended(buffer)
    assert buffer.amend_output(" be fine", 0.0) == TranscriptTurn(0, "", "The weather will")
    assert buffer.closed_output() == "The weather will"


def test_nobody_shortens_what_was_written(buffer: TranscriptBuffer) -> None:
    buffer.push_text("The weather will be fine")
    buffer.mark_interrupted()
    buffer.truncate_current_model_turn()
    buffer.cut_current_model_turn(3)
    assert ended(buffer).model == "The weather will be fine"


def test_what_was_not_heard_does_not_come_back_in_writing(buffer: TranscriptBuffer) -> None:
    buffer.push_text("The weather will be fine")
    buffer.push_output("The weather")
    buffer.truncate_current_model_turn()
    assert buffer.end_turn(0.0) is None


def test_truncating_drops_only_the_models_side(buffer: TranscriptBuffer) -> None:
    buffer.push_input("hi")
    buffer.push_tool_call("f", {}, None)
    buffer.push_output("hello")
    buffer.truncate_current_model_turn()
    turn = ended(buffer)
    assert (turn.user, turn.model, len(turn.tool_calls)) == ("hi", "", 1)


def test_an_authoritative_text_replaces_the_fragments(buffer: TranscriptBuffer) -> None:
    buffer.push_input("wat is")
    buffer.push_output("Pari")
    buffer.push_input(" tat")
    buffer.set_input_transcription("What is that?")
    buffer.set_output_transcription("Paris.")
    turn = ended(buffer)
    assert (turn.user, turn.model) == ("What is that?", "Paris.")


def test_an_authoritative_text_does_not_replace_what_was_typed(buffer: TranscriptBuffer) -> None:
    buffer.push_input("wat")
    buffer.push_typed("France")
    buffer.push_output("Paris")
    buffer.push_typed("Spain")
    buffer.set_input_transcription("What?")
    assert ended(buffer).user == "What? France"
    assert ended(buffer).user == "Spain"


def test_an_authoritative_text_may_be_empty(buffer: TranscriptBuffer) -> None:
    buffer.push_input("<noise>")
    buffer.push_output("hm")
    buffer.set_input_transcription("")
    buffer.set_output_transcription("")
    assert buffer.end_turn(0.0) is None


def test_an_authoritative_text_counts_as_speech(buffer: TranscriptBuffer) -> None:
    buffer.set_output_transcription("Paris")
    buffer.mark_interrupted()
    buffer.push_input("And Spain?")
    ended(buffer)
    assert ended(buffer).user == "And Spain?"


# Finals.


def test_finals_tell_what_was_heard_and_said_once(buffer: TranscriptBuffer) -> None:
    buffer.push_input("Hi")
    buffer.push_typed("typed")
    buffer.push_output("Hello")
    buffer.push_text("written")
    assert (buffer.final_input(), buffer.final_output()) == ("Hi", "Hello")
    ended(buffer)
    assert (buffer.final_input(), buffer.final_output()) == ("", "")


def test_words_of_a_barge_in_are_final_in_their_own_turn(buffer: TranscriptBuffer) -> None:
    buffer.push_input("a")
    buffer.push_output("b")
    buffer.push_input("c")
    buffer.mark_interrupted()
    assert buffer.final_input() == "a"
    ended(buffer)
    assert buffer.final_input() == "c"


def test_a_written_conversation_has_no_final_transcripts(buffer: TranscriptBuffer) -> None:
    buffer.push_typed("a")
    buffer.push_text("b")
    assert (buffer.final_input(), buffer.final_output()) == ("", "")


# The ring and its windows.


def filled(turns: int, capacity: int = DEFAULT_CAPACITY) -> TranscriptBuffer:
    buffer = TranscriptBuffer(capacity)
    for number in range(turns):
        buffer.push_input(f"u{number}")
        buffer.end_turn(float(number))
    return buffer


def test_fifty_turns_are_kept_and_all_are_counted() -> None:
    buffer = filled(60)
    assert (buffer.turn_count, buffer.retained_count()) == (60, 50)
    assert [turn.turn_number for turn in buffer.all_turns()] == list(range(10, 60))


@pytest.mark.parametrize(("n", "numbers"), [(0, []), (-1, []), (2, [1, 2]), (3, [0, 1, 2]), (9, [0, 1, 2])])
def test_a_window_is_the_newest_turns(n: int, numbers: list[int]) -> None:
    buffer = filled(3)
    assert [turn.turn_number for turn in buffer.window(n)] == numbers
    assert list(buffer.snapshot_window(n)) == buffer.window(n)
    assert buffer.format_window(n) == buffer.snapshot_window(n).formatted()


def test_a_window_with_the_current_turn_has_one_more() -> None:
    buffer = filled(3)
    buffer.push_input("now")
    buffer.push_output("yes")
    buffer.push_input(" please")
    window = buffer.snapshot_window_with_current(2, now=9.0)
    assert [turn.turn_number for turn in window] == [1, 2, 3]
    assert window.turns[-1] == TranscriptTurn(3, "now please", "yes", (), 9.0)
    assert buffer.snapshot_window_with_current(0, now=9.0).turns == window.turns[-1:]


def test_a_window_with_the_current_turn_has_no_more_when_nothing_is_pending() -> None:
    buffer = filled(3)
    assert buffer.snapshot_window_with_current(2, now=9.0) == buffer.snapshot_window(2)


def test_a_window_stays_as_it_was_taken() -> None:
    buffer = filled(2)
    window, turns = buffer.snapshot_window(2), buffer.all_turns()
    buffer.push_input("more")
    buffer.end_turn(5.0)
    assert len(window) == len(turns) == 2


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_buffer_for_no_turns_is_refused(capacity: int) -> None:
    with pytest.raises(ConfigError, match="keeps nothing"):
        TranscriptBuffer(capacity)


# Whatever happens.

_STEPS: dict[str, Callable[[TranscriptBuffer, str], object]] = {
    "heard": lambda b, text: b.push_input(text),
    "said": lambda b, text: b.push_output(text),
    "written": lambda b, text: b.push_text(text),
    "tool": lambda b, text: b.push_tool_call(text, {}, text),
    "interrupted": lambda b, _: b.mark_interrupted(),
    "truncated": lambda b, _: b.truncate_current_model_turn(),
    "cut": lambda b, text: b.cut_current_model_turn(len(text)),
    "resumed": lambda b, _: b.resume_model_turn(),
    "end": lambda b, _: b.end_turn(0.0),
}
histories = st.lists(st.tuples(st.sampled_from(sorted(_STEPS)), st.text(max_size=6)), max_size=60)


@given(histories, st.integers(1, 5))
def test_e8_every_word_heard_stands_in_one_turn_in_order(history: list[tuple[str, str]], capacity: int) -> None:
    buffer, recorded, heard = TranscriptBuffer(capacity), "", ""
    for step, text in history:
        heard += text if step == "heard" else ""
        result = _STEPS[step](buffer, text)
        recorded += result.user if isinstance(result, TranscriptTurn) else ""
        pending = buffer.snapshot_window_with_current(0, 0.0)
        assert recorded + "".join(turn.user for turn in pending) == heard


@given(histories)
def test_the_finals_of_all_turns_are_all_that_was_heard(history: list[tuple[str, str]]) -> None:
    buffer, finals = TranscriptBuffer(), list[str]()
    for step, text in [*history, ("end", ""), ("end", "")]:
        if step == "end":
            final_input, final_output = buffer.final_input(), buffer.final_output()
            turn = buffer.end_turn(0.0)
            assert final_input == (turn.user if turn else "")
            assert final_output in {"", turn.model if turn else ""}
            finals.append(final_input)
        else:
            _STEPS[step](buffer, text)
    assert "".join(finals) == "".join(words for kind, words in history if kind == "heard")


@given(histories, st.integers(1, 5), st.integers(0, 7))
def test_e9_numbers_are_consecutive_and_windows_are_suffixes(
    history: list[tuple[str, str]], capacity: int, n: int
) -> None:
    buffer, recorded = TranscriptBuffer(capacity), list[TranscriptTurn]()
    for step, text in history:
        result = _STEPS[step](buffer, text)
        if isinstance(result, TranscriptTurn):
            recorded.append(result)
    assert [turn.turn_number for turn in recorded] == list(range(buffer.turn_count))
    assert buffer.all_turns() == recorded[-capacity:]
    assert buffer.retained_count() == min(capacity, len(recorded))
    assert buffer.window(n) == (recorded[-min(n, capacity) :] if n else [])


class Conversation(RuleBasedStateMachine):
    """Against a model that keeps every word of the user with the turn it was spoken in."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = TranscriptBuffer()
        self.ours: list[str] = []
        self.next: list[str] = []
        self.late: list[str] = []
        self.model_spoke = self.cut_short = False
        self.words = 0

    def word(self) -> str:
        self.words += 1
        return f"<{self.words}>"

    @rule()
    def hears(self) -> None:
        word = self.word()
        self.buffer.push_input(word)
        if self.next:
            self.next.append(word)
        elif self.model_spoke or self.cut_short:
            self.late.append(word)
        else:
            self.ours.append(word)

    @rule()
    def reads(self) -> None:
        word = self.word()
        self.buffer.push_typed(word)
        (self.next if self.model_spoke or self.cut_short else self.ours).append(word)

    @rule(aloud=st.booleans())
    def answers(self, *, aloud: bool) -> None:
        (self.buffer.push_output if aloud else self.buffer.push_text)("…")
        self.model_spoke = True

    @rule()
    def is_interrupted(self) -> None:
        self.buffer.mark_interrupted()
        self.buffer.truncate_current_model_turn()
        self.cut_short = True

    @rule()
    def ends(self) -> None:
        ours, following = (self.ours, self.late) if self.cut_short else (self.ours + self.late, [])
        turn = self.buffer.end_turn(0.0)
        assert (turn.user.replace(" ", "") if turn else "") == "".join(ours)
        self.ours, self.late, self.next = following + self.next, [], []
        self.model_spoke = self.cut_short = False

    @invariant()
    def shows_everything_pending(self) -> None:
        shown = "".join(turn.user for turn in self.buffer.snapshot_window_with_current(0, 0.0))
        assert shown.replace(" ", "") == "".join(self.ours + self.late + self.next)


TestConversation = Conversation.TestCase
