"""Forty shapes of signatures: arguments fit them, and a server that is as strict as Google's takes their declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from tests.tools.shapes import SHAPES, Card, Colour, Guest, Table
from trio_live import Live
from trio_live.emulator import open_emulator
from trio_live.tools import ToolContext
from trio_live.tools._tool import as_tool

CONTEXT = ToolContext()
CONVERTED: dict[str, Any] = {
    "s03": 3,
    "s14": Colour.RED,
    "s22": {1},
    "s24": (1.5, 2.0),
    "s28": {"x": Guest("Ann")},
    "s31": Table(4, [Guest("Ann")]),
    "s35": Card("12"),
}


def test_there_are_forty() -> None:
    assert len({function.__name__ for function, _ in SHAPES}) == 40


@pytest.mark.parametrize(("function", "args"), SHAPES, ids=[function.__name__ for function, _ in SHAPES])
def test_arguments_of_every_shape_are_converted(function: Callable[..., None], args: dict[str, Any]) -> None:
    prepared: Any = as_tool(function).prepared(args, CONTEXT)
    prepared()
    if function.__name__ in CONVERTED:
        assert prepared.keywords["a"] == CONVERTED[function.__name__]


async def test_a_strict_server_takes_all_forty_at_once() -> None:
    live = Live.builder().model("gemini-3.8-live").tools(*(function for function, _ in SHAPES))
    async with open_emulator(pace=None, raise_errors=True) as emulator:
        with trio.fail_after(20):
            async with live.connect_google_ai("k", base_url=emulator.url) as session:
                assert session.ended is None
