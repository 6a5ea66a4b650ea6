from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.events import TurnMetrics
from trio_live.telemetry import SessionTelemetry
from trio_live.wire import ModalityTokenCount, UsageMetadata

SCHEMA = {
    "uptime_secs": 0,
    "audio_chunks_out": 0,
    "audio_kbytes_out": 0,
    "audio_throughput_kbps": 0,
    "interruptions": 0,
    "last_response_latency_ms": 0,
    "avg_response_latency_ms": 0,
    "min_response_latency_ms": 0,
    "max_response_latency_ms": 0,
    "response_count": 0,
    "turn_count": 0,
    "avg_turn_duration_ms": 0,
    "total_token_count": 0,
    "prompt_token_count": 0,
    "response_token_count": 0,
    "cached_content_token_count": 0,
    "thoughts_token_count": 0,
    "tokens_by_modality": {},
    "cost": {"usd": None, "prices": None},
    "dropped": {},
    "callback_errors": 0,
    "slow_callbacks": {},
    "tool_errors": {},
    "lagged_subscribers": 0,
    "undecodable_frames": 0,
    "soft_turns": 0,
    "oddities": {},
    "queues": {},
}


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telemetry(clock: Clock) -> SessionTelemetry:
    return SessionTelemetry(clock)


def test_a_snapshot_has_its_schema_and_starts_at_zero(telemetry: SessionTelemetry) -> None:
    snapshot = telemetry.snapshot()
    for name in ("response_latency", "audible_latency"):
        assert snapshot.pop(name)["count"] == 0
    assert snapshot == SCHEMA


def test_uptime_counts_from_creation(telemetry: SessionTelemetry, clock: Clock) -> None:
    clock.now += 12.3456
    assert telemetry.snapshot()["uptime_secs"] == 12.346


def test_audio_counts_pieces_and_kibibytes(telemetry: SessionTelemetry, clock: Clock) -> None:
    for _ in range(3):
        telemetry.audio_out(1000)
    clock.now += 2
    snapshot = telemetry.snapshot()
    assert (snapshot["audio_chunks_out"], snapshot["audio_kbytes_out"]) == (3, 2)
    assert snapshot["audio_throughput_kbps"] == 1.5


def test_a_burst_of_audio_does_not_ask_the_clock(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.vad_end()
    telemetry.audio_out(960)
    asked = clock.asked
    for _ in range(100):
        telemetry.audio_out(960)
        telemetry.text_out()
    assert clock.asked == asked


def test_audio_answers_speech(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.vad_end()
    clock.now += 0.3
    telemetry.audio_out(960)
    clock.now += 0.3
    telemetry.audio_out(960)
    snapshot = telemetry.snapshot()
    assert snapshot["response_count"] == 1
    assert snapshot["last_response_latency_ms"] == snapshot["min_response_latency_ms"] == 300.0


def test_text_answers_typed_lines_only(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.text_sent()
    clock.now += 0.2
    telemetry.text_out()
    telemetry.turn_complete()
    telemetry.vad_end()
    clock.now += 0.2
    telemetry.text_out()
    assert telemetry.latency().count == 1
    telemetry.audio_out(1)
    assert telemetry.latency().count == 2


def test_the_latencies_are_summed_up(telemetry: SessionTelemetry, clock: Clock) -> None:
    for wait in (0.2, 0.6, 0.4):
        telemetry.vad_end()
        clock.now += wait
        telemetry.audio_out(1)
    snapshot = telemetry.snapshot()
    assert snapshot["avg_response_latency_ms"] == 400.0
    assert (snapshot["min_response_latency_ms"], snapshot["max_response_latency_ms"]) == (200.0, 600.0)
    assert snapshot["last_response_latency_ms"] == 400.0
    assert snapshot["response_latency"] == telemetry.latency().to_json()
    assert str(telemetry.latency()).startswith("turns=3 last=400ms p50=400ms ")


def test_turns_are_counted_whether_or_not_a_latency_was_measured(telemetry: SessionTelemetry) -> None:
    telemetry.turn_complete()
    telemetry.turn_complete()
    assert telemetry.turn_count == telemetry.snapshot()["turn_count"] == 2
    assert telemetry.snapshot()["response_count"] == 0


def test_the_turns_length_leaves_out_the_users_silence(telemetry: SessionTelemetry, clock: Clock) -> None:
    for length in (1.0, 3.0):
        clock.now += 60
        telemetry.vad_start()
        clock.now += length
        telemetry.turn_complete()
    assert telemetry.snapshot()["avg_turn_duration_ms"] == 2000.0


def test_a_turn_the_model_began_does_not_count_in_the_mean_length(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.audio_out(1)
    clock.now += 5
    telemetry.turn_complete()
    telemetry.text_sent()
    clock.now += 1
    telemetry.turn_complete()
    assert telemetry.snapshot()["avg_turn_duration_ms"] == 1000.0


def test_client_side_detection_is_measured_too(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.user_speech_started()
    clock.now += 1
    telemetry.user_speech_ended()
    clock.now += 0.25
    telemetry.audio_out(1)
    telemetry.turn_complete()
    snapshot = telemetry.snapshot()
    assert snapshot["last_response_latency_ms"] == 250.0
    assert snapshot["avg_turn_duration_ms"] == 1250.0


@pytest.mark.parametrize("clears", ["interrupted", "turn_complete", "soft_turn"])
def test_an_old_question_is_never_answered_much_later(telemetry: SessionTelemetry, clock: Clock, clears: str) -> None:
    telemetry.vad_end()
    clock.now += 1
    getattr(telemetry, clears)()
    clock.now += 40
    telemetry.audio_out(1)
    assert telemetry.latency().count == 0


def test_a_send_that_failed_starts_no_wait(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.text_sent()
    telemetry.send_failed()
    clock.now += 4
    telemetry.audio_out(1)
    assert telemetry.latency().count == 0


def test_a_function_call_keeps_the_wait_open(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.vad_end()
    telemetry.tool_called()
    telemetry.turn_complete()
    clock.now += 2
    telemetry.audio_out(1)
    assert telemetry.latency().last_ms == 2000.0


def test_interruptions_are_counted(telemetry: SessionTelemetry) -> None:
    telemetry.interrupted()
    telemetry.interrupted()
    assert telemetry.snapshot()["interruptions"] == 2


def test_soft_turns_are_counted_apart(telemetry: SessionTelemetry) -> None:
    telemetry.soft_turn()
    snapshot = telemetry.snapshot()
    assert (snapshot["soft_turns"], snapshot["turn_count"]) == (1, 0)


def test_tokens_are_those_of_the_newest_report(telemetry: SessionTelemetry) -> None:
    telemetry.usage(UsageMetadata(total_token_count=9, prompt_token_count=5, candidates_token_count=4))
    telemetry.usage(
        UsageMetadata(total_token_count=11, prompt_tokens_details=[ModalityTokenCount("TEXT", 5)]),
    )
    telemetry.turn_complete()
    snapshot = telemetry.snapshot()
    assert snapshot["total_token_count"] == 11
    assert snapshot["prompt_token_count"] == 5
    assert snapshot["response_token_count"] == 4
    assert snapshot["tokens_by_modality"] == {"TEXT": {"prompt": 5, "response": 0}}


def test_what_was_lost_is_visible(telemetry: SessionTelemetry) -> None:
    telemetry.drop("audio")
    telemetry.drop("audio", 4)
    telemetry.drop("media", n=2)
    telemetry.lag(7)
    telemetry.lag(3)
    telemetry.undecodable_frame()
    telemetry.callback_error("on_audio")
    telemetry.callback_error("on_audio")
    telemetry.callback_error("on_text")
    snapshot = telemetry.snapshot()
    assert snapshot["dropped"] == {"audio": 5, "media": 2}
    assert snapshot["lagged_subscribers"] == 10
    assert snapshot["undecodable_frames"] == 1
    assert snapshot["callback_errors"] == 3
    assert telemetry.callback_errors == {"on_audio": 2, "on_text": 1}


def test_each_completed_turn_yields_its_figures(telemetry: SessionTelemetry, clock: Clock) -> None:
    assert telemetry.turn_metrics() == TurnMetrics(turn=0, latency_ms=0.0, prompt_tokens=0, response_tokens=0)
    telemetry.vad_end()
    clock.now += 0.3
    telemetry.audio_out(1)
    telemetry.usage(UsageMetadata(prompt_token_count=5, response_token_count=8))
    first = telemetry.turn_complete()
    assert first == TurnMetrics(turn=1, latency_ms=300.0, prompt_tokens=5, response_tokens=8)
    assert telemetry.turn_complete().turn == 2
    assert telemetry.turn_metrics().turn == 2


def test_an_instant_that_is_given_is_used_instead_of_the_clock(clock: Clock) -> None:
    telemetry = SessionTelemetry(clock)
    asked = clock.asked
    telemetry.vad_start(now=1001.0)
    telemetry.vad_end(now=1002.0)
    telemetry.audio_out(1024, now=1002.5)
    telemetry.text_sent(now=1003.0)
    telemetry.text_out(now=1003.5)
    telemetry.user_speech_started(now=1004.0)
    telemetry.user_speech_ended(now=1004.5)
    telemetry.turn_complete(now=1005.0)
    snapshot = telemetry.snapshot(now=1010.0)
    assert clock.asked == asked
    assert snapshot["uptime_secs"] == 10.0
    assert snapshot["response_count"] == 2
    assert snapshot["avg_turn_duration_ms"] == 4000.0


def test_a_clock_that_stands_still_or_steps_back_breaks_nothing(telemetry: SessionTelemetry, clock: Clock) -> None:
    clock.now -= 5
    telemetry.vad_start()
    telemetry.vad_end()
    clock.now -= 5
    telemetry.audio_out(2048)
    telemetry.turn_complete()
    snapshot = telemetry.snapshot()
    assert (snapshot["uptime_secs"], snapshot["audio_throughput_kbps"], snapshot["response_count"]) == (0, 0, 0)
    assert snapshot["avg_turn_duration_ms"] == 0


usages = st.builds(
    UsageMetadata,
    total_token_count=st.none() | st.integers(0, 10**9),
    prompt_tokens_details=st.none()
    | st.lists(st.builds(ModalityTokenCount, st.none() | st.text(), st.none() | st.integers(0, 10**6)), max_size=2),
)
calls = st.one_of(
    st.tuples(st.just("audio_out"), st.integers(0, 100_000)),
    st.tuples(
        st.sampled_from(
            [
                *("text_out", "vad_start", "vad_end", "user_speech_started", "user_speech_ended", "text_sent"),
                *("send_failed", "interrupted", "turn_complete", "soft_turn", "tool_called", "undecodable_frame"),
            ]
        )
    ),
    st.tuples(st.just("usage"), usages),
    st.tuples(st.just("callback_error"), st.text()),
    st.tuples(st.just("tool_error"), st.text()),
    st.tuples(st.just("drop"), st.text(), st.integers(1, 10)),
    st.tuples(st.just("lag"), st.integers(1, 10)),
)
histories = st.lists(st.tuples(st.floats(0, 100), calls), max_size=50)


def play(history: list[tuple[float, tuple[Any, ...]]], check: Callable[[SessionTelemetry], None]) -> None:
    clock = Clock(0.0)
    telemetry = SessionTelemetry(clock)
    for pause, (name, *arguments) in history:
        clock.now += pause
        getattr(telemetry, name)(*arguments)
        check(telemetry)


@given(histories)
def test_a_snapshot_is_always_json_of_the_same_shape(history: list[tuple[float, tuple[Any, ...]]]) -> None:
    def check(telemetry: SessionTelemetry) -> None:
        snapshot = telemetry.snapshot()
        assert json.loads(json.dumps(snapshot, allow_nan=False)) == snapshot
        assert set(snapshot) == {*SCHEMA, "response_latency", "audible_latency"}

    play(history, check)


@given(histories)
def test_the_figures_of_a_snapshot_agree(history: list[tuple[float, tuple[Any, ...]]]) -> None:
    def check(telemetry: SessionTelemetry) -> None:
        snapshot = telemetry.snapshot()
        latency = snapshot["response_latency"]
        assert snapshot["response_count"] == latency["count"] == sum(b["count"] for b in latency["histogram"])
        low, mean = snapshot["min_response_latency_ms"], snapshot["avg_response_latency_ms"]
        assert 0 <= low <= mean <= snapshot["max_response_latency_ms"] <= 60_000
        assert low <= snapshot["last_response_latency_ms"] <= snapshot["max_response_latency_ms"]

    play(history, check)


@given(histories)
def test_counters_count_calls(history: list[tuple[float, tuple[Any, ...]]]) -> None:
    names = [name for _, (name, *_) in history]
    seen: list[SessionTelemetry] = []
    play(history, seen.append)
    if not seen:
        return
    snapshot = seen[-1].snapshot()
    assert snapshot["audio_chunks_out"] == names.count("audio_out")
    assert snapshot["turn_count"] == names.count("turn_complete")
    assert snapshot["interruptions"] == names.count("interrupted")
    assert snapshot["callback_errors"] == names.count("callback_error")
    assert sum(snapshot["tool_errors"].values()) == names.count("tool_error")
    assert snapshot["response_count"] <= sum(names.count(n) for n in ("vad_end", "user_speech_ended", "text_sent"))


def test_the_figures_of_each_turn_are_given_out_once_to_whoever_reports_them() -> None:
    telemetry = SessionTelemetry(lambda: 0.0, keeps_turns=True)
    figures = [telemetry.turn_complete(), telemetry.turn_complete()]
    assert telemetry.take_turns() == figures
    assert telemetry.take_turns() == []
    figures = [telemetry.turn_complete()]
    assert telemetry.take_turns() == figures
    assert [each.turn for each in figures] == [3]


def test_nothing_is_kept_for_nobody() -> None:
    telemetry = SessionTelemetry(lambda: 0.0)
    telemetry.turn_complete()
    assert telemetry.take_turns() == []


def test_what_is_heard_is_measured_beside_what_has_come(telemetry: SessionTelemetry, clock: Clock) -> None:
    telemetry.user_speech_ended()
    clock.now += 0.3
    telemetry.audio_out(100)
    telemetry.heard(clock.now + 0.25)
    telemetry.heard(clock.now + 9)
    assert telemetry.latency().last_ms == 300.0
    assert telemetry.audible_latency().last_ms == 550.0
    assert telemetry.audible_latency().count == 1


def test_a_gauge_is_read_when_somebody_looks(telemetry: SessionTelemetry) -> None:
    waiting = [1, 2]
    telemetry.gauges["fast"] = lambda: len(waiting)
    assert telemetry.snapshot()["queues"] == {"fast": 2}
    waiting.clear()
    assert telemetry.snapshot()["queues"] == {"fast": 0}
