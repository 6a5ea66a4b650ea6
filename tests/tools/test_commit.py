from __future__ import annotations

import pytest

from trio_live.errors import ConfigError
from trio_live.state import State
from trio_live.tools import CommitGuard


def test_a_key_is_filled_from_arguments_and_then_from_the_state() -> None:
    state = State({"day": "Monday", "app:caller": 7})
    guard = CommitGuard("{patient}/{day}/{app:caller}")
    assert guard.filled({"patient": "Ann", "day": "Friday"}, state) is None
    state = State({"day": "Monday"})
    assert CommitGuard("{patient}-{day}").filled({"patient": "Ann", "day": "Friday"}, state) == "Ann-Friday"
    assert CommitGuard("{patient}-{day}").filled({"patient": "Ann"}, state) == "Ann-Monday"


def test_where_something_is_missing_there_is_no_key() -> None:
    assert CommitGuard("{patient}-{day}").filled({"patient": "Ann"}, State()) is None


@pytest.mark.parametrize("key", ["", "always", "{}", "{a", "{0}", "{a.b}"])
def test_a_key_that_names_nothing_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="the key of a commit guard"):
        CommitGuard(key)
