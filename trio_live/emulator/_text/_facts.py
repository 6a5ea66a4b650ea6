"""What a persona makes of a conversation when it is asked for JSON: the values that its patterns find in it.

There is no model behind it. A question that asks for fields gets those that some pattern of the persona captures under
that name, from the line of the user in which it was captured last; a field that nothing captures is ``null``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from trio_live._typing import Json, JsonObject
from trio_live.emulator._persona import Persona, hears
from trio_live.events import Speaker

SPOKEN: Final = f"{Speaker.USER.label}:"
"""Before what the user said, in a conversation that is written down."""
_YES: Final = frozenset({"yes", "true", "sure", "correct", "right", "exactly"})
_NO: Final = frozenset({"no", "false", "wrong"})


def facts_in(persona: Persona, conversation: str) -> dict[str, str]:
    """Every value that a pattern of the persona captures in what the user says, the last one of each name.

    Args:
        persona: whose patterns are looked for, whatever the talk has come to.
        conversation: lines that begin with ``User:``; where none does, all of it is the user's.
    """
    lines = conversation.splitlines()
    said = [line.removeprefix(SPOKEN).strip() for line in lines if line.startswith(SPOKEN)] or lines
    found: dict[str, str] = {}
    for line in said:
        for rule in persona.rules:
            found |= hears(rule.heard, line) or {}
    return found


def shaped(found: dict[str, str], schema: JsonObject | None) -> JsonObject:
    """The values as a schema wants them: its fields, each of its type; all of them where there is no schema."""
    fields: JsonObject = (schema or {}).get("properties", {})
    if not fields:
        return dict(found)
    return {name: _typed(found.get(name), wanted) for name, wanted in fields.items()}


def _typed(words: str | None, wanted: JsonObject) -> Json:
    kind = str(wanted.get("type", "STRING")).upper()
    if words is None:
        return None
    if kind == "ARRAY":
        return [_typed(words, wanted.get("items", {}))]
    return _READ.get(kind, str)(words)


def _number(words: str) -> Json:
    return _read(float, words)


def _integer(words: str) -> Json:
    return _read(int, words)


def _read(kind: Callable[[str], Json], words: str) -> Json:
    try:
        return kind(words)
    except ValueError:
        return None


def _boolean(words: str) -> Json:
    return True if _any_of(_YES, words) else False if _any_of(_NO, words) else None


def _any_of(answers: Iterable[str], words: str) -> bool:
    return not set(answers).isdisjoint(words.casefold().split())


_READ: Final[dict[str, Callable[[str], Json]]] = {"NUMBER": _number, "INTEGER": _integer, "BOOLEAN": _boolean}
"""Type → how words become a value of it; everything else stays words."""
