from __future__ import annotations

from trio_live.events import Speaker


def test_whoever_speaks_has_a_name_that_stands_before_the_words() -> None:
    assert {speaker.value: speaker.label for speaker in Speaker} == {"user": "User", "model": "Assistant"}
