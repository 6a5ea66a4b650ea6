"""Who sends sound gives others a turn now and then."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.events._internal import Command, SendAudio, SendText
from trio_live.lanes._sending._turns import SOUND_PER_TURN, Turns


@given(st.lists(st.integers(1, SOUND_PER_TURN * 2)))
def test_others_wait_for_so_much_sound_at_most(sizes: list[int]) -> None:
    turns, since = Turns(), 0
    for size in sizes:
        since += size
        if turns.goes_on([SendAudio(bytes(size))]):
            assert since < SOUND_PER_TURN
        else:
            assert since >= SOUND_PER_TURN
            since = 0


@given(st.sampled_from([[SendText("a")], [], [SendAudio(b"ab")] * 2, [SendText("a"), SendAudio(b"ab")]]))
def test_whoever_says_anything_else_gives_others_a_turn(commands: list[Command]) -> None:
    assert not Turns().goes_on(commands)
