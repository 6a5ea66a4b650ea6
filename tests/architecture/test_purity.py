"""Deciding code does not wait: whoever decides names what is to be awaited, and somebody above awaits it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.test_floors import FILES, PURE, name_of, room_of

DECIDING = [path for path in FILES if room_of(path) in PURE]


@pytest.mark.parametrize("path", DECIDING, ids=name_of)
def test_pure_rooms_await_nothing(path: Path) -> None:
    waiting = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    assert not waiting, f"{name_of(path)} decides purely, and waits in line {waiting[0]}"
