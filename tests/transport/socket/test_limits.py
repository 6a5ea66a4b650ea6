"""The watch over silence, in virtual time and without a connection."""

from __future__ import annotations

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from trio_live.transport._socket import _limits
from trio_live.transport._socket._limits import PING_AFTER, PONG_WITHIN, watch_for_life


class Peer:
    """Speaks at given times."""

    def __init__(self, *speaks_at: float) -> None:
        self.speaks_at = sorted(speaks_at)
        self.asked_at: list[float] = []

    def last_heard(self) -> float:
        return max((time for time in self.speaks_at if time <= trio.current_time()), default=0.0)

    async def ping(self) -> None:
        self.asked_at.append(trio.current_time())

    async def watched(self) -> float:
        """When it is given up."""
        await watch_for_life(self.last_heard, self.ping)
        return trio.current_time()


def watched(peer: Peer) -> float:
    return trio.run(peer.watched, clock=trio.testing.MockClock(autojump_threshold=0))


def test_silence_is_asked_about_once_and_then_taken_for_the_end() -> None:
    peer = Peer()
    assert watched(peer) == pytest.approx(80)
    assert peer.asked_at == pytest.approx([20])


def test_any_word_within_a_minute_of_the_question_is_an_answer() -> None:
    peer = Peer(79.5)
    assert watched(peer) == pytest.approx(159.5)
    assert peer.asked_at == pytest.approx([20, 99.5])


def test_a_prompt_answer_is_asked_again_twenty_seconds_after_it() -> None:
    peer = Peer(20.1, 40.2)
    watched(peer)
    assert peer.asked_at == pytest.approx([20, 40.1, 60.2])


@given(st.lists(st.floats(0, 600), max_size=8))
def test_whenever_the_peer_speaks_it_is_given_its_time(speaks_at: list[float]) -> None:
    peer = Peer(*speaks_at)
    end = watched(peer)
    assert end >= PING_AFTER + PONG_WITHIN
    silent_since = max((time for time in speaks_at if time <= end), default=0.0)
    assert silent_since + PING_AFTER + PONG_WITHIN <= end + 0.001
    assert end <= silent_since + 2 * PING_AFTER + PONG_WITHIN + 0.001
    assert not any(peer.asked_at[-1] < time < end for time in speaks_at)


def test_the_sentence_says_how_long_was_waited() -> None:
    assert _limits.NO_SIGN_OF_LIFE == "no sign of life for 80 s"
