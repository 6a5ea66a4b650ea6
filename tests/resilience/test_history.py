"""A talk as it is told to a server that knows nothing of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.conversation import TranscriptTurn
from trio_live.resilience._history import retold
from trio_live.resilience._policy import RESEED_CHARACTERS
from trio_live.wire import Content

turns = st.lists(st.builds(TranscriptTurn, st.integers(0, 9), st.text(max_size=20), st.text(max_size=20)), max_size=8)


def test_both_sides_are_told_in_order() -> None:
    talk = [
        TranscriptTurn(0, "Hello", " Good day. "),
        TranscriptTurn(1, "", "Are you there?"),
        TranscriptTurn(2, "Yes", ""),
    ]
    assert retold(talk) == [
        Content.of("Hello", "user"),
        Content.of("Good day.", "model"),
        Content.of("Are you there?", "model"),
        Content.of("Yes", "user"),
    ]


@given(turns, st.integers(0, 3))
def test_of_a_long_talk_the_newest_part_is_told(talk: list[TranscriptTurn], long: int) -> None:
    talk = [*(TranscriptTurn(0, "x" * RESEED_CHARACTERS, "y") for _ in range(long)), *talk]
    told = retold(talk)
    assert told == retold(talk[long:]), "what would not fit is left out, with all before it"
    assert all(turn.parts for turn in told)
