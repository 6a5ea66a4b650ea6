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

    def greet(self) -> None: ...


def any_number(*rest: int) -> None: ...
def by_place(day: str, /) -> None: ...
def open_list(days: list) -> None: ...  # type: ignore[type-arg]


async def seat(guest: Guest, tables: list[int], when: ToolContext, window: bool = False) -> None:  # noqa: FBT001, FBT002
    """Seat a guest.

    Args:
        guest: who
    """


def read(function: Any) -> Signature:
    return read_signature(function, read_docstring(function.__doc__))


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

    assert set(read_signature(Desk(), read_docstring(None)).schema["properties"]) == {"day"}
    assert set(read(Desk().open).schema["properties"]) == {"day"}
    bound = functools.partial(seat, window=True)
    assert "window" not in read_signature(bound, read_docstring(None)).schema["required"]


def test_parameters_that_no_model_can_fill_in_are_told_all_at_once() -> None:
    def odd(untyped, place: int, /, *many: int, either: int | str, **more: State) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(ConfigError) as caught:
        read(odd)
    assert len(caught.value.problems) == 5
    assert "has no type" not in caught.value.problems[0]


def test_a_parameter_without_a_type_is_refused() -> None:
    def odd(day) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(ConfigError, match=r"^the parameter 'day' has no type; write one, such as `day: str`"):
        read(odd)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (
            any_number,
            "'rest' stands for any number of arguments, and a model fills in named ones only; name each of them",
        ),
        (
            by_place,
            "'day' can only be given by its place, and a model gives arguments by name; leave out the `/` behind it",
        ),
        (open_list, "'days' has a type that cannot be told: list does not say of what; write list[str], for one"),
        (Guest.greet, "'self' is an object, and this is the method of a class; give the method of one of its objects"),
    ],
)
def test_what_is_wrong_with_a_parameter_says_what_to_write(given: Any, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(given)
    assert caught.value.problems == (f"the parameter {what}",)


def test_a_function_that_does_not_tell_its_parameters_is_refused() -> None:
    with pytest.raises(ConfigError, match="its parameters cannot be read; call it from a function of your own"):
        read(int)


def test_a_type_that_cannot_be_found_is_told() -> None:
    def odd(day: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(ConfigError, match="its type hints cannot be read: name 'Nowhere'"):
        read(odd)
