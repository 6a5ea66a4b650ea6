from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.telemetry._internal import LONGEST_ANSWER_SECONDS, SAME_EDGE_SECONDS, TurnTimer


def audio(timer: TurnTimer, now: float) -> float | None:
    """As the owner calls it: only when the flag says that it matters."""
    return timer.output(now, is_audio=True) if timer.wants_output else None


def text(timer: TurnTimer, now: float) -> float | None:
    return timer.output(now, is_audio=False) if timer.wants_output else None


def approximately(expected: float) -> object:
    return pytest.approx(expected, abs=1e-9)


# What answers what.


def test_audio_answers_speech_once() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    assert audio(timer, 1.4) == approximately(0.4)
    assert audio(timer, 1.5) is None


def test_audio_answers_a_typed_line() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    assert audio(timer, 1.4) == approximately(0.4)


def test_text_answers_a_typed_line_but_not_speech() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    assert text(timer, 1.4) == approximately(0.4)
    timer.speech_ended(2.0)
    assert text(timer, 2.2) is None
    assert audio(timer, 2.5) == approximately(0.5)


def test_a_stamp_at_the_zero_of_the_clock_counts() -> None:
    timer = TurnTimer()
    timer.speech_ended(0.0)
    assert audio(timer, 0.3) == approximately(0.3)


def test_a_later_question_replaces_the_one_before() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.text_sent(5.0)
    assert audio(timer, 5.3) == approximately(0.3)
    assert audio(timer, 5.4) is None


@pytest.mark.parametrize("answered_at", [1.0, 0.5])
def test_an_answer_that_did_not_come_later_is_no_measurement(answered_at: float) -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    assert audio(timer, answered_at) is None
    assert audio(timer, 2.0) is None


# What must not be answered.


def test_an_interruption_drops_the_question() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.interrupted()
    assert audio(timer, 30.0) is None


def test_a_silent_turn_leaves_no_question_for_the_next() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.turn_completed(2.0)
    assert audio(timer, 30.0) is None


def test_text_that_does_not_answer_speech_leaves_no_question_for_the_next_turn() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    text(timer, 1.5)
    timer.turn_completed(2.0)
    assert audio(timer, 30.0) is None


def test_a_model_that_chose_silence_leaves_no_question() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.stayed_silent()
    assert audio(timer, 30.0) is None


def test_after_a_minute_output_is_no_answer() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    assert audio(timer, 1.001 + LONGEST_ANSWER_SECONDS) is None


def test_a_question_put_during_a_late_completion_belongs_to_the_next_turn() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    audio(timer, 1.3)
    timer.text_sent(3.0)
    timer.turn_completed(3.1)
    assert audio(timer, 3.5) == approximately(0.5)


def test_words_after_an_interruption_are_answered_by_the_next_turn() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    audio(timer, 1.5)
    timer.speech_started(2.0)
    timer.interrupted()
    timer.speech_ended(2.6)
    timer.turn_completed(2.7)
    assert audio(timer, 3.0) == approximately(0.4)


def test_a_question_outlives_one_completion_only() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    audio(timer, 1.3)
    timer.text_sent(3.0)
    timer.turn_completed(3.1)
    timer.turn_completed(4.0)
    assert audio(timer, 30.0) is None


def test_a_function_call_whose_turn_is_completed_first_is_still_answered() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.tool_called()
    timer.turn_completed(1.4)
    assert audio(timer, 2.5) == approximately(1.5)


def test_a_line_typed_while_a_function_runs_is_answered_by_the_next_turn() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    timer.tool_called()
    timer.text_sent(1.2)
    timer.turn_completed(1.4)
    assert text(timer, 2.2) == approximately(1.0)


def test_the_rest_of_an_answer_does_not_use_up_the_next_question() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0)
    audio(timer, 1.5)
    timer.speech_ended(3.0)
    text(timer, 3.1)
    timer.turn_completed(3.2)
    assert audio(timer, 3.4) == approximately(0.4)


def test_words_after_an_interruption_of_nothing_are_answered_by_the_next_turn() -> None:
    timer = TurnTimer()
    timer.interrupted()
    timer.speech_ended(1.0)
    timer.turn_completed(1.1)
    assert audio(timer, 1.4) == approximately(0.4)


def test_output_opens_a_turn_also_after_a_failed_send() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    timer.send_failed()
    audio(timer, 2.0)
    timer.text_sent(3.0)
    timer.turn_completed(3.1)
    assert audio(timer, 3.5) == approximately(0.5)


def test_a_failed_send_is_no_question() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    timer.send_failed()
    assert audio(timer, 5.0) is None
    assert timer.turn_completed(6.0) is None


def test_a_failed_send_leaves_the_wait_for_spoken_words_alone() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    timer.speech_ended(1.5)
    timer.send_failed()
    assert audio(timer, 2.0) == approximately(0.5)


# How long a turn took.


def test_a_turn_lasts_from_the_users_first_word_to_its_completion() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0)
    timer.speech_started(2.0)
    timer.text_sent(3.0)
    assert timer.turn_completed(5.0) == approximately(4.0)


def test_the_silence_between_turns_belongs_to_none() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0)
    timer.turn_completed(2.0)
    timer.text_sent(100.0)
    assert timer.turn_completed(101.5) == approximately(1.5)


def test_a_turn_without_the_user_has_no_length() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0)
    timer.turn_completed(2.0)
    audio(timer, 3.0)
    assert timer.turn_completed(4.0) is None


def test_speech_that_interrupts_begins_the_next_turn() -> None:
    timer = TurnTimer()
    timer.speech_started(0.0)
    audio(timer, 1.0)
    timer.speech_started(3.0)
    timer.interrupted()
    assert timer.turn_completed(3.5) == approximately(3.5)
    audio(timer, 4.5)
    assert timer.turn_completed(6.0) == approximately(3.0)


def test_speech_that_interrupts_the_models_own_turn_does_not_lengthen_it() -> None:
    timer = TurnTimer()
    audio(timer, 0.5)
    timer.speech_started(3.0)
    timer.interrupted()
    assert timer.turn_completed(3.5) is None
    assert timer.turn_completed(6.0) == approximately(3.0)


def test_speech_over_the_model_without_an_interruption_begins_nothing() -> None:
    timer = TurnTimer()
    timer.speech_started(0.0)
    audio(timer, 1.0)
    timer.speech_started(3.0)
    assert timer.turn_completed(4.0) == approximately(4.0)
    assert timer.turn_completed(5.0) is None


def test_a_failed_send_over_the_model_begins_nothing() -> None:
    timer = TurnTimer()
    timer.speech_started(0.0)
    audio(timer, 1.0)
    timer.text_sent(2.0)
    timer.send_failed()
    timer.interrupted()
    assert timer.turn_completed(3.0) == approximately(3.0)
    assert timer.turn_completed(5.0) is None


def test_a_silent_turn_does_not_lend_its_start_to_the_next() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0)
    timer.stayed_silent()
    timer.speech_started(50.0)
    assert timer.turn_completed(52.0) == approximately(2.0)


# Two ears.


def test_the_clients_edges_alone_are_enough() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0, from_client=True)
    timer.speech_ended(2.0, from_client=True)
    assert audio(timer, 2.3) == approximately(0.3)
    assert timer.turn_completed(4.0) == approximately(3.0)


def test_the_server_wins_when_it_comes_second() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0, from_client=True)
    timer.speech_started(1.4)
    timer.speech_ended(2.0, from_client=True)
    timer.speech_ended(2.4)
    assert audio(timer, 2.7) == approximately(0.3)
    assert timer.turn_completed(4.4) == approximately(3.0)


def test_the_server_wins_when_it_comes_first() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0)
    timer.speech_started(1.4, from_client=True)
    timer.speech_ended(2.0)
    timer.speech_ended(2.4, from_client=True)
    assert audio(timer, 2.7) == approximately(0.7)
    assert timer.turn_completed(4.0) == approximately(3.0)


def test_edges_further_apart_are_two_edges() -> None:
    timer = TurnTimer()
    timer.speech_started(1.0, from_client=True)
    timer.speech_started(1.1 + SAME_EDGE_SECONDS)
    assert timer.turn_completed(4.0) == approximately(3.0)
    timer.speech_ended(5.0)
    timer.speech_ended(5.1 + SAME_EDGE_SECONDS, from_client=True)
    assert audio(timer, 6.0) == approximately(0.4)


def test_a_typed_line_does_not_give_way_to_the_servers_edge() -> None:
    timer = TurnTimer()
    timer.text_sent(1.0)
    timer.speech_started(1.2)
    assert timer.turn_completed(2.0) == approximately(1.0)


def test_an_answer_before_the_servers_report_is_not_measured_twice() -> None:
    timer = TurnTimer()
    timer.speech_ended(1.0, from_client=True)
    assert audio(timer, 1.2) == approximately(0.2)
    timer.speech_ended(1.3)
    assert audio(timer, 1.32) is None


# Whatever happens.

_STEPS: dict[str, Callable[[TurnTimer, float], object]] = {
    "audio": audio,
    "text": text,
    "server starts": lambda timer, now: timer.speech_started(now),
    "server ends": lambda timer, now: timer.speech_ended(now),
    "client starts": lambda timer, now: timer.speech_started(now, from_client=True),
    "client ends": lambda timer, now: timer.speech_ended(now, from_client=True),
    "typed": lambda timer, now: timer.text_sent(now),
    "failed": lambda timer, _: timer.send_failed(),
    "tool": lambda timer, _: timer.tool_called(),
    "interrupted": lambda timer, _: timer.interrupted(),
    "complete": lambda timer, now: timer.turn_completed(now),
    "silent": lambda timer, _: timer.stayed_silent(),
}
_QUESTIONS = {"server ends", "client ends", "typed"}
_OUTPUTS = {"audio", "text"}
steps = st.lists(st.tuples(st.floats(0, 2), st.sampled_from(sorted(_STEPS))), max_size=60)


@given(steps)
def test_every_latency_answers_one_question_put_since_the_last_interruption(history: list[tuple[float, str]]) -> None:
    timer, now, questions = TurnTimer(), 0.0, list[float]()
    for pause, step in history:
        now += pause
        result = _STEPS[step](timer, now)
        if step in _QUESTIONS:
            questions.append(now)
        elif step in {"interrupted", "silent"}:
            questions.clear()
        elif step in _OUTPUTS and result is not None:
            assert any(result == approximately(now - asked) for asked in questions)
            questions.clear()


@given(steps)
def test_two_completions_without_output_leave_nothing_open(history: list[tuple[float, str]]) -> None:
    timer, now = TurnTimer(), 0.0
    for pause, step in history:
        now += pause
        _STEPS[step](timer, now)
    timer.turn_completed(now)
    timer.turn_completed(now)
    assert audio(timer, now + 1) is None
    assert timer.turn_completed(now + 2) is None


@given(steps)
def test_turns_do_not_overlap(history: list[tuple[float, str]]) -> None:
    timer, now, total = TurnTimer(), 0.0, 0.0
    for pause, step in history:
        now += pause
        result = _STEPS[step](timer, now)
        if step == "complete" and isinstance(result, float):
            assert result > 0
            total += result
        # Speech that interrupts counts twice: it ends one turn and begins another.
        if step == "interrupted":
            return
    assert total <= now + 1e-6


@given(steps)
def test_skipping_outputs_that_are_not_wanted_changes_nothing(history: list[tuple[float, str]]) -> None:
    thrifty, thorough, now = TurnTimer(), TurnTimer(), 0.0
    for pause, step in history:
        now += pause
        expected = thorough.output(now, is_audio=step == "audio") if step in _OUTPUTS else _STEPS[step](thorough, now)
        assert _STEPS[step](thrifty, now) == expected
