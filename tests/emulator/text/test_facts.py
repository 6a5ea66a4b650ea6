"""What a persona's patterns find in a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.callers import persona
from trio_live.emulator._text._facts import facts_in, shaped

DESK = persona(
    r"""
[[rule]]
heard = { pattern = '''doctor (?P<doctor>\w+)''' }
in = ["later"]
say = "Fine."

[[rule]]
heard = { pattern = '''(?P<day>monday|friday)''' }
say = "Fine."
goto = "later"

[[rule]]
heard = { pattern = '''(?P<guests>\d+|many) people''' }
say = "Fine."

[[default]]
say = "Yes?"
"""
)


def test_every_pattern_is_looked_for_wherever_the_talk_stands() -> None:
    assert facts_in(DESK, "User: Doctor Chen on Monday\nAssistant: Or Friday?\n\nUser: 4 people") == {
        "doctor": "Chen",
        "day": "Monday",
        "guests": "4",
    }


def test_what_was_said_last_counts() -> None:
    assert facts_in(DESK, "User: Monday\n\nUser: no, Friday\n") == {"day": "Friday"}


def test_a_text_without_marks_is_the_users() -> None:
    assert facts_in(DESK, "see doctor Ruiz") == {"doctor": "Ruiz"}


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ({"type": "STRING"}, "4", "4"),
        ({"type": "INTEGER", "nullable": True}, "4", 4),
        ({"type": "integer"}, "many", None),
        ({"type": "NUMBER"}, "4.5", 4.5),
        ({"type": "BOOLEAN"}, "yes please", True),
        ({"type": "BOOLEAN"}, "no", False),
        ({"type": "BOOLEAN"}, "perhaps", None),
        ({"type": "ARRAY", "items": {"type": "INTEGER"}}, "4", [4]),
        ({}, "4", "4"),
    ],
)
def test_a_field_has_the_type_that_is_asked_for(kind: dict[str, Any], words: str, value: Any) -> None:
    assert shaped({"field": words}, {"type": "OBJECT", "properties": {"field": kind, "other": kind}}) == {
        "field": value,
        "other": None,
    }


def test_without_a_schema_everything_is_told() -> None:
    assert shaped({"a": "b"}, None) == shaped({"a": "b"}, {"type": "OBJECT"}) == {"a": "b"}
