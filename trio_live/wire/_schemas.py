"""What a function's schema must not hold, found before the server closes the session over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

KEYWORDS: Final = frozenset(
    [
        "additionalProperties",
        "anyOf",
        "default",
        "defs",
        "description",
        "enum",
        "example",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "nullable",
        "pattern",
        "prefixItems",
        "properties",
        "propertyOrdering",
        "ref",
        "required",
        "title",
        "type",
    ]
)
"""What a schema of this API may say (its message has no other fields); JSON Schema says more."""

_VALUES: Final = frozenset({"enum", "default", "example"})
"""Keywords that hold values and no schemas."""


def type_lists(schema: Any, path: str = "") -> Iterator[str]:
    """The paths of every ``type`` that is a list (``["string", "null"]``): JSON Schema allows it, this API does not.

    It closes the session with 1007 (measured). ``nullable`` and ``anyOf`` say the same.

    Args:
        schema: an OpenAPI schema, as ``parameters`` and ``response`` of a declaration hold it.
        path: where the schema itself stands.
    """
    match schema:
        case dict():
            if isinstance(schema.get("type"), list):
                yield _join(path, "type")
            named = schema.get("properties")
            for name, value in named.items() if isinstance(named, dict) else ():
                yield from type_lists(value, _join(path, f"properties.{name}"))
            for key, value in schema.items():
                if key not in _VALUES and key != "properties":
                    yield from type_lists(value, _join(path, key))
        case list():
            for index, item in enumerate(schema):
                yield from type_lists(item, f"{path}[{index}]")


def unknown_keywords(schema: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each keyword that the API does not know, with the path of the schema it stands in.

    A server as strict as Google's closes the session with 1007 over one (official client: its models forbid them).

    Args:
        schema: an OpenAPI schema, as ``parameters`` and ``response`` of a declaration hold it.
        path: where the schema itself stands.
    """
    match schema:
        case dict():
            yield from ((name, path) for name in schema if _spelled(name) not in KEYWORDS)
            named = schema.get("properties")
            for name, value in named.items() if isinstance(named, dict) else ():
                yield from unknown_keywords(value, _join(path, f"properties.{name}"))
            for key in (key for key in schema if _spelled(key) in {"items", "anyOf"}):
                yield from unknown_keywords(schema[key], _join(path, key))
        case list():
            for index, item in enumerate(schema):
                yield from unknown_keywords(item, f"{path}[{index}]")


def _spelled(name: str) -> str:
    """A keyword as the API writes it; it reads ``any_of`` for ``anyOf`` as well, as all JSON of protocol buffers."""
    return name[:1] + name.title().replace("_", "")[1:] if "_" in name else name


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
