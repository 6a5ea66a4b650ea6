"""What kind of function a user handed in: the one place that looks.

A question that is asked inline (a guard, a filter, a computed value) must be a plain function: an async one would
return a coroutine, which is always true, and is never run.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["arguments_problem", "async_problem", "is_async", "returns_nothing", "underneath"]


def underneath(function: Any) -> Any:
    """The function inside of `functools.partial`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


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
