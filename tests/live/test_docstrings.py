"""Every method a user calls says what each of its parameters is, and what a cancellation leaves behind."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

from trio_live import Live, LiveHandle, SessionHandle, SessionWriter
from trio_live.phases import PhaseBuilder, PhaseDefaults
from trio_live.reactive import WatcherBuilder

FACES: tuple[type, ...] = (
    Live,
    LiveHandle,
    PhaseBuilder,
    PhaseDefaults,
    SessionHandle,
    SessionWriter,
    WatcherBuilder,
)


def methods() -> Iterator[tuple[str, object]]:
    for face in FACES:
        for name, method in inspect.getmembers(face, inspect.isroutine):
            if name[0] != "_":
                yield f"{face.__name__}.{name}", method


METHODS = dict(methods())


@pytest.mark.parametrize("name", METHODS)
def test_every_parameter_is_documented(name: str) -> None:
    method = METHODS[name]
    assert callable(method)
    told = inspect.getdoc(method) or ""
    arguments = told.partition("Args:\n")[2].split("\n\n")[0]
    documented = re.findall(r"^    (\w+): \S", arguments, re.MULTILINE)
    assert documented == [each for each in inspect.signature(method).parameters if each not in {"self", "cls"}]


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if inspect.iscoroutinefunction(method)])
def test_every_async_method_says_what_a_cancellation_leaves_behind(name: str) -> None:
    assert "Cancellation:" in (inspect.getdoc(METHODS[name]) or "")
