"""From a stored JSON value to the type a reader asked for: strict about JSON, helpful about classes.

cattrs builds the classes; the rules below replace its coercions, which suit configuration files better than shared
state (it would turn ``"5"`` into 5, ``5`` into ``"5"``, and a string into a list of letters):

- ``bool`` is not an ``int``, ``1.0`` is not an ``int``; an ``int`` is welcome where a ``float`` is asked for.
- ``null`` converts only to optional types.
- Arrays become sequences and sets, objects become mappings, TypedDicts, attrs classes and dataclasses; never across.
- Literals and enums compare as JSON does. A union takes the arm whose scalar type matches exactly, else the first
  arm, in the order written, that fits.

Fields an object has beyond those of the class are ignored; a missing field without default is a mismatch.
"""

from __future__ import annotations

import typing
from collections import abc, deque
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    NoReturn,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from trio_live._typing import Json
from trio_live.errors import ConfigError
from trio_live.state._conversion._values import copy_out, json_equal

if TYPE_CHECKING:
    import cattrs

# How to build what was asked for, from a Python list. The abstract ones get the plainest concrete type.
_FROM_ARRAY: Final[dict[Any, Any]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
    abc.Iterable: list,
    abc.Collection: list,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Set: frozenset,
    abc.MutableSet: set,
}
_FROM_OBJECT: Final = frozenset({dict, abc.Mapping, abc.MutableMapping})
_SCALARS: Final = (bool, int, float, str)
_READY: Final = (*_SCALARS, None, NoneType)
"""Converted without the converter."""
_FIELD_MARKS: Final = frozenset({Required, NotRequired, getattr(typing, "ReadOnly", Required)})


class MismatchError(Exception):
    """The value is not of the type that was asked for."""


def convert(value: Json, wanted: Any) -> Any:
    """The stored value as ``wanted``; what comes back shares no container with the store.

    Raises:
        MismatchError: The value is of another type.
        ConfigError: No JSON value can ever be read as ``wanted``.
    """
    if type(value) is wanted and wanted in _SCALARS:
        return value
    from cattrs.errors import StructureHandlerNotFoundError

    try:
        return _converter().structure(copy_out(value), wanted)
    except (StructureHandlerNotFoundError, NameError) as error:
        raise ConfigError(f"State values cannot be read as {_spell(wanted)}: {error}") from error
    except KeyError as error:
        raise MismatchError(f"it has no field {error}, which {_spell(wanted)} needs") from error
    # A validator or __init__ of the user's class says no in one of these ways.
    except (TypeError, ValueError, ArithmeticError) as error:
        raise MismatchError(f"it does not fit {_spell(wanted)}: {error}") from error


def prepare(*wanted: Any) -> None:
    """Load now what values of these types take to be converted, so that no call waits for it."""
    if any(kind not in _READY for kind in wanted):
        _converter()


def plain(value: Any) -> Any:
    """The JSON spelling of a typed value: objects for attrs classes and dataclasses, arrays for tuples.

    What has no JSON spelling comes out unchanged, for the copy into the store to refuse.
    """
    return value if type(value) in _SCALARS else _converter().unstructure(value)


@cache
def _converter() -> cattrs.Converter:
    import cattrs  # here and below: a session that reads scalars only never pays for it

    converter = cattrs.Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
    # cattrs finds scalars by class, so these hooks also receive every subclass of them, enums included.
    for kind in (*_SCALARS, bytes):
        converter.register_structure_hook(kind, _scalar)
    # Of two that match, cattrs takes the one registered last.
    converter.register_structure_hook_func(_is_other_collection, _unreadable)
    converter.register_structure_hook_func(lambda kind: _shell(kind) in _FROM_ARRAY, _array)
    converter.register_structure_hook_func(lambda kind: _shell(kind) in _FROM_OBJECT, _mapping)
    converter.register_structure_hook_func(lambda kind: kind is NoneType, _null)
    converter.register_structure_hook_func(lambda kind: _shell(kind) is Literal, _literal)
    converter.register_structure_hook_func(lambda kind: _shell(kind) in (Union, UnionType), _union)
    converter.register_structure_hook_func(lambda kind: issubclass(kind, Enum), _enum)
    converter.register_structure_hook_factory(_is_class_with_fields, _class_hook)
    converter.register_structure_hook_func(_is_typed_dict, _typed_dict)
    return converter


def _scalar(value: Json, wanted: type) -> Any:
    if issubclass(wanted, Enum):
        return _enum(value, wanted)
    if wanted not in _SCALARS:
        _unreadable(value, wanted)
    if wanted is float and type(value) is int:
        return float(value)
    return value if type(value) is wanted else _mismatch(value, wanted)


def _null(value: Json, wanted: Any) -> None:
    if value is not None:
        _mismatch(value, wanted)


def _array(value: Json, wanted: Any) -> Any:
    if type(value) is not list:
        _mismatch(value, wanted)
    build, kinds = _FROM_ARRAY[_shell(wanted)], get_args(wanted)
    if build is tuple and kinds[1:] != (...,):
        if kinds and len(kinds) != len(value):
            _mismatch(value, wanted)
        return tuple(_items(value, kinds or [Any] * len(value)))
    return build(_items(value, [kinds[0] if kinds else Any] * len(value)))


def _items(values: list[Json], kinds: abc.Iterable[Any]) -> list[Any]:
    structure = _converter().structure
    return [structure(item, kind) for item, kind in zip(values, kinds, strict=True)]


def _mapping(value: Json, wanted: Any) -> dict[Any, Any]:
    if type(value) is not dict:
        _mismatch(value, wanted)
    name_kind, item_kind = get_args(wanted) or (Any, Any)
    structure = _converter().structure
    return {structure(name, name_kind): structure(item, item_kind) for name, item in value.items()}


def _literal(value: Json, wanted: Any) -> Any:
    for choice in get_args(wanted):
        if json_equal(choice.value if isinstance(choice, Enum) else choice, value):
            return choice
    return _mismatch(value, wanted)


def _enum(value: Json, wanted: Any) -> Any:
    for member in wanted:
        if json_equal(member.value, value):
            return member
    return _mismatch(value, wanted)


def _union(value: Json, wanted: Any) -> Any:
    arms = get_args(wanted)
    if type(value) in arms and type(value) in (*_SCALARS, NoneType):
        return value
    for arm in arms:
        try:
            return _converter().structure(value, arm)
        except (TypeError, ValueError, KeyError, ArithmeticError):
            continue
    return _mismatch(value, wanted)


def _class_hook(wanted: Any, converter: cattrs.Converter) -> abc.Callable[[Json, Any], Any]:
    from cattrs.gen import make_dict_structure_fn

    build = make_dict_structure_fn(wanted, converter, _cattrs_detailed_validation=False)

    # Objects only: text answers ``in`` and indexing too, and would slip through.
    def checked(value: Json, wanted: Any) -> Any:
        return build(value, wanted) if type(value) is dict else _mismatch(value, wanted)

    return checked


def _typed_dict(value: Json, wanted: Any) -> Any:
    if type(value) is not dict:
        _mismatch(value, wanted)
    structure = _converter().structure
    fields = {
        name: structure(value[name], kind)
        for name, kind, required in _typed_dict_fields(_shell(wanted))
        if required or name in value
    }
    return value | fields


@cache
def _typed_dict_fields(wanted: Any) -> list[tuple[str, Any, bool]]:
    """Name, type, and whether it must be there.

    Where annotations are text (``from __future__ import annotations``), ``__required_keys__`` knows of ``total=`` but
    not of Required and NotRequired, and cattrs believes it.
    """
    fields = []
    for name, hint in get_type_hints(wanted, include_extras=True).items():
        kind, required = hint, name in wanted.__required_keys__
        while (mark := get_origin(kind)) in _FIELD_MARKS:
            required = mark is Required or (required and mark is not NotRequired)
            (kind,) = get_args(kind)
        fields.append((name, kind, required))
    return fields


def _shell(kind: Any) -> Any:
    return get_origin(kind) or kind


def _is_class_with_fields(kind: Any) -> bool:
    shell = _shell(kind)
    return isinstance(shell, type) and (attrs.has(shell) or hasattr(shell, "__dataclass_fields__"))


def _is_typed_dict(kind: Any) -> bool:
    return hasattr(_shell(kind), "__required_keys__")


def _is_other_collection(kind: Any) -> bool:
    return isinstance(_shell(kind), type) and issubclass(_shell(kind), abc.Iterable)


def _unreadable(_value: Json, wanted: Any) -> NoReturn:
    from cattrs.errors import StructureHandlerNotFoundError

    raise StructureHandlerNotFoundError("no JSON value is one", wanted)


def _mismatch(value: Json, wanted: Any) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} is no {_spell(wanted)}")


def _spell(kind: Any) -> str:
    return kind.__qualname__ if isinstance(kind, type) and not get_args(kind) else str(kind)
