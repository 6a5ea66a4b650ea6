"""Two that are told what a session does: one draws spans, the other notes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from trio_live._typing import Json, Seconds
from trio_live.telemetry._internal import NO_TRACING, Answering, Tracing
from trio_live.wire import FunctionCall
from trio_live.wire_events._internal import Passed


def joined(one: Tracing, other: Tracing) -> Tracing:
    """Both; the other alone where the one is nobody."""
    return other if one is NO_TRACING else _Both(one, other)


class _Both:
    def __init__(self, one: Tracing, other: Tracing) -> None:
        self._each = (one, other)

    def begin(self, catch_up: Callable[[], None]) -> None:
        for each in self._each:
            each.begin(catch_up)

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        for each in self._each:
            each.observe(routed)

    @contextmanager
    def tools(self, calls: Sequence[FunctionCall]) -> Generator[Answering, None, None]:
        one, other = self._each
        with one.tools(calls) as first, other.tools(calls) as second:
            yield _BothAnswers(first, second)

    @contextmanager
    def extraction(self, name: str) -> Generator[None, None, None]:
        one, other = self._each
        with one.extraction(name), other.extraction(name):
            yield

    @contextmanager
    def doing(self, what: str, name: str) -> Generator[None, None, None]:
        one, other = self._each
        with one.doing(what, name), other.doing(what, name):
            yield

    def dialled(self, generation: int) -> None:
        for each in self._each:
            each.dialled(generation)

    def connected(self) -> None:
        for each in self._each:
            each.connected()

    def lost(self, reason: str, code: int | None) -> None:
        for each in self._each:
            each.lost(reason, code)


class _BothAnswers:
    def __init__(self, *each: Answering) -> None:
        self._each = each

    def answered(self, call: FunctionCall, result: Json, error: str | None = None) -> None:
        for each in self._each:
            each.answered(call, result, error)
