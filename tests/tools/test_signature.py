from __future__ import annotations

import functools
from typing import Any

import attrs
import pytest

from trio_live.errors import ConfigError, ToolError
from trio_live.state import State
from trio_live.tools import ToolContext
from trio_live.tools._docstring import read_docstring
from trio_live.tools._signature import Signature, read_signature


@attrs.frozen
class Guest:
    name: str
    age: int = attrs.field(default=18, validator=attrs.validators.ge(0))


async def seat(guest: Guest, tables: list[int], when: ToolContext, window: bool = False) -> None:  # noqa: FBT001, FBT002
    """Seat a guest.

    Args:
        guest: who
    """


def read(function: Any) -> Signature:
    return read_signature(function, function.__name__, read_docstring(function.__doc__))


CONTEXT = ToolContext()


def test_arguments_become_what_the_hints_say() -> None:
    arguments = read(seat).arguments({"guest": {"name": "Ann"}, "tables": [1, 2.0]}, CONTEXT)
    assert arguments == {"guest": Guest("Ann"), "tables": [1, 2], "when": CONTEXT}


def test_the_context_is_not_for_the_model() -> None:
    signature = read(seat)
    assert set(signature.schema["properties"]) == {"guest", "tables", "window"}
    with pytest.raises(ToolError, match="when is not known"):
        signature.arguments({"guest": {"name": "Ann"}, "tables": [], "when": 1}, CONTEXT)


def test_what_does_not_fit_names_every_field() -> None:
    with pytest.raises(
        ToolError, match=r"^Invalid arguments: guest.name is missing; tables\[0\] must be an integer"
    ) as caught:
        read(seat).arguments({"guest": {}, "tables": ["x"]}, CONTEXT)
    assert caught.value.retry


def test_what_a_class_itself_refuses_names_the_parameter() -> None:
    with pytest.raises(ToolError, match="guest: it does not fit Guest"):
        read(seat).arguments({"guest": {"name": "Ann", "age": -1}, "tables": []}, CONTEXT)


def test_methods_partials_and_objects_are_functions_too() -> None:
    class Desk:
        def __call__(self, day: str) -> None: ...

        def open(self, day: str) -> None: ...

    assert set(read_signature(Desk(), "desk", read_docstring(None)).schema["properties"]) == {"day"}
    assert set(read(Desk().open).schema["properties"]) == {"day"}
    bound = functools.partial(seat, window=True)
    assert "window" not in read_signature(bound, "seat", read_docstring(None)).schema["required"]


def test_parameters_that_no_model_can_fill_in_are_told_all_at_once() -> None:
    def odd(untyped, place: int, /, *many: int, either: int | str, **more: State) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(ConfigError) as caught:
        read(odd)
    assert len(caught.value.problems) == 5
    assert "has no type" not in caught.value.problems[0]


def test_a_parameter_without_a_type_is_refused() -> None:
    def odd(day) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(ConfigError, match="odd: the parameter 'day': has no type; write one"):
        read(odd)


def test_a_type_that_cannot_be_found_is_told() -> None:
    def odd(day: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(ConfigError, match="its type hints cannot be read: name 'Nowhere'"):
        read(odd)
