from __future__ import annotations

from functools import partial

from trio_live.reactive._functions import async_problem


class AsyncCallable:
    async def __call__(self, value: object) -> bool:
        return True


async def ask(value: object) -> bool:
    return True


def test_async_functions_are_noticed_in_every_disguise() -> None:
    for function in (ask, partial(ask, 1), AsyncCallable()):
        assert async_problem(function, "the filter") == (
            "the filter must be a plain function; an async one cannot be awaited here"
        )


def test_plain_functions_are_fine() -> None:
    for function in (len, bool, lambda value: value, partial(max, 1)):
        assert async_problem(function, "the filter") is None
