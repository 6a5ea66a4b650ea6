"""Texts with holes.

For example ``"Doctor {doctor} is free at {find_slots.slots|'half past three'}."``. A hole holds alternatives separated by ``|``; the first that is known fills it. An alternative is a quoted literal, or
the name of a value followed by the way into it: ``find_slots.slots.0``. Values are a persona's facts, the named groups
of patterns, the arguments of calls, and under each tool's name what it answered. A format may end the hole:
``{count:int}``. ``{{`` and ``}}`` are braces.

A hole that nothing fills is a mistake of the persona. `unfilled_holes` finds it; it is told in the log, and neither a
caller nor a function ever sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from trio_live._typing import Json, JsonObject
from trio_live.emulator._templates._formats import FORMATS

_HOLE: Final = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")
_MISSING: Final = object()


def fill(template: str, values: Mapping[str, Json]) -> str:
    """The text with its holes filled, ready to be spoken."""
    return _HOLE.sub(lambda hole: _braces(hole) or _shown(hole, values), template)


def fill_json(template: Json, values: Mapping[str, Json]) -> Json:
    """A JSON value with the holes of all its strings filled.

    A string that is one hole and nothing else becomes the value itself, whatever its type.
    """
    match template:
        case dict():
            return {key: fill_json(value, values) for key, value in template.items()}
        case list():
            return [fill_json(value, values) for value in template]
        case str():
            whole = _HOLE.fullmatch(template)
            value = _look_up(whole, values) if whole and whole[1] else _MISSING
            return fill(template, values) if value is _MISSING else value
        case _:
            return template


def fill_known(template: JsonObject, values: Mapping[str, Json]) -> dict[str, Json]:
    """An object with the holes of its strings filled, without the values in which a hole stays open."""
    return {key: fill_json(value, values) for key, value in template.items() if not any(unfilled_holes(value, values))}


def fill_whole(template: str, values: Mapping[str, Json]) -> str | None:
    """As `fill`; ``None`` where nothing fills one of the holes."""
    whole = True

    def put(hole: re.Match[str]) -> str:
        nonlocal whole
        value = _look_up(hole, values) if hole[1] else ""
        whole = whole and value is not _MISSING
        return _braces(hole) or spoken(value)

    text = _HOLE.sub(put, template)
    return text if whole else None


def unfilled_holes(template: Json, values: Mapping[str, Json]) -> Iterator[str]:
    """The holes that nothing fills, as they stand."""
    return (hole[0] for hole in _holes_in(template) if _look_up(hole, values) is _MISSING)


def holes(template: Json) -> Iterator[tuple[str, ...]]:
    """For every hole, the names of values that could fill it; literals are left out, and so are holes that hold one."""
    for hole in _holes_in(template):
        alternatives = _alternatives(hole[1])[0]
        if not any(_literal(alternative) is not None for alternative in alternatives):
            yield tuple(alternative.partition(".")[0] for alternative in alternatives)


def only_hole(template: str) -> tuple[tuple[str, ...], str] | None:
    """The names and the format of the hole that a text consists of; ``None``: it has other words, or a literal in the hole."""
    whole = _HOLE.fullmatch(template)
    if whole is None or not whole[1]:
        return None
    names = next(holes(template), None)
    return None if names is None else (names, _alternatives(whole[1])[1])


def unknown_formats(template: Json) -> Iterator[str]:
    """Every format that does not exist."""
    for hole in _holes_in(template):
        name = _alternatives(hole[1])[1]
        if name and name not in FORMATS:
            yield name


def _holes_in(template: Json) -> Iterator[re.Match[str]]:
    """Every hole of every string, in order."""
    match template:
        case dict():
            for value in template.values():
                yield from _holes_in(value)
        case list() | tuple():
            for value in template:
                yield from _holes_in(value)
        case str():
            yield from (hole for hole in _HOLE.finditer(template) if hole[1])


def spoken(value: Json) -> str:
    """A JSON value as one would say it: lists with commas and a final "and", yes and no for booleans."""
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case None:
            return "nothing"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return _listed([spoken(item) for item in value])
        case dict():
            return _listed([spoken(item) for item in value.values()])
        case _:
            return str(value)


def _listed(items: list[str]) -> str:
    if not items:
        return "nothing"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _braces(hole: re.Match[str]) -> str | None:
    return None if hole[1] else hole[0][0]


def _alternatives(inside: str) -> tuple[tuple[str, ...], str]:
    """The alternatives of a hole, and its format (empty: none)."""
    alternatives, colon, name = inside.rpartition(":")
    if not colon or "'" in name or '"' in name:
        alternatives, name = inside, ""
    return tuple(part.strip() for part in alternatives.split("|")), name.strip()


def _look_up(hole: re.Match[str], values: Mapping[str, Json]) -> Json:
    alternatives, form = _alternatives(hole[1])
    for alternative in alternatives:
        literal = _literal(alternative)
        value = literal if literal is not None else _walk(alternative, values)
        if value is not _MISSING:
            return _format(value, form)
    return _MISSING


def _shown(hole: re.Match[str], values: Mapping[str, Json]) -> str:
    value = _look_up(hole, values)
    return hole[0] if value is _MISSING else spoken(value)


def _literal(alternative: str) -> str | None:
    quoted = len(alternative) > 1 and alternative[0] == alternative[-1] and alternative[0] in "'\""
    return alternative[1:-1] if quoted else None


def _walk(path: str, values: Mapping[str, Json]) -> Json:
    node: Json = values
    for step in path.split("."):
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return _MISSING
    return node


def _format(value: Json, name: str) -> Json:
    change = FORMATS.get(name)
    if change is None:
        return value
    try:
        return change(spoken(value))
    except ValueError:
        return value
