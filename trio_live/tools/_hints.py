"""From a type hint to JSON Schema: what a parameter may be, for the model to read and for arguments to be checked by."""

from __future__ import annotations

import dataclasses
import typing
from collections import abc
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import attrs

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.tools._docstring import read_docstring

_SCALARS: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}
_ARRAYS: Final = frozenset(
    {list, set, frozenset, abc.Sequence, abc.Iterable, abc.Collection, abc.Set, abc.MutableSequence}
)
_OBJECTS: Final = frozenset({dict, abc.Mapping, abc.MutableMapping})
_MARKS: Final = frozenset({Required, NotRequired, getattr(typing, "ReadOnly", Required)})


@value
class Limits:
    """What a value must keep to, inside of ``Annotated``: ``Annotated[int, "how many guests", Limits(ge=1, le=8)]``.

    Anything else in ``Annotated`` with attributes of these names counts as well, such as the classes of
    ``annotated_types``.
    """

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


_LIMITS: Final = {
    "ge": ("minimum", "minimum"),
    "gt": ("exclusiveMinimum", "exclusiveMinimum"),
    "le": ("maximum", "maximum"),
    "lt": ("exclusiveMaximum", "exclusiveMaximum"),
    "min_length": ("minLength", "minItems"),
    "max_length": ("maxLength", "maxItems"),
    "pattern": ("pattern", "pattern"),
}
"""Attribute → the keyword of JSON Schema, and the one for an array."""


class HintError(Exception):
    """A hint that no schema can be made of; the text says why, and what to do."""


def schema_of(hint: Any) -> JsonObject:
    """The JSON Schema of what a hint allows.

    Args:
        hint: resolved: no text in it.

    Raises:
        HintError: the API has no schema for it.
    """
    return _schema(hint, ())


def _schema(hint: Any, within: tuple[Any, ...]) -> JsonObject:
    hint = _bare(hint)
    shell, arms = get_origin(hint) or hint, get_args(hint)
    if shell is Annotated:
        return _annotated(_schema(arms[0], within), arms[1:])
    if shell in _SCALARS:
        return {"type": _SCALARS[shell]}
    if shell is Literal:
        return _enumerated([arm.value if isinstance(arm, Enum) else arm for arm in arms], hint)
    if shell in (Union, UnionType):
        return _union(arms, within, hint)
    if shell in _ARRAYS or shell is tuple:
        return _array(shell, arms, within, hint)
    if shell in _OBJECTS:
        return _free_object(arms, hint)
    if isinstance(shell, type) and issubclass(shell, Enum):
        return _enumerated([member.value for member in shell], hint)
    if isinstance(shell, type) and _has_fields(shell):
        return _class(shell, within)
    raise HintError(f"{spell(hint)} has no schema; {_ADVICE}")


_ADVICE: Final = (
    "use str, int, float, bool, Literal, an Enum, list, dict, a dataclass, an attrs class or a TypedDict, "
    "and None beside any of them"
)


def _bare(hint: Any) -> Any:
    """Without the name that a type was given, and without the marks of a TypedDict's field."""
    while True:
        if isinstance(hint, typing.NewType):
            hint = hint.__supertype__
        elif type(hint).__name__ == "TypeAliasType":
            hint = hint.__value__
        elif get_origin(hint) in _MARKS:
            (hint,) = get_args(hint)
        else:
            return hint


def _annotated(schema: JsonObject, metadata: tuple[Any, ...]) -> JsonObject:
    limits: JsonObject = {}
    for each in metadata:
        if isinstance(each, str):
            limits["description"] = each
            continue
        for attribute, keywords in _LIMITS.items():
            limit = getattr(each, attribute, None)
            if isinstance(limit, int | float | str):
                limits[keywords[schema.get("type") == "array"]] = limit
    return {**schema, **limits}


def _enumerated(values: list[Any], hint: Any) -> JsonObject:
    named = [each for each in values if each is not None]
    kinds = {_SCALARS.get(type(each)) for each in named}
    if None in kinds:
        raise HintError(f"{spell(hint)} holds what is no text, number or boolean; a choice is among those")
    if len(kinds) != 1:
        raise HintError(f"{spell(hint)} mixes values of several types; a choice is among texts, numbers or booleans")
    schema: JsonObject = {"type": kinds.pop(), "enum": named}
    return {"anyOf": [schema, {"type": "null"}]} if len(named) < len(values) else schema


def _union(arms: tuple[Any, ...], within: tuple[Any, ...], hint: Any) -> JsonObject:
    schemas = [_schema(arm, within) for arm in arms if arm is not NoneType]
    kinds = [schema.get("type") for schema in schemas]
    if len(schemas) > 1 and (set(kinds) != {"object"}):
        raise HintError(f"{spell(hint)} leaves the type open, which models fill in badly; name one type, or take a str")
    null = [{"type": "null"}] if NoneType in arms else []
    return {"anyOf": [*schemas, *null]} if len(schemas) + len(null) > 1 else schemas[0]


def _array(shell: Any, arms: tuple[Any, ...], within: tuple[Any, ...], hint: Any) -> JsonObject:
    if shell is tuple and arms[1:] != (...,):
        items = [_schema(arm, within) for arm in arms]
        if not items or any(item != items[0] for item in items):
            raise HintError(f"{spell(hint)} has places of several types; use a dataclass, which names them")
        return {"type": "array", "items": items[0], "minItems": len(items), "maxItems": len(items)}
    if not arms:
        raise HintError(f"{spell(hint)} does not say of what; write list[str], for one")
    return {"type": "array", "items": _schema(arms[0], within)}


def _free_object(arms: tuple[Any, ...], hint: Any) -> JsonObject:
    if arms and _bare(arms[0]) is not str:
        raise HintError(f"{spell(hint)} has keys that are no text; JSON knows no others")
    values = {} if len(arms) < 2 or arms[1] in (Any, object) else {"additionalProperties": _schema(arms[1], ())}  # noqa: PLR2004  # key and value
    return {"type": "object", **values}


def _class(kind: Any, within: tuple[Any, ...]) -> JsonObject:
    if kind in within:
        raise HintError(f"{spell(kind)} contains itself, which no schema of the API can say")
    try:
        hints = get_type_hints(kind, include_extras=True)
    except NameError as missing:
        raise HintError(
            f"the fields of {spell(kind)} cannot be read: {missing}; define it at the top of a module"
        ) from None
    said = read_docstring(kind.__doc__ if not _is_generated_doc(kind) else None)
    properties, required = {}, []
    for name, is_required in _fields(kind, hints):
        properties[name] = _told(_schema(hints[name], (*within, kind)), said.parameters.get(name))
        if is_required:
            required.append(name)
    found: JsonObject = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    return _told(found, said.summary or None)


def _is_generated_doc(kind: Any) -> bool:
    """A dataclass without a docstring is given its signature for one."""
    return bool(kind.__doc__) and kind.__doc__.startswith(f"{kind.__name__}(")


def _told(schema: JsonObject, words: str | None) -> JsonObject:
    return {**schema, "description": words} if words and "description" not in schema else schema


def _has_fields(kind: type) -> bool:
    return attrs.has(kind) or dataclasses.is_dataclass(kind) or hasattr(kind, "__required_keys__")


def _fields(kind: Any, hints: dict[str, Any]) -> abc.Iterator[tuple[str, bool]]:
    """Name, and whether it must be given."""
    if attrs.has(kind):
        for field in attrs.fields(kind):
            if field.init:
                yield field.name, field.default is attrs.NOTHING
    elif dataclasses.is_dataclass(kind):
        for place in dataclasses.fields(kind):
            if place.init:
                yield place.name, place.default is dataclasses.MISSING and place.default_factory is dataclasses.MISSING
    else:
        for name, hint in hints.items():
            marks = _marks(hint)
            yield name, Required in marks or (name in kind.__required_keys__ and NotRequired not in marks)


def _marks(hint: Any) -> set[Any]:
    found = set()
    while (mark := get_origin(hint)) in _MARKS:
        found.add(mark)
        (hint,) = get_args(hint)
    return found


def spell(hint: Any) -> str:
    """A hint as its author wrote it, more or less."""
    return hint.__qualname__ if isinstance(hint, type) and not get_args(hint) else str(hint).replace("typing.", "")
