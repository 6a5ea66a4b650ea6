"""A recogniser for tests: what is said stands in a list, and grows while it is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from trio_live.emulator._engines import ENGINES, Engine, Expected, Recognition

WORD_BYTES = 2 * 16_000 // 4
"""Four words a second."""


class ScriptedUtterance:
    def __init__(self, recognition: Recognition) -> None:
        self.recognition = recognition
        self.heard = b""

    def take(self, pcm: bytes) -> None:
        self.heard += pcm

    def guess(self) -> Recognition:
        words = self.recognition.text.split()[: len(self.heard) // WORD_BYTES]
        return Recognition(" ".join(words), self.recognition.confidence)

    def finish(self) -> Recognition:
        return self.recognition


class ScriptedRecogniser:
    """Recognises these, one after the other."""

    def __init__(self, *said: Recognition) -> None:
        self.said = list(said)
        self.begun: list[ScriptedUtterance] = []
        self.expected: list[Expected] = []

    def begin(self, expected: Expected) -> ScriptedUtterance:
        self.expected.append(expected)
        self.begun.append(ScriptedUtterance(self.said.pop(0)))
        return self.begun[-1]


def engine(recogniser: ScriptedRecogniser, **fields: Any) -> Engine:
    usual: dict[str, Any] = {"libraries": (), "least_confidence": 0.5, "step_seconds": 0.2, "what": "for tests"}
    return Engine(load=lambda: recogniser, **usual | fields)


def install(monkeypatch: pytest.MonkeyPatch, *said: str | Recognition) -> ScriptedRecogniser:
    """Make ``hearing="scripted"`` recognise these. It works in no thread: a clock that jumps does not wait for one."""
    recogniser = ScriptedRecogniser(
        *(each if isinstance(each, Recognition) else Recognition(each, 0.9) for each in said)
    )
    monkeypatch.setitem(ENGINES, "scripted", engine(recogniser))
    without_threads(monkeypatch)
    return recogniser


def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run_here(function: Callable[..., Any], *arguments: object, **_: object) -> Any:
        await trio.lowlevel.checkpoint()
        return function(*arguments)

    monkeypatch.setattr(trio.to_thread, "run_sync", run_here)
