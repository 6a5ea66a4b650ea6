from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from functools import partial, wraps

import pytest

from trio_live._callables import (
    answered_nothing,
    answered_optional_text,
    answered_text,
    answered_truth,
    arguments_problem,
    async_problem,
    is_async,
    returns_nothing,
    whereabouts,
)


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


@pytest.mark.parametrize("read", [answered_nothing, answered_truth, answered_text, answered_optional_text])
def test_an_answer_that_nobody_awaits_is_refused_and_never_run(read: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="it returned a coroutine that nobody awaits"):
        read(ask())


def test_what_a_function_returns_that_should_return_nothing_does_not_matter() -> None:
    for answer in (None, 1, "words", [ask]):
        answered_nothing(answer)


def test_a_truth_is_asked_for_where_it_is_answered() -> None:
    class Undecided:
        def __bool__(self) -> bool:
            raise ZeroDivisionError

    assert answered_truth([1]) is True
    assert answered_truth(None) is False
    with pytest.raises(ZeroDivisionError):
        answered_truth(Undecided())


def test_a_text_is_one_that_can_be_written() -> None:
    assert answered_text("grün") == "grün"
    assert answered_optional_text(None) == ""
    with pytest.raises(TypeError, match="it returned a NoneType where a text is wanted"):
        answered_text(None)
    with pytest.raises(TypeError, match="it returned a list where a text is wanted"):
        answered_optional_text([])
    with pytest.raises(ValueError, match="a lone surrogate at 1"):
        answered_text("a\ud800")


def test_a_function_is_named_with_its_file_and_line() -> None:
    @wraps(nothing)
    def wrapped() -> None: ...

    line = nothing.__code__.co_firstlineno
    for function in (nothing, partial(nothing), wrapped):
        assert whereabouts(function) == f"{__name__}.nothing ({__file__}:{line})"
    assert whereabouts(AsyncCallable().method).startswith(f"{__name__}.AsyncCallable.method ({__file__}:")
    assert whereabouts(PlainCallable()) == f"{__name__}.PlainCallable"
    assert whereabouts(len) == "builtins.len"
