from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.telemetry import TokenCounts
from trio_live.wire import ModalityTokenCount, UsageMetadata

counts = st.none() | st.integers(0, 1_000_000)


def test_all_counters_start_at_zero() -> None:
    assert TokenCounts().latest == {
        "total_token_count": 0,
        "prompt_token_count": 0,
        "response_token_count": 0,
        "cached_content_token_count": 0,
        "thoughts_token_count": 0,
    }


def test_the_newest_value_stands_and_absent_fields_keep_the_old_one() -> None:
    tokens = TokenCounts()
    tokens.reported(UsageMetadata(total_token_count=10, prompt_token_count=7, thoughts_token_count=2))
    tokens.reported(UsageMetadata(total_token_count=12, prompt_token_count=0, cached_content_token_count=4))
    assert tokens.latest == {
        "total_token_count": 12,
        "prompt_token_count": 0,
        "response_token_count": 0,
        "cached_content_token_count": 4,
        "thoughts_token_count": 2,
    }


def test_the_answer_is_counted_under_either_platforms_name() -> None:
    google, vertex = TokenCounts(), TokenCounts()
    google.reported(UsageMetadata(response_token_count=5))
    vertex.reported(UsageMetadata(candidates_token_count=5))
    assert google.latest["response_token_count"] == vertex.latest["response_token_count"] == 5


def usage(prompt_audio: int, response_audio: int) -> UsageMetadata:
    return UsageMetadata(
        prompt_tokens_details=[ModalityTokenCount("AUDIO", prompt_audio), ModalityTokenCount("TEXT", 1)],
        response_tokens_details=[ModalityTokenCount("AUDIO", response_audio)],
    )


def test_only_the_last_report_of_a_turn_is_added() -> None:
    tokens = TokenCounts()
    tokens.reported(usage(10, 1))
    tokens.reported(usage(10, 30))
    assert tokens.by_modality() == {}
    tokens.turn_completed()
    assert tokens.by_modality() == {"AUDIO": {"prompt": 10, "response": 30}, "TEXT": {"prompt": 1, "response": 0}}


def test_a_turn_without_a_report_adds_nothing() -> None:
    tokens = TokenCounts()
    tokens.reported(usage(10, 30))
    tokens.turn_completed()
    once = tokens.by_modality()
    tokens.turn_completed()
    assert tokens.by_modality() == once


def test_an_omitted_count_is_zero_and_an_omitted_modality_has_a_name() -> None:
    tokens = TokenCounts()
    tokens.reported(UsageMetadata(candidates_tokens_details=[ModalityTokenCount("AUDIO"), ModalityTokenCount(None, 3)]))
    tokens.turn_completed()
    assert tokens.by_modality() == {
        "AUDIO": {"prompt": 0, "response": 0},
        "MODALITY_UNSPECIFIED": {"prompt": 0, "response": 3},
    }


def test_what_is_handed_out_is_the_readers_own() -> None:
    tokens = TokenCounts()
    tokens.reported(usage(1, 1))
    tokens.turn_completed()
    tokens.by_modality()["AUDIO"]["prompt"] = 99
    assert tokens.by_modality()["AUDIO"]["prompt"] == 1


@given(st.lists(st.tuples(counts, counts), max_size=10))
def test_each_counter_shows_its_newest_report(reports: list[tuple[int | None, int | None]]) -> None:
    tokens = TokenCounts()
    for total, prompt in reports:
        tokens.reported(UsageMetadata(total_token_count=total, prompt_token_count=prompt))
    assert tokens.latest["total_token_count"] == next((t for t, _ in reversed(reports) if t is not None), 0)
    assert tokens.latest["prompt_token_count"] == next((p for _, p in reversed(reports) if p is not None), 0)


@given(st.lists(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=3), max_size=5))
def test_sums_are_those_of_the_last_reports(turns: list[list[tuple[int, int]]]) -> None:
    tokens = TokenCounts()
    for reports in turns:
        for prompt, response in reports:
            tokens.reported(usage(prompt, response))
        tokens.turn_completed()
    last = [reports[-1] for reports in turns if reports]
    audio = tokens.by_modality().get("AUDIO", {"prompt": 0, "response": 0})
    assert audio == {"prompt": sum(p for p, _ in last), "response": sum(r for _, r in last)}
