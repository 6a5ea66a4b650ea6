"""What all tests share: a cancellation that comes out of a test fails it.

pytest-trio runs a test inside a nursery that it cancels when the test is over. A `trio.Cancelled` that belongs to
nobody, the worst thing a session could let out, would end there without a trace, and the test would pass.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Generator
from typing import Any

import pytest
import trio


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = _without_strays(item.obj)
    return (yield)


def _without_strays(test: Any) -> Any:
    @functools.wraps(test)
    async def guarded(**fixtures: Any) -> None:
        try:
            await test(**fixtures)
        except trio.Cancelled as stray:
            raise AssertionError("a cancellation came out of the test") from stray

    return guarded
