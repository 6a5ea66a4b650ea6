"""What a function answered, however a client wraps it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator._persona._answers import answer_in, read_text

SLOTS: dict[str, Any] = {"slots": ["13:30", "16:00"], "open": True, "note": None}


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ({"output": SLOTS}, SLOTS),
        ({"result": "foggy"}, "foggy"),
        ({"output": json.dumps(SLOTS)}, SLOTS),
        ({"output": f" {SLOTS!r}\n"}, SLOTS),
        ({"output": "('a', {'b'})"}, ["a", ["b"]]),
        ({"output": "{not quite"}, "{not quite"),
        ({"output": "(see below)"}, "(see below)"),
        ({"output": "42"}, "42"),
        ({"output": "{1: b'x'}"}, {"1": "b'x'"}),
        ({"slots": "[1]", "n": 2}, {"slots": "[1]", "n": 2}),
    ],
)
def test_the_wrapper_is_taken_off_and_text_is_read(response: dict[str, Any], answer: Any) -> None:
    assert answer_in(response) == answer


@given(st.text())
def test_any_text_is_an_answer(text: str) -> None:
    assert read_text(text) is not None
