"""The jitter buffer: its states, its estimate, and that no sound is lost, doubled or mixed up."""

from __future__ import annotations

import struct

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trio_live.errors import ConfigError
from trio_live.voice import JitterBuffer, JitterConfig, JitterState

FILLING, PLAYING, UNDERRUN = JitterState.FILLING, JitterState.PLAYING, JitterState.UNDERRUN
SMALL = JitterConfig(sample_rate=1_000, min_depth=100, max_depth=1_000)
"""A sample is a millisecond."""


def numbered(first: int, count: int) -> bytes:
    return struct.pack(f"<{count}h", *((first + index) % 30_000 + 1 for index in range(count)))


def test_the_defaults_are_for_the_model() -> None:
    config = JitterConfig()
    assert (config.sample_rate, config.min_depth, config.max_depth) == (24_000, 4_800, 48_000)
    assert (config.alpha, config.depth_multiple) == (0.125, 2.0)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"sample_rate": 0}, "sample_rate"),
        ({"min_depth": 2, "max_depth": 1}, "depths"),
        ({"min_depth": 0, "max_depth": 0}, "depths"),
        ({"alpha": 0.0}, "alpha"),
        ({"depth_multiple": -1.0}, "depth_multiple"),
    ],
)
def test_settings_that_cannot_work_are_named(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        JitterConfig(**settings)  # type: ignore[arg-type]  # a row of settings


def test_it_fills_before_it_plays_and_fills_again_when_it_ran_dry() -> None:
    buffer = JitterBuffer(SMALL)
    assert buffer.pull(10) == (bytes(20), 0)
    buffer.push(numbered(0, 99), 0.0)
    assert (buffer.state, buffer.pull(10).real) == (FILLING, 0)
    buffer.push(numbered(99, 1), 0.1)
    assert buffer.state is PLAYING
    assert buffer.pull(60) == (numbered(0, 60), 60)
    assert buffer.pull(60) == (numbered(60, 40) + bytes(40), 40)
    assert (buffer.state, buffer.underruns) == (UNDERRUN, 1)
    buffer.push(numbered(100, 50), 0.2)
    assert buffer.state is UNDERRUN
    assert buffer.pull(20) == (numbered(100, 20), 20), "what there is, is played all the same"
    buffer.push(numbered(150, 70), 0.3)
    assert (buffer.state, buffer.underruns) == (PLAYING, 1)


def test_the_end_is_played_however_short_it_is_and_is_no_underrun() -> None:
    buffer = JitterBuffer(SMALL)
    buffer.push(numbered(0, 30), 0.0)
    buffer.end()
    assert buffer.state is PLAYING
    assert buffer.pull(20).real == 20
    assert buffer.pull(20) == (numbered(20, 10) + bytes(20), 10)
    assert (buffer.state, buffer.underruns) == (FILLING, 0)


def test_beyond_its_room_the_oldest_is_dropped_and_counted() -> None:
    buffer = JitterBuffer(SMALL)
    assert buffer.push(numbered(0, 900), 0.0) == 0
    assert buffer.push(numbered(900, 300), 0.1) == 200
    assert (buffer.depth, buffer.depth_ms, buffer.dropped) == (1_000, 1_000.0, 200)
    assert buffer.pull(5).pcm == numbered(200, 5)


def test_of_one_piece_that_is_larger_than_the_room_the_newest_is_kept() -> None:
    buffer = JitterBuffer(SMALL)
    assert buffer.push(numbered(0, 2_500), 0.0) == 1_500
    assert buffer.pull(1_000) == (numbered(1_500, 1_000), 1_000)


def test_half_a_sample_waits_for_its_other_half() -> None:
    buffer = JitterBuffer(SMALL)
    sound = numbered(0, 200)
    buffer.push(sound[:101], 0.0)
    buffer.push(sound[101:], 0.1)
    assert buffer.pull(200) == (sound, 200)


def test_a_line_that_is_on_time_has_no_jitter() -> None:
    buffer = JitterBuffer(SMALL)
    for index in range(200):
        buffer.push(numbered(0, 40), index * 0.04)
    assert buffer.jitter == pytest.approx(0.0, abs=1e-9)
    assert buffer.wanted_depth == 100


def test_the_estimate_is_the_mean_deviation_from_the_mean_interval() -> None:
    buffer = JitterBuffer(SMALL)
    now = 0.0
    for index in range(2_000):
        now += 0.02 if index % 2 else 0.18
        buffer.push(numbered(0, 1), now)
    assert buffer.jitter == pytest.approx(0.08, abs=0.01)
    assert buffer.wanted_depth == pytest.approx(160, abs=20)


def test_a_pause_between_turns_is_no_jitter() -> None:
    buffer = JitterBuffer(SMALL)
    for turn in range(20):
        for index in range(5):
            buffer.push(numbered(0, 40), turn * 10 + index * 0.04)
    assert buffer.jitter == pytest.approx(0.0, abs=1e-9)


def test_a_flush_empties_it_and_keeps_what_is_known_of_the_line() -> None:
    buffer = JitterBuffer(SMALL)
    for now in (0.0, 0.1, 0.9, 1.0):
        buffer.push(numbered(0, 100), now)
    known = buffer.jitter
    assert known > 0
    assert buffer.flush() == 400
    assert (buffer.depth, buffer.state, buffer.jitter) == (0, FILLING, known)
    buffer.push(numbered(0, 1), 1.99)
    assert buffer.jitter == known, "the last arrival is forgotten"
    buffer.reset()
    assert (buffer.jitter, buffer.underruns, buffer.dropped) == (0.0, 0, 0)


class AnyUse(RuleBasedStateMachine):
    """Against a list of samples: what comes out is what went in, in order, but for what was dropped or flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = JitterBuffer(SMALL)
        self.model: list[int] = []
        self.next = 0
        self.now = 0.0

    @rule(count=st.integers(0, 1_400), wait=st.sampled_from([0.0, 0.02, 0.3, 2.0]))
    def push(self, count: int, wait: float) -> None:
        self.now += wait
        sound = numbered(self.next, count)
        self.next += count
        self.model += struct.unpack(f"<{count}h", sound)
        dropped = self.buffer.push(sound, self.now)
        assert dropped == max(0, len(self.model) - SMALL.max_depth)
        del self.model[:dropped]

    @rule(count=st.integers(0, 400))
    def pull(self, count: int) -> None:
        was_filling = self.buffer.state is FILLING
        pcm, real = self.buffer.pull(count)
        assert real == (0 if was_filling else min(count, len(self.model)))
        assert list(struct.unpack(f"<{count}h", pcm)) == self.model[:real] + [0] * (count - real)
        del self.model[:real]

    @rule()
    def flush(self) -> None:
        assert self.buffer.flush() == len(self.model)
        self.model.clear()

    @rule()
    def end(self) -> None:
        self.buffer.end()

    @invariant()
    def it_holds_what_it_should(self) -> None:
        assert self.buffer.depth == len(self.model) <= SMALL.max_depth
        if self.buffer.state is FILLING and self.model:
            assert len(self.model) < self.buffer.wanted_depth


TestAnyUse = AnyUse.TestCase
