"""The one normaliser: from any JSON Schema to the form of a schema that the Live API accepts.

A schema that it does not accept closes the socket during setup, and then there is no call at all. So this file is
strict about what comes out and lenient about what goes in: what the API cannot say is said in the description, or
left unsaid, and the tool checks its arguments itself.

==========================================  ================================================================
goes in                                     comes out
==========================================  ================================================================
``$ref`` into ``$defs`` or ``definitions``  what it points at, in its place
one that leads back into itself             an object of any kind
``type: ["string", "null"]``                ``type: STRING, nullable: true``
``type: ["string", "integer"]``             ``anyOf`` of the two
``anyOf``/``oneOf`` of one thing and null   that thing, ``nullable: true``
``allOf``                                   its members, one over the other
``const``                                   ``enum`` of one
``enum`` of numbers or booleans             the type, and a description that lists them (the API has enums of text)
``exclusiveMinimum``/``Maximum``            the next whole number for INTEGER; for NUMBER the description
a keyword the API has no word for           nothing
==========================================  ================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from trio_live._typing import Json, JsonObject
from trio_live.errors import ConfigError

TYPES: Final = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"})
"""The types a schema may name. NULL is said by ``nullable``."""

_NUMBERS: Final = (int, float)
_COPIED: Final[dict[str, dict[str, tuple[type, ...]]]] = {
    "STRING": {"minLength": (int,), "maxLength": (int,), "pattern": (str,)},
    "INTEGER": {"minimum": _NUMBERS, "maximum": _NUMBERS},
    "NUMBER": {"minimum": _NUMBERS, "maximum": _NUMBERS},
    "BOOLEAN": {},
    "ARRAY": {"minItems": (int,), "maxItems": (int,)},
    "OBJECT": {},
}
"""Type → the keywords that mean the same on both sides, and what they hold."""

_FORMATS: Final = {"STRING": {"date-time", "enum"}, "INTEGER": {"int32", "int64"}, "NUMBER": {"float", "double"}}
"""Type → the formats that the API knows; it refuses others."""

_EXCLUSIVE: Final = (
    ("exclusiveMinimum", "minimum", 1, "More than"),
    ("exclusiveMaximum", "maximum", -1, "Less than"),
)
"""Keyword, the inclusive one, the step between the two for whole numbers, and the words where there is no step."""

_KINDS: Final = (
    ({bool}, "BOOLEAN"),
    ({int}, "INTEGER"),
    ({int, float}, "NUMBER"),
)
"""Values of these types alone → the type that is meant."""


def normalise(schema: Mapping[str, Any]) -> JsonObject:
    """The same schema, as the API accepts it.

    Args:
        schema: JSON Schema, OpenAPI's, or the API's own form.

    Raises:
        ConfigError: it is no schema: a type that nobody knows, a reference that leads nowhere.
    """
    return _Normaliser(schema).normalised(schema, ())


def normalise_parameters(schema: Mapping[str, Any] | None) -> JsonObject | None:
    """As `normalise`, for the parameters of a function: an object, or ``None`` when there are none.

    Raises:
        ConfigError: the same; and when it is no object.
    """
    found = normalise(schema) if schema else {"type": "OBJECT"}
    if found.get("type") != "OBJECT":
        raise ConfigError(f"the parameters of a function are an object, not {found.get('type') or 'a choice'}")
    return {key: found[key] for key in found if key != "nullable"} if "properties" in found else None


class _Normaliser:
    """One schema; it knows where references lead."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root

    def normalised(self, schema: Any, within: tuple[str, ...]) -> JsonObject:
        """Normalise a piece of the root.

        Args:
            schema: the piece.
            within: references that led here; one for each time it was followed, so this also says how deep.
        """
        if not isinstance(schema, Mapping | bool):
            raise ConfigError(f"a schema is an object, not {schema!r}")
        flat = self._flat(schema, within) if isinstance(schema, Mapping) else {}
        references = (*within, *_references(schema))
        members, nullable = _members(flat)
        nullable = nullable or flat.get("nullable") is True
        if len(members) > 1:
            choices = [self.normalised(member, references) for member in members]
            found = _described({"anyOf": choices}, flat)
        elif members != [flat]:
            found = self.normalised(members[0] if members else {"type": "string"}, references)
        else:
            found = self._single(flat, references)
        return {**found, "nullable": True} if nullable else found

    def _flat(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> JsonObject:
        """Without ``$ref`` and ``allOf`` at the top."""
        rest = {key: held for key, held in schema.items() if key not in {"$ref", "allOf"}}
        parts: list[Mapping[str, Any]] = []
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in within:
                return {"type": "object", **{key: rest[key] for key in rest if key == "description"}}
            parts.append(self._flat(self._resolved(reference), (*within, reference)))
        parts += [self._flat(member, within) for member in schema.get("allOf") or ()]
        return _merged([*parts, rest]) if parts else rest

    def _resolved(self, reference: str) -> Mapping[str, Any]:
        here: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
            name = step.replace("~1", "/").replace("~0", "~")
            here = here.get(name) if isinstance(here, Mapping) else None
        if not reference.startswith("#") or not isinstance(here, Mapping):
            raise ConfigError(f"the schema refers to {reference}, which is not in it")
        return here

    def _single(self, schema: JsonObject, within: tuple[str, ...]) -> JsonObject:
        kind = _kind(schema)
        found: JsonObject = {"type": kind}
        remarks = [*_format(schema, kind, found), *_values(schema, kind, found), *_bounds(schema, kind, found)]
        if kind == "ARRAY":
            found["items"] = self.normalised(schema.get("items") or {"type": "string"}, within)
        named = schema.get("properties")
        if kind == "OBJECT" and isinstance(named, Mapping) and named:
            found["properties"] = {str(name): self.normalised(each, within) for name, each in named.items()}
            required = [name for name in schema.get("required") or () if name in named]
            if required:
                found["required"] = required
        return _described(found, schema, remarks)


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for member in schema.get("allOf") or ():
            yield from _references(member)


def _merged(parts: Sequence[Mapping[str, Any]]) -> JsonObject:
    """Schemas that must all hold, as one: the later wins where both speak."""
    merged: JsonObject = {}
    for part in parts:
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = dict.fromkeys([*merged.get("required", ()), *part.get("required", ())])
        merged |= part
        merged |= {"properties": properties} if properties else {}
        merged |= {"required": [*required]} if required else {}
    return merged


def _members(schema: JsonObject) -> tuple[list[JsonObject], bool]:
    """The things a value may be, null apart; the schema alone where there is no choice."""
    key = next((key for key in ("anyOf", "oneOf") if schema.get(key)), None)
    if key is not None:
        given = [dict(member) for member in schema[key]]
        shared = {name: held for name, held in schema.items() if name not in {"anyOf", "oneOf", "default", "title"}}
    elif isinstance(kinds := schema.get("type"), list) or _is_null(schema):
        given = [{"type": kind} for kind in (kinds if isinstance(kinds, list) else [kinds])]
        shared = {name: held for name, held in schema.items() if name != "type"}
    else:
        return [schema], False
    members = [member for member in given if not _is_null(member)]
    if len(members) > 1:
        shared = {name: held for name, held in shared.items() if name not in {"description", "nullable"}}  # said above
    return [{**member, **shared} for member in members], len(members) < len(given)


def _is_null(schema: JsonObject) -> bool:
    return str(schema.get("type")).lower() == "null"


def _kind(schema: JsonObject) -> str:
    named = schema.get("type")
    if named is not None:
        if not isinstance(named, str) or named.upper() not in TYPES:
            raise ConfigError(f"a schema has the type {named!r}; the API knows {', '.join(sorted(TYPES))}")
        return named.upper()
    if "items" in schema:
        return "ARRAY"
    kinds = {type(each) for each in _listed(schema)}
    return next((kind for allowed, kind in _KINDS if kinds and kinds <= allowed), "STRING" if kinds else "OBJECT")


def _listed(schema: JsonObject) -> list[Json]:
    """The values that are allowed, null apart."""
    values = schema["enum"] if isinstance(schema.get("enum"), list) else [schema.get("const")]
    return [each for each in values if each is not None]


def _values(schema: JsonObject, kind: str, found: JsonObject) -> Iterable[str]:
    values = _listed(schema)
    if values and kind == "STRING":
        found["enum"] = [str(each) for each in values]
    elif values:
        yield f"One of {', '.join(json.dumps(each) for each in values)}."


def _format(schema: JsonObject, kind: str, found: JsonObject) -> Iterable[str]:
    named = schema.get("format")
    if named in _FORMATS.get(kind, ()):
        found["format"] = named
    elif isinstance(named, str):
        yield f"Format: {named}."


def _bounds(schema: JsonObject, kind: str, found: JsonObject) -> Iterable[str]:
    for keyword, held in _COPIED[kind].items():
        if type(schema.get(keyword)) in held:
            found[keyword] = schema[keyword]
    for keyword, inclusive, step, words in _EXCLUSIVE:
        bound = schema.get(keyword)
        if type(bound) not in _NUMBERS:
            continue
        if kind == "INTEGER" and type(bound) is int:
            found[inclusive] = bound + step
        elif kind in {"INTEGER", "NUMBER"}:
            yield f"{words} {bound:g}."


def _described(found: JsonObject, schema: JsonObject, remarks: Iterable[str] = ()) -> JsonObject:
    said = schema.get("description")
    words = " ".join([said.strip() if isinstance(said, str) else "", *remarks]).strip()
    return {**found, "description": words} if words else found
