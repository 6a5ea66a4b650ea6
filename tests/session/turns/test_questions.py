"""Which turn answers which question: a list of what was sent and received, and what is known of the answers then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events._internal import SendClientContent, SendText, SendToolResponse
from trio_live.session._turns import Certainty, Ended, Questions, Standing
from trio_live.session._turns._questions import MOST_IN_LINE
from trio_live.wire import FunctionCall, FunctionResponse

OPEN, LIKELY, OVER = Certainty.OPEN, Certainty.LIKELY, Certainty.OVER
LOOK_UP = FunctionCall(id="1", name="look_up")


class Link:
    """One session: what is sent, what the server says, and the turns, which are numbered from 0."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.questions = Questions(lambda call: (call.id or "") in self.open)
        self.turn = 0
        self._acted = self._was_cut_off = False

    def ask(self) -> int:
        number = self.questions.open()
        self.send(number)
        return number

    def send(self, question: int = 0, *, behind_speech: bool = False) -> None:
        self.questions.sent(SendText("Well?", question=question), behind_speech=behind_speech)

    def remark(self) -> None:
        self.questions.sent(SendClientContent((), turn_complete=False), is_certain=False)

    def says(self, *calls: FunctionCall) -> None:
        self._acted = True
        self.open |= {call.id or "" for call in calls}
        self.questions.acts(calls)

    def answers(self, call: FunctionCall, scheduling: str | None = None, *, more: bool = False) -> None:
        if not more:
            self.open.discard(call.id or "")
        response = FunctionResponse(call.id, call.name, {}, scheduling, will_continue=more or None)
        self.questions.sent(SendToolResponse((response,)))

    def interrupted(self) -> None:
        self.questions.interrupted()

    def over(self, *, is_sure: bool = True, cut: bool = False) -> None:
        self.questions.over(Ended(self.turn, acted=self._acted, is_sure=is_sure and self._acted, cut=cut))
        self.turn, self._acted = self.turn + 1, False

    def whole_turn(self) -> None:
        self.says()
        self.over()

    def known(self, question: int, *, with_results: bool = True) -> Standing:
        return self.questions.standing(question, with_results=with_results)


@pytest.fixture
def link() -> Link:
    return Link()


def test_the_next_turn_is_the_answer(link: Link) -> None:
    question = link.ask()
    assert link.known(question) == Standing()
    assert link.questions.is_unanswered(question)
    link.says()
    assert link.known(question) == Standing()
    link.over()
    assert link.known(question) == Standing(OVER, (0,))
    assert not link.questions.is_unanswered(question)


def test_a_turn_that_had_begun_is_about_something_else(link: Link) -> None:
    link.says()
    question = link.ask()
    link.over()
    assert link.known(question) == Standing()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_a_turn_of_its_own_that_the_question_interrupts_is_not_the_answer(link: Link) -> None:
    question = link.ask()  # crosses the first words of something that the server began by itself
    link.says()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_what_the_user_interrupts_is_the_answer_so_far_as_it_came(link: Link) -> None:
    question = link.ask()
    link.says()
    link.questions.heard()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing(OVER, (0,), interrupted=True)


def test_what_other_words_interrupt_is_the_answer_so_far_as_it_came(link: Link) -> None:
    question = link.ask()
    link.says()
    link.send()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing(OVER, (0,), interrupted=True)


def test_a_question_before_whose_answer_something_else_was_asked_gets_none(link: Link) -> None:
    question = link.ask()
    link.send()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing(OVER, (0,), interrupted=True)


def test_an_interruption_of_nothing_answers_nothing(link: Link) -> None:
    question = link.ask()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_a_reminder_that_was_sent_before_is_answered_before(link: Link) -> None:
    link.send()
    question = link.ask()
    link.says()
    link.interrupted()
    link.over()
    assert link.known(question).certainty is not OVER
    link.says()
    assert link.known(question) == Standing()
    link.over()
    assert link.known(question) == Standing(OVER, (1,))


def test_a_reminder_that_the_server_answers_to_its_end_is_answered_before(link: Link) -> None:
    link.send()
    question = link.ask()
    link.whole_turn()
    assert link.known(question) == Standing(LIKELY, (0,)), "the server may have answered both at once"
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_a_reminder_behind_the_question_is_answered_behind_it(link: Link) -> None:
    question = link.ask()
    link.says()
    link.send()
    link.over()
    assert link.known(question) == Standing(OVER, (0,))
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0,))


@pytest.mark.parametrize("prepare", [Link.remark, lambda link: link.send(behind_speech=False)])
def test_a_turn_whose_model_does_nothing_answers_only_if_nothing_follows(
    link: Link, prepare: Callable[[Link], None]
) -> None:
    question = link.ask()
    link.over()
    assert link.known(question) == Standing(LIKELY, (0,))
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))
    prepare(link)
    assert link.known(question) == Standing(OVER, (1,))


def test_a_remark_that_wants_no_answer_gives_way(link: Link) -> None:
    link.remark()
    question = link.ask()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0,))


def test_a_remark_that_is_answered_all_the_same_is_answered_first(link: Link) -> None:
    link.remark()
    link.says()
    question = link.ask()
    link.interrupted()
    link.over()
    assert link.known(question) == Standing()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_speech_that_waits_for_an_answer_is_answered_with_the_question_or_before_it(link: Link) -> None:
    question = link.questions.open()
    link.send(question, behind_speech=True)
    link.says()
    link.interrupted()  # the question has cut the answer to the speech off
    link.over()
    assert link.known(question).certainty is not OVER
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))
    other = link.questions.open()
    link.send(other, behind_speech=True)
    link.whole_turn()
    assert link.known(other) == Standing(OVER, (2,))


# -- functions --------------------------------------------------------------------------------------------------------


def test_a_function_that_the_model_waits_for_is_part_of_its_turn(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.answers(LOOK_UP)
    link.says()
    link.over()
    assert link.known(question) == Standing(OVER, (0,))


def test_a_turn_that_ends_with_a_result_goes_on_in_the_next(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.answers(LOOK_UP)
    link.over()
    assert link.known(question) == Standing(LIKELY, (0,))
    link.says()
    assert link.known(question) == Standing(OPEN, (0,))
    link.over()
    assert link.known(question) == Standing(OVER, (0, 1))


def test_a_function_that_runs_on_keeps_the_answer_open_and_its_result_is_part_of_it(link: Link) -> None:
    question = link.ask()
    link.says()
    link.says(LOOK_UP)
    link.over()
    assert link.known(question) == Standing(OPEN, (0,))
    assert link.known(question, with_results=False) == Standing(OVER, (0,))
    link.answers(LOOK_UP)
    assert link.known(question) == Standing(LIKELY, (0,)), "the model may keep the result to itself"
    assert link.known(question, with_results=False) == Standing(OVER, (0,))
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0, 1))


def test_a_silent_result_brings_about_nothing(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.answers(LOOK_UP, more=True)
    assert link.known(question) == Standing(OPEN, (0,))
    link.answers(LOOK_UP, "SILENT")
    assert link.known(question) == Standing(OVER, (0,))


def test_a_function_that_was_cancelled_is_waited_for_no_longer(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.open.clear()
    assert link.known(question) == Standing(OVER, (0,))


def test_words_after_a_call_may_be_about_its_result_or_not(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.says()  # "I am looking", which goes on while the answer is sent
    link.answers(LOOK_UP)
    link.says()
    link.over()
    assert link.known(question) == Standing(LIKELY, (0,))
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0, 1))


def test_the_result_of_an_older_function_is_not_the_answer(link: Link) -> None:
    older = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.questions.close(older)
    link.answers(LOOK_UP)
    question = link.ask()
    link.says()
    link.interrupted()
    link.over()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (2,))


def test_a_result_that_waits_for_silence_stands_behind_a_question(link: Link) -> None:
    older = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.questions.close(older)
    link.send()
    link.says()
    link.answers(LOOK_UP, "WHEN_IDLE")
    question = link.ask()
    link.interrupted()
    link.over()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (2,))


def test_a_result_that_interrupts_comes_before_what_waits(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.send()
    link.says()
    link.answers(LOOK_UP, "INTERRUPT")
    link.interrupted()
    link.over()
    assert link.known(question) == Standing(LIKELY, (0,))
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0, 2))


def test_when_nothing_follows_for_a_while_the_line_goes_on_behind_it(link: Link) -> None:
    first = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.answers(LOOK_UP)
    assert link.known(first) == Standing(LIKELY, (0,))
    link.questions.nothing_followed(first)
    assert link.known(first) == Standing(OVER, (0,))
    question = link.ask()
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


# -- connections ------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_cut_with_its_connection_is_the_answer(link: Link) -> None:
    question = link.ask()
    link.says()
    link.over(cut=True)
    link.questions.lost()
    assert link.known(question) == Standing(OVER, (0,), cut=True)


def test_a_question_of_which_nothing_came_is_asked_again(link: Link) -> None:
    link.send()
    question = link.ask()
    link.says()
    link.over(cut=True)
    link.questions.lost()
    assert link.questions.is_unanswered(question)
    link.send(question)
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_an_answer_whose_functions_were_lost_with_the_connection_is_cut(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.questions.lost()
    assert link.known(question) == Standing(OPEN, (0,)), "the function may be answered in the next one"
    link.open.clear()
    assert link.known(question) == Standing(OVER, (0,), cut=True)
    assert link.known(question, with_results=False) == Standing(OVER, (0,))


def test_an_answer_whose_functions_outlive_the_connection_is_whole(link: Link) -> None:
    question = link.ask()
    link.says(LOOK_UP)
    link.over()
    link.questions.lost()
    link.answers(LOOK_UP)
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (0, 1))


def test_whoever_does_not_wait_any_more_is_still_answered(link: Link) -> None:
    given_up = link.ask()
    link.questions.close(given_up)
    assert not link.questions.is_unanswered(given_up)
    question = link.ask()
    link.says()
    link.interrupted()
    link.over()
    assert link.known(question).certainty is not OVER
    link.whole_turn()
    assert link.known(question) == Standing(OVER, (1,))


def test_of_a_server_that_answers_nothing_not_everything_is_kept(link: Link) -> None:
    for _ in range(10 * MOST_IN_LINE):
        link.send()
    assert len(link.questions._line) == MOST_IN_LINE
    question = link.ask()
    assert link.questions._line[-1].question == question


# -- in any order -----------------------------------------------------------------------------------------------------


EVENTS = st.sampled_from(
    ["send", "remark", "says", "calls", "answers", "silent", "interrupted", "over", "nothing", "cut", "heard"]
)


class Counted(str):
    """An id that counts how often any of them is compared with another."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_the_call_of_an_answer_is_found_at_once_among_hundreds_of_one_turn() -> None:
    link, calls = Link(), [FunctionCall(id=Counted(f"call-{number}"), name="look_up") for number in range(300)]
    link.ask()
    for call in calls:
        link.says(call)
        link.answers(FunctionCall(id=Counted(str(call.id)), name="look_up"))
    assert Counted.compared < 10 * len(calls)


@given(st.lists(EVENTS, max_size=40), st.lists(EVENTS, max_size=40))
def test_an_answer_is_never_from_before_its_question_and_what_is_over_stays_so(
    before: list[str], after: list[str]
) -> None:
    link = Link()
    for each in before:
        happen(link, each)
    begun = link.turn + link._acted
    question = link.ask()
    over: Standing | None = None
    for each in after:
        happen(link, each)
        known = link.known(question)
        assert all(turn >= begun for turn in known.turns)
        assert list(known.turns) == sorted(set(known.turns))
        assert len(link.questions._line) <= MOST_IN_LINE
        if over is not None and over.interrupted:
            assert known == over
        over = known if known.certainty is OVER else None


def happen(link: Link, event: str) -> None:
    match event:
        case "send":
            link.send()
        case "remark":
            link.remark()
        case "says":
            link.says()
        case "calls":
            link.says(LOOK_UP)
        case "answers":
            link.answers(LOOK_UP)
        case "silent":
            link.answers(LOOK_UP, "SILENT")
        case "interrupted":
            link.interrupted()
        case "over":
            link.whole_turn()
        case "nothing":
            link.over()
        case "cut":
            link.over(cut=link._acted)
            link.questions.lost()
        case "heard":
            link.questions.heard()
