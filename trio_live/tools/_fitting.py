"""Do the arguments of a call fit? Every mistake is named with its place, so that the model can mend the call.

What a model cannot help is forgiven: its numbers travel as floats (``3.0`` is welcome where a whole number is asked
for), and it writes ``null`` for what it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from trio_live._typing import Json, JsonObject

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}

_LIMITS: Final[dict[str, tuple[Callable[[Any, Any], bool], str]]] = {
    "minimum": (lambda value, limit: value >= limit, "must be at least {}"),
    "exclusiveMinimum": (lambda value, limit: value > limit, "must be more than {}"),
    "maximum": (lambda value, limit: value <= limit, "must be at most {}"),
    "exclusiveMaximum": (lambda value, limit: value < limit, "must be less than {}"),
    "minLength": (lambda value, limit: len(value) >= limit, "must have at least {} characters"),
    "maxLength": (lambda value, limit: len(value) <= limit, "must have at most {} characters"),
    "minItems": (lambda value, limit: len(value) >= limit, "must have at least {} items"),
    "maxItems": (lambda value, limit: len(value) <= limit, "must have at most {} items"),
    "pattern": (lambda value, limit: re.search(limit, value) is not None, "must match {}"),
}
"""Keyword → whether a value keeps to it, and what to say when not."""


def fit(args: Mapping[str, Json], schema: JsonObject) -> tuple[JsonObject, list[str]]:
    """The arguments as the schema wants them, and what is wrong with them.

    Args:
        args: the model's.
        schema: JSON Schema as `schema_of` makes it: an object.
    """
    problems: list[str] = []
    return _object(dict(args), schema, "", problems), problems


def _fit(value: Json, schema: JsonObject, path: str, problems: list[str]) -> Json:
    if "anyOf" in schema:
        return _any_of(value, schema["anyOf"], path, problems)
    kind = schema.get("type")
    if kind is None:
        return value
    if kind == "integer" and type(value) is float and value.is_integer():
        value = int(value)
    if type(value) not in _TYPES[kind]:
        problems.append(f"{path} must be {_a(kind)}, not {_shown(value)}")
        return value
    if "enum" in schema and value not in schema["enum"]:
        problems.append(f"{path} must be one of {', '.join(map(_shown, schema['enum']))}, not {_shown(value)}")
    if not schema.keys().isdisjoint(_LIMITS):
        problems += [
            f"{path} {words.format(schema[keyword])}, and is {_shown(value)}"
            for keyword, (holds, words) in _LIMITS.items()
            if keyword in schema and not holds(value, schema[keyword])
        ]
    if kind == "array":
        items = schema.get("items", {})
        return [_fit(item, items, f"{path}[{index}]", problems) for index, item in enumerate(value)]
    return _object(value, schema, path, problems) if kind == "object" else value


def _any_of(value: Json, choices: list[JsonObject], path: str, problems: list[str]) -> Json:
    tried: list[str] = []
    for choice in choices:
        wrong: list[str] = []
        fitted = _fit(value, choice, path, wrong)
        if not wrong:
            return fitted
        if choice.get("type") != "null":
            tried = tried or wrong
    problems += tried
    return value


def _object(value: JsonObject, schema: JsonObject, path: str, problems: list[str]) -> JsonObject:
    named: Mapping[str, JsonObject] = schema.get("properties", {})
    required, beyond = schema.get("required", ()), schema.get("additionalProperties")
    fitted: JsonObject = {}
    for name, held in value.items():
        place = f"{path}.{name}" if path else name
        if name in named:
            if held is None and name not in required and not _takes_null(named[name]):
                continue
            fitted[name] = _fit(held, named[name], place, problems)
        elif beyond is False:
            known = ", ".join(named) or "none"
            problems.append(f"{place} is not known; {path or 'the function'} takes {known}")
        else:
            fitted[name] = _fit(held, beyond, place, problems) if isinstance(beyond, dict) else held
    problems += [
        f"{path}.{name} is missing" if path else f"{name} is missing" for name in required if name not in value
    ]
    return fitted


def _takes_null(schema: JsonObject) -> bool:
    return any(choice.get("type") == "null" for choice in schema.get("anyOf", ()))


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004  # enough to know it again
