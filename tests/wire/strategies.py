"""Random messages, built from the types of the structs themselves, and random liberties taken with their JSON."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, cast

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from trio_live.wire import ClientMessage, GoAway, ServerMessage
from trio_live.wire._internal import Wire, evolve

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)
WHOLE = st.integers(-(2**31), 2**31 - 1)
FRACTION = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | FRACTION | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
_NOT_ON_THE_WIRE = {(ServerMessage, "unknown"), (ServerMessage, "problems")}
_FEW = 3
"""Fields set at once: enough for every pair to meet, few enough for frames that can be read."""


def fields_of(struct: type[Wire]) -> list[inspect.Field]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return [field for field in info.fields if (struct, field.name) not in _NOT_ON_THE_WIRE]


@st.composite
def structs(draw: st.DrawFn, struct: type[Wire]) -> Any:
    """A struct with a few of its fields set."""
    fields = fields_of(struct)
    if not fields:
        return struct()
    chosen = draw(st.lists(st.sampled_from(fields), max_size=_FEW, unique_by=lambda field: field.name))
    return struct(**{field.name: draw(_values(field.type)) for field in chosen})


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.UnionType(types=types):
            return st.one_of([_values(member) for member in types if not isinstance(member, inspect.NoneType)])
        case inspect.Metadata(type=limited):
            return _values(limited)
        case inspect.IntType(ge=0):
            return st.integers(0, 2**53)
        case inspect.StructType(cls=cls):
            return structs(cast("type[Wire]", cls))
        case inspect.ListType(item_type=item):
            return st.lists(_values(item), max_size=2)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_values(key), _values(value), max_size=3)
        case _:
            return _SCALARS[type(kind)]


_SCALARS: dict[type[inspect.Type], st.SearchStrategy[Any]] = {
    inspect.AnyType: JSON,
    inspect.BoolType: st.booleans(),
    inspect.BytesType: st.binary(max_size=12),
    inspect.FloatType: FRACTION,
    inspect.IntType: WHOLE,
    inspect.StrType: TEXT,
}


def _with_a_time(message: ServerMessage) -> ServerMessage:
    """The message, with a time left that can be one: any other is left out by whoever reads it."""
    left = message.go_away
    return message if left is None or left.seconds_left is not None else evolve(message, go_away=GoAway("1s"))


server_messages = structs(ServerMessage).map(_with_a_time)
client_messages = structs(ClientMessage)


@st.composite
def spelled_freely(draw: st.DrawFn, value: Any, *, snake: bool) -> Any:
    """The JSON of a message with every liberty that protobuf JSON allows taken at random.

    Field names in either case (``snake``), numbers as strings or integral floats, four kinds of base64, nulls for
    fields that are absent, and fields nobody knows. Free-form objects are left alone.
    """
    if not isinstance(value, msgspec.Struct):
        return value
    tree: dict[str, Any] = {}
    for field in fields_of(cast("type[Wire]", type(value))):
        name = draw(st.sampled_from([field.name, field.encode_name])) if snake else field.encode_name
        content = getattr(value, field.name)
        if content != field.default:
            tree[name] = draw(_spelling(content, field.type, snake=snake))
        elif draw(st.integers(0, 9)) == 0:
            tree[name] = None
    if draw(st.integers(0, 9)) == 0:
        tree["fieldOfTheFuture"] = draw(JSON)
    return tree


def _spelling(content: Any, kind: inspect.Type, *, snake: bool) -> st.SearchStrategy[Any]:
    members = [member for member in getattr(kind, "types", [kind]) if not isinstance(member, inspect.NoneType)]
    kinds = [member.type if isinstance(member, inspect.Metadata) else member for member in members]
    match content:
        case msgspec.Struct():
            return spelled_freely(content, snake=snake)
        case bytes():
            return st.sampled_from([spell(content) for spell in BASE64])
        case int() if len(kinds) == 1 and isinstance(kinds[0], inspect.IntType):
            return st.sampled_from([content, str(content), float(content)])
        case list() if isinstance(kinds[0], inspect.ListType):
            return st.tuples(*(_spelling(item, kinds[0].item_type, snake=snake) for item in content)).map(list)
        case _:
            return st.just(content)


def _standard(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


BASE64: tuple[Callable[[bytes], str], ...] = (
    _standard,
    _url_safe,
    lambda data: _standard(data).rstrip("="),
    lambda data: _url_safe(data).rstrip("="),
)
"""Both alphabets, with and without padding."""
