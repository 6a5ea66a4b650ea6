from __future__ import annotations

import pytest

from trio_live.emulator._engines._repeats import said_once


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Go forward ten meters. Go forward ten meters. Go", "Go forward ten meters."),
        ("go forward, go forward", "go forward,"),
        ("no, no", "no, no"),
        ("no no no no", "no"),
        ("ten of clubs", "ten of clubs"),
        ("one two one", "one two one"),
        ("a b a b c", "a b a b c"),
        ("", ""),
    ],
)
def test_a_text_that_is_nothing_but_repetitions_is_said_once(text: str, once: str) -> None:
    assert said_once(text) == once
