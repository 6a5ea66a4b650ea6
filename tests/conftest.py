"""What all tests share: Hypothesis profiles, and that a cancellation that comes out of a test fails it.

``HYPOTHESIS_PROFILE=thorough`` tries ten times as many examples where a test does not say how many it needs.

pytest-trio runs a test inside a nursery that it cancels when the test is over. A `trio.Cancelled` that belongs to
nobody, the worst thing a session could let out, would end there without a trace, and the test would pass.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Generator
from typing import Any

import pytest
import trio
from hypothesis import HealthCheck, settings

# A busy machine draws examples slowly; that says nothing about what is tested.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


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
