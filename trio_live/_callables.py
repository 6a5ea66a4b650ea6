"""What kind of function a user handed in, and what it answered: the one place that looks.

A question that is asked inline (a guard, a filter, a computed value) must be a plain function: an async one would
return a coroutine, which is always true, and is never run. What hides one behind a plain function is found out where
it returns, together with whatever else cannot be an answer there.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

__all__ = [
    "answered_nothing",
    "answered_optional_text",
    "answered_text",
    "answered_truth",
    "arguments_problem",
    "async_problem",
    "awaited_problem",
    "is_async",
    "returns_nothing",
    "underneath",
    "unfinished",
    "whereabouts",
]


def underneath(function: Any) -> Any:
    """The function inside of `functools.partial`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def whereabouts(function: Any) -> str:
    """A function as an error names it: ``my_agent.book (/home/ann/my_agent.py:12)``, without the place where nobody knows it."""
    found = inspect.unwrap(underneath(function))
    found = found if hasattr(found, "__qualname__") else type(found)
    name, code = f"{found.__module__}.{found.__qualname__}", getattr(found, "__code__", None)
    return name if code is None else f"{name} ({code.co_filename}:{code.co_firstlineno})"


def is_async(function: object) -> bool:
    """Whether calling it returns something to be awaited or iterated over with ``async for``.

    An ``async def``, also as a method, inside `functools.partial`, or as the ``__call__`` of an object. What hides it
    behind a plain function, as a lambda does, cannot be seen without calling it.
    """
    function = underneath(function)
    # Calling a class makes an object, whatever the object's own __call__ is.
    called = () if isinstance(function, type) else (getattr(type(function), "__call__", None),)  # noqa: B004  # it is looked at, not called
    return any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in (function, *called))


def returns_nothing(function: object) -> bool:
    """Whether it is a plain function that says so (``-> None``). Others may return an awaitable."""
    returns = getattr(function, "__annotations__", {}).get("return", ...)
    return not is_async(function) and (returns is None or returns == "None")


def async_problem(function: object, what: str) -> str | None:
    """A sentence when the function is async where a plain one is called; ``None`` when it is not.

    Args:
        function: what the user handed in.
        what: how the sentence calls it.
    """
    return f"{what} must be a plain function; an async one cannot be awaited here" if is_async(function) else None


def awaited_problem(function: object, what: str, parameters: Sequence[str]) -> str | None:
    """A sentence when the function cannot be called and awaited; ``None`` when it can, or when only a call would tell.

    Args:
        function: what the user handed in.
        what: how the sentence calls it.
        parameters: as for `arguments_problem`.
    """
    if not callable(function):
        return f"{what} must be an async function, not {type(function).__name__}"
    if returns_nothing(function):
        return f"{what} must be an async function; {function!r} is a plain one"
    return arguments_problem(function, what, parameters)


def arguments_problem(function: Callable[..., object], what: str, parameters: Sequence[str]) -> str | None:
    """A sentence when the function cannot be called with these arguments; ``None`` when it can, or cannot be looked at.

    Args:
        function: what the user handed in.
        what: how the sentence calls it.
        parameters: what it will be called with, each as a signature shows it (``text: str``).
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return None
    try:
        signature.bind(*parameters)
    except TypeError as mismatch:
        wanted = ", ".join(parameters) or "no arguments"
        return f"{what} is called with ({wanted}), which {function!r} does not take: {mismatch}"
    return None


def unfinished(what: str, name: str, last: str) -> str:
    """A sentence for whoever calls the next thing on a builder that waits for its last word.

    Args:
        what: the builder describes.
        name: of what it does not have.
        last: the call that finishes it.
    """
    return f"a builder of a {what} has no {name!r}; .{last} finishes it and gives back what it was taken from"


def answered_nothing(answer: object) -> None:
    """What a function answered whose answer nobody wants: anything but something that is still to be awaited.

    Raises:
        TypeError: it is a coroutine or another awaitable; it is not run.
    """
    if answer is not None and inspect.isawaitable(answer):
        kind = type(answer).__name__
        if inspect.iscoroutine(answer):
            answer.close()  # or Python would complain about it once more, at some other place
        raise TypeError(f"it returned a {kind} that nobody awaits; hand in a function that does its work when called")


def answered_truth(answer: object) -> bool:
    """What a question was answered with.

    Raises:
        TypeError: the answer is still to be awaited.
        Exception: the answer's own, when it is asked for its truth.
    """
    answered_nothing(answer)
    return bool(answer)


def answered_text(answer: object) -> str:
    """What a function answered that makes a text.

    Raises:
        TypeError: it is no text.
        ValueError: it is a text that cannot be written as UTF-8.
    """
    answered_nothing(answer)
    if not isinstance(answer, str):
        raise TypeError(f"it returned a {type(answer).__name__} where a text is wanted")
    try:
        answer.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"it returned a text that is not Unicode: a lone surrogate at {error.start}") from None
    return answer


def answered_optional_text(answer: object) -> str:
    """As `answered_text`, where ``None`` is an empty one."""
    return "" if answer is None else answered_text(answer)
