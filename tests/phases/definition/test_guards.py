from __future__ import annotations

import pytest

from trio_live.phases import after_turns, user_has_spoken
from trio_live.phases._internal import presented_and_acknowledged
from trio_live.state import State


@pytest.mark.parametrize(
    ("key", "value", "spoken"),
    [
        ("session:user_has_spoken", True, True),
        ("session:user_has_spoken", False, False),
        ("session:user_has_spoken", 1, False),
        ("session:last_input_transcription", "hello", True),
        ("session:last_input_transcription", "  ", False),
        ("session:last_input_transcription", 3, False),
        ("other", True, False),
    ],
)
def test_the_user_has_spoken_once_words_were_heard_or_typed(
    *, state: State, key: str, value: object, spoken: bool
) -> None:
    state.set(key, value)
    assert user_has_spoken(state) is spoken


def test_a_guard_may_wait_for_turns(state: State) -> None:
    guard = after_turns(2)
    for count, is_open in enumerate([False, False, True, True]):
        state.set("session:turn_count", count)
        assert guard(state) is is_open


def test_an_acknowledgement_counts_only_after_presenting_and_only_as_true(state: State) -> None:
    guard = presented_and_acknowledged("terms", "agreed")
    state.set("agreed", value=True)
    assert not guard(state)
    state.set("presented:terms", value=True)
    assert guard(state)
    state.set("agreed", "yes")
    assert not guard(state)
