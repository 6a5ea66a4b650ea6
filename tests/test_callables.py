from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial

import pytest

from trio_live._callables import arguments_problem, async_problem, is_async, returns_nothing


class AsyncCallable:
    async def __call__(self, value: object = None) -> bool:
        return True

    async def method(self, value: object = None) -> bool:
        return True


class PlainCallable:
    def __call__(self, value: object = None) -> None: ...


async def ask(value: object = None) -> bool:
    return True


async def stream(value: object = None) -> AsyncGenerator[bool, None]:
    yield True


def nothing(value: object = None) -> None: ...


@pytest.mark.parametrize(
    "function",
    [ask, partial(ask, 1), AsyncCallable(), partial(AsyncCallable(), 1), AsyncCallable().method, stream],
)
def test_async_functions_are_noticed_in_every_disguise(function: object) -> None:
    assert is_async(function)
    assert not returns_nothing(function)
    assert async_problem(function, "the filter") == (
        "the filter must be a plain function; an async one cannot be awaited here"
    )


@pytest.mark.parametrize(
    "function", [len, bool, lambda value: value, partial(max, 1), PlainCallable(), AsyncCallable, nothing]
)
def test_plain_functions_are_fine_and_so_is_a_class_whose_objects_are_async(function: object) -> None:
    assert not is_async(function)
    assert async_problem(function, "the filter") is None


def test_a_plain_function_that_says_so_returns_nothing() -> None:
    assert returns_nothing(nothing)
    assert not returns_nothing(len)


def test_arguments_that_fit_are_no_problem() -> None:
    def two(first: str, second: int = 0) -> None: ...

    assert arguments_problem(two, "on_x", ("text: str",)) is None
    assert arguments_problem(two, "on_x", ("text: str", "n: int")) is None
    assert arguments_problem(print, "on_x", ("text: str",)) is None
    assert arguments_problem(lambda *_: None, "on_x", ()) is None


def test_arguments_that_do_not_fit_are_told_with_what_is_wanted() -> None:
    def two(first: str, second: int) -> None: ...

    problem = arguments_problem(two, "on_x", ("text: str",))
    assert problem is not None
    assert problem.startswith("on_x is called with (text: str), which <function ")
    assert problem.endswith("does not take: missing a required argument: 'second'")
    assert "(no arguments)" in str(arguments_problem(two, "on_x", ()))


def test_a_function_that_does_not_tell_its_arguments_is_let_in() -> None:
    assert arguments_problem(max, "on_x", ()) is None
