from __future__ import annotations

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.telemetry import HistogramBucket
from trio_live.telemetry._internal import HISTOGRAM_BOUNDS_MS, RECENT_SAMPLES, LatencySamples

durations = st.lists(st.floats(0.000_001, 60), min_size=1, max_size=40)


def samples(seconds: list[float]) -> LatencySamples:
    collected = LatencySamples()
    for value in seconds:
        collected = collected.plus(value)
    return collected


def test_no_samples_are_all_zeros() -> None:
    empty = LatencySamples().distribution()
    assert (empty.count, empty.last_ms, empty.min_ms, empty.max_ms, empty.mean_ms) == (0, 0, 0, 0, 0)
    assert (empty.p50_ms, empty.p90_ms, empty.p99_ms) == (0, 0, 0)
    assert all(bucket.count == 0 for bucket in empty.histogram)


def test_one_sample_is_every_figure() -> None:
    one = samples([0.42]).distribution()
    assert one.count == 1
    assert {one.last_ms, one.min_ms, one.max_ms, one.mean_ms, one.p50_ms, one.p90_ms, one.p99_ms} == {420.0}


def test_percentiles_are_nearest_ranks() -> None:
    hundred = samples([n / 1000 for n in range(1, 101)]).distribution()
    assert (hundred.p50_ms, hundred.p90_ms, hundred.p99_ms) == (50.0, 90.0, 99.0)
    three = samples([0.03, 0.01, 0.02]).distribution()
    assert (three.p50_ms, three.p90_ms, three.p99_ms) == (20.0, 30.0, 30.0)


def test_percentiles_look_at_the_newest_256_the_rest_at_all() -> None:
    many = samples([9.0] * 100 + [0.1] * RECENT_SAMPLES)
    assert len(many.recent) == RECENT_SAMPLES == 256
    shown = many.distribution()
    assert shown.p99_ms == 100.0
    assert (shown.count, shown.max_ms) == (356, 9000.0)
    assert sum(bucket.count for bucket in shown.histogram) == 356


@pytest.mark.parametrize("bound", HISTOGRAM_BOUNDS_MS)
def test_upper_bounds_are_inclusive(bound: int) -> None:
    at = samples([bound / 1000]).distribution().histogram
    above = samples([(bound + 0.001) / 1000]).distribution().histogram
    index = HISTOGRAM_BOUNDS_MS.index(bound)
    assert at[index] == HistogramBucket(bound, 1)
    assert above[index].count == 0
    assert above[index + 1].count == 1


def test_the_top_bucket_is_open() -> None:
    assert samples([5.001]).distribution().histogram[-1] == HistogramBucket(None, 1)


def test_the_text_form() -> None:
    assert str(LatencySamples().distribution()) == "turns=0 (no response measured yet)"
    text = str(samples([0.38, 0.3, 0.4204]).distribution())
    assert text == "turns=3 last=420ms p50=380ms p90=420ms p99=420ms min=300ms max=420ms mean=367ms"


def test_the_json_form_names_the_open_bucket_null() -> None:
    shown = json.loads(json.dumps(samples([0.42, 9.0]).distribution().to_json(), allow_nan=False))
    assert shown["count"] == 2
    assert shown["histogram"][6] == {"upper_ms": 500, "count": 1}
    assert shown["histogram"][-1] == {"upper_ms": None, "count": 1}
    assert set(shown) == {
        *("count", "last_ms", "min_ms", "max_ms", "mean_ms", "p50_ms", "p90_ms", "p99_ms", "histogram"),
    }


def test_floating_point_dust_is_not_shown() -> None:
    assert samples([1.3 - 1.0]).last_ms == 300.0


@given(durations)
def test_the_figures_agree_with_each_other(seconds: list[float]) -> None:
    shown = samples(seconds).distribution()
    assert shown.count == len(seconds) == sum(bucket.count for bucket in shown.histogram)
    assert shown.min_ms <= shown.p50_ms <= shown.p90_ms <= shown.p99_ms <= shown.max_ms
    assert shown.min_ms <= shown.mean_ms <= shown.max_ms
    assert shown.mean_ms == pytest.approx(1000 * math.fsum(seconds) / len(seconds), abs=0.002)
    assert shown.last_ms == pytest.approx(1000 * seconds[-1], abs=0.001)


@given(durations, st.randoms(use_true_random=False))
def test_only_the_last_sample_depends_on_the_order(seconds: list[float], shuffler: random.Random) -> None:
    shuffled = seconds.copy()
    shuffler.shuffle(shuffled)
    one, other = samples(seconds).distribution(), samples(shuffled).distribution()
    assert one.histogram == other.histogram
    assert (one.min_ms, one.p50_ms, one.p90_ms, one.max_ms) == (other.min_ms, other.p50_ms, other.p90_ms, other.max_ms)


@given(durations)
def test_percentiles_are_values_that_occurred(seconds: list[float]) -> None:
    collected = samples(seconds)
    shown = collected.distribution()
    assert {shown.p50_ms, shown.p90_ms, shown.p99_ms} <= set(collected.recent)


def test_a_reader_keeps_what_it_took_while_more_is_recorded() -> None:
    before = samples([0.1])
    before.plus(0.2)
    assert (before.count, before.recent, sum(before.buckets)) == (1, (100.0,), 1)
