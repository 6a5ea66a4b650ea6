"""How long a session waits before it dials again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.resilience import HANDLE_LIFETIME, RECONNECT, ReconnectPolicy
from trio_live.resilience._policy import margin, usable
from trio_live.wire import Platform


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_delay_grows_up_to_its_bound_and_no_further(attempt: int, chance: float) -> None:
    delay = RECONNECT.delay(attempt, chance)
    assert RECONNECT.first_delay <= delay <= RECONNECT.longest_delay * (1 + RECONNECT.jitter)
    assert RECONNECT.delay(attempt + 1, chance) >= delay


def test_delays_double() -> None:
    assert [RECONNECT.delay(attempt, 0.0) for attempt in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_chance_comes_from_a_seed() -> None:
    first, second = (ReconnectPolicy(seed=7).dice() for _ in range(2))
    assert [first.random() for _ in range(5)] == [second.random() for _ in range(5)]


def test_a_handle_is_used_for_as_long_as_its_platform_keeps_it() -> None:
    for platform in Platform:
        assert usable(HANDLE_LIFETIME[platform], platform)
        assert not usable(HANDLE_LIFETIME[platform] + 1, platform)


@given(st.floats(0, 1e6))
def test_a_margin_leaves_most_of_the_time(left: float) -> None:
    assert 0 <= margin(left) <= min(5.0, left / 2)
