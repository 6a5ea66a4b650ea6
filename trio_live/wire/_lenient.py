"""Reading what msgspec's typed decoder refuses, without writing the schema a second time.

The typed decoder is fast and strict: it knows one base64 alphabet, one spelling of a field, one form of a number.
Real peers are not that tidy. So a frame that it refuses is parsed as plain JSON and walked along the *types* of
the very same structs; on the way every liberty that protobuf JSON allows is taken back:

* snake_case names become the struct's names (but never inside free-form objects: those keys are data);
* numbers written as strings, and integers written as ``40.0``, become numbers;
* enum values written as numbers become strings, as unknown as any other that nobody here has heard of;
* both base64 alphabets, with or without padding, become bytes;
* ``null`` becomes absent.

Strategy: one walker, three manners. *Reading what the server said* passes over unknown fields and leaves out an
undecodable part, or a count that can be none, alone, naming it. *Being a patient server* passes over unknown fields, but a part that cannot be read
fails the frame: dropping what a user said would be worse. *Being a server* (``strict``) refuses unknown fields and enum
values with the words Google uses, which is what the emulator's strict mode is.
"""

from __future__ import annotations

import binascii
import math
from functools import cache
from typing import Any, cast

import attrs
import msgspec
import pybase64
from msgspec import inspect

from trio_live.errors import RemoteProtocolError
from trio_live.wire._limits import exceeded
from trio_live.wire._messages import ENUMS, Part, Wire


@attrs.define
class Walk:
    """One frame being read: the manner, and what had to be passed over."""

    strict: bool = False
    problems: list[str] | None = None
    """Where what is left out by itself is named; ``None``: it fails the frame."""


@cache
def _fields(struct: type[Wire]) -> dict[str, tuple[str, str, inspect.Type]]:
    """Both spellings of each field → (attribute, wire name, type)."""
    table: dict[str, tuple[str, str, inspect.Type]] = {}
    for field in inspect.type_info(struct).fields:  # type: ignore[attr-defined]  # a struct's info is a StructType
        table[field.name] = table[field.encode_name] = (field.name, field.encode_name, field.type)
    return table


def relax_struct(value: Any, struct: type[Wire], walk: Walk, path: str = "") -> dict[str, Any]:
    """A JSON object, tidied until ``msgspec.convert(…, struct)`` accepts it.

    Args:
        value: what the JSON parser returned.
        struct: the struct it should become.
        walk: the manner of reading; collects what was passed over.
        path: where ``value`` stands in the frame, for messages.

    Raises:
        RemoteProtocolError: it cannot be read; ``where`` names the place.
    """
    if not isinstance(value, dict):
        raise RemoteProtocolError(f"expected an object, got {_kind(value)}", where=path)
    fields = _fields(struct)
    tidy: dict[str, Any] = {}
    for key, raw in value.items():
        entry = fields.get(key)
        if entry is None:
            if walk.strict:
                raise RemoteProtocolError(
                    f"Invalid JSON payload received. Unknown name \"{key}\" at '{path}': Cannot find field."
                    if path
                    else f'Invalid JSON payload received. Unknown name "{key}": Cannot find field.'
                )
            continue
        if raw is None:
            continue
        name, encoded, kind = entry
        step = name if walk.strict else encoded
        where = f"{path}.{step}" if path else step
        if walk.strict and (allowed := ENUMS.get((struct, name))) is not None:
            raw = _check_enum(raw, allowed, where)  # noqa: PLW2901  # the same value, spelled as a string
        try:
            tidy[encoded] = _relax(raw, kind, walk, where)
        except RemoteProtocolError as problem:
            if walk.problems is None or problem.limit != "count":
                raise
            walk.problems.append(str(problem))
    return tidy


def _check_enum(value: Any, allowed: frozenset[str], where: str) -> Any:
    """An enum value, or a list of them, with numbers spelled as strings: a number is not checked against a name.

    What is neither is left to the check of its type. A list inside of a list is, too, however deep it goes.
    """
    if isinstance(value, list):
        return [item if isinstance(item, list) else _check_enum(item, allowed, where) for item in value]
    if isinstance(value, str) and value not in allowed:
        raise RemoteProtocolError(f"Invalid value at '{where}': \"{value}\"")
    return str(value) if _is_whole(value) else value


def _relax(value: Any, kind: inspect.Type, walk: Walk, path: str) -> Any:
    match kind:
        case inspect.UnionType(types=types):
            members = [member for member in types if not isinstance(member, inspect.NoneType)]
            return _relax(value, members[0], walk, path) if len(members) == 1 else _relax_number(value, members, path)
        case inspect.Metadata(type=limited, extra={"limit": str() as limit}):
            return _relax_limited(value, limited, limit, walk, path)
        case inspect.StructType(cls=cls):
            return relax_struct(value, cast("type[Wire]", cls), walk, path)
        case inspect.ListType(item_type=item):
            return _relax_list(value, item, walk, path)
        case inspect.BytesType():
            return _relax_bytes(value, path)
        case inspect.IntType() | inspect.FloatType():
            return _relax_number(value, [kind], path)
        case inspect.BoolType():
            return _relax_bool(value, path)
        case inspect.StrType():
            return str(value) if _is_whole(value) and not walk.strict else _expect(value, str, "a string", path)
        case inspect.DictType():
            return _expect(value, dict, "an object", path)
        case _:
            return value


def _relax_limited(value: Any, kind: inspect.Type, limit: str, walk: Walk, path: str) -> Any:
    """What has a limit of its own. A list is not looked into when it is too long."""
    most = getattr(kind, "max_length", None)
    if most is not None and isinstance(value, list | str) and len(value) > most:
        raise exceeded(limit, path)
    tidy = _relax(value, kind, walk, path)
    if isinstance(kind, inspect.IntType) and not (kind.ge or 0) <= tidy <= (kind.le or math.inf):
        raise exceeded(limit, path)
    return tidy


def _relax_list(value: Any, item: inspect.Type, walk: Walk, path: str) -> list[Any]:
    items = [value] if isinstance(value, dict) else _expect(value, list, "a list", path)
    is_parts = isinstance(item, inspect.StructType) and item.cls is Part
    tidy = []
    for index, raw in enumerate(items):
        try:
            tidy.append(_relax(raw, item, walk, f"{path}[{index}]"))
        except RemoteProtocolError as problem:
            if walk.problems is None or not is_parts:
                raise
            walk.problems.append(str(problem))
    return tidy


def _relax_bytes(value: Any, path: str) -> bytes:
    text = _expect(value, str, "base64 text", path).rstrip("=")
    alphabet = b"-_" if "-" in text or "_" in text else None
    try:
        return pybase64.b64decode(text + "=" * (-len(text) % 4), alphabet, validate=True)
    except (binascii.Error, ValueError):
        raise RemoteProtocolError("invalid base64", where=path) from None


def _relax_number(value: Any, members: list[inspect.Type], path: str) -> Any:
    takes = {type(member) for member in members}
    if isinstance(value, str) and inspect.StrType in takes:
        return value
    number = value
    if isinstance(value, str):
        try:
            number = int(value)
        except ValueError:
            try:
                number = float(value)
            except ValueError:
                raise RemoteProtocolError(f"expected a number, got {_kind(value)}", where=path) from None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise RemoteProtocolError(f"expected a number, got {_kind(value)}", where=path)
    if isinstance(number, float) and not math.isfinite(number):
        raise RemoteProtocolError("expected a finite number", where=path)
    if isinstance(number, float) and inspect.FloatType not in takes:
        if not number.is_integer():
            raise RemoteProtocolError(f"expected an integer, got {number}", where=path)
        return int(number)
    return number


def _relax_bool(value: Any, path: str) -> bool:
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    if not isinstance(value, bool):
        raise RemoteProtocolError(f"expected true or false, got {_kind(value)}", where=path)
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _expect(value: Any, kind: type, name: str, path: str) -> Any:
    if not isinstance(value, kind):
        raise RemoteProtocolError(f"expected {name}, got {_kind(value)}", where=path)
    return value


def _kind(value: Any) -> str:
    """What a JSON value is, for a message: never the value itself, which may be somebody's speech."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def convert(tidy: dict[str, Any], struct: type[Any]) -> Any:
    """The struct from a tidied object.

    Raises:
        RemoteProtocolError: the walker let something pass that the struct refuses.
    """
    try:
        return msgspec.convert(tidy, struct)
    except msgspec.ValidationError as problem:
        raise RemoteProtocolError(str(problem)) from None
