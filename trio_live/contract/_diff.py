"""What is different between two contracts, found in their JSON: one line for each thing, named by its path.

Items of a list are told apart by what names them, so a phase that was put before the others is one line, not as many
as there are phases. The order of transitions and of phases' names is compared by itself: the first open way is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.state import ABSENT, Absent
from trio_live.state._internal import json_equal

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "tools": ("name",),
    "phases": ("name",),
    "preparations": ("name",),
    "transitions": ("target",),
    "extractors": ("name",),
    "promotions": ("field", "state_key"),
    "computed": ("key",),
    "watchers": ("key", "predicate"),
    "agents": ("name",),
}
"""List → the fields that tell its items apart."""

ORDERED: Final = frozenset({"transitions", "preparations", "extractors", "promotions", "agents"})
"""Lists whose order decides what happens."""


@value
class Difference:
    """One thing that is not the same."""

    path: str
    """Such as ``phases[day].needs``."""
    old: Json | Absent
    """`ABSENT` when it was added."""
    new: Json | Absent
    """`ABSENT` when it was removed."""

    def __str__(self) -> str:
        if isinstance(self.old, Absent):
            return f"+ {self.path}: {_shown(self.new)}"
        if isinstance(self.new, Absent):
            return f"- {self.path}: {_shown(self.old)}"
        return f"~ {self.path}: {_shown(self.old)} → {_shown(self.new)}"


def differences(old: JsonObject, new: JsonObject) -> tuple[Difference, ...]:
    """Every difference, in the order of the fields."""
    return tuple(_of_objects("", old, new))


def _of_objects(path: str, old: JsonObject, new: JsonObject) -> Iterator[Difference]:
    for field in dict.fromkeys([*old, *new]):
        where = f"{path}.{field}" if path else field
        before, after = old.get(field, ABSENT), new.get(field, ABSENT)
        if field in NAMES and isinstance(before, list) and isinstance(after, list):
            yield from _of_items(field, where, before, after)
        elif field == "controls" and isinstance(before, dict) and isinstance(after, dict):
            yield from _of_objects(where, before, after)
        elif not json_equal(before, after):
            yield Difference(where, before, after)


def _of_items(field: str, path: str, old: Sequence[JsonObject], new: Sequence[JsonObject]) -> Iterator[Difference]:
    before, after = _by_name(field, old), _by_name(field, new)
    for name in dict.fromkeys([*before, *after]):
        where = f"{path}[{name}]"
        if name in before and name in after:
            yield from _of_objects(where, before[name], after[name])
        else:
            yield Difference(where, before.get(name, ABSENT), after.get(name, ABSENT))
    if field in ORDERED:
        kept = [name for name in before if name in after], [name for name in after if name in before]
        if kept[0] != kept[1]:
            yield Difference(f"{path} (order)", *kept)


def _by_name(field: str, items: Sequence[JsonObject]) -> dict[str, JsonObject]:
    """The items by name; a second one of a name is told apart by its number."""
    named: dict[str, JsonObject] = {}
    for item in items:
        name = " ".join(str(item[part]) for part in NAMES[field])
        number = 1
        while (key := name if number == 1 else f"{name} #{number}") in named:
            number += 1
        named[key] = item
    return named


def _shown(json_value: Json | Absent) -> str:
    return json.dumps(json_value, ensure_ascii=False)
