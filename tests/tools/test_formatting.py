from __future__ import annotations

from typing import Any

import pytest

from trio_live.errors import ToolError
from trio_live.tools import DefaultResultFormatter, as_object, error_answer
from trio_live.wire import FunctionCall

CALL = FunctionCall(id="1", name="search")


def test_a_background_tool_says_how_it_fares() -> None:
    formatter = DefaultResultFormatter()
    assert formatter.format_running(CALL) == {"status": "running", "tool": "search"}
    assert formatter.format_result(CALL, [1]) == {"status": "completed", "tool": "search", "result": [1]}
    assert formatter.format_result(CALL, ToolError.failed("no")) == {
        "status": "error",
        "tool": "search",
        "error": "Tool execution failed: no",
        "retry": False,
    }
    assert formatter.format_cancelled("1") == {"status": "cancelled", "call_id": "1"}


@pytest.mark.parametrize(
    ("error", "text", "retry"),
    [
        (ToolError.failed("x"), "Tool execution failed: x", False),
        (ToolError.not_found("x"), "Tool not found: x", False),
        (ToolError.invalid("x"), "Invalid arguments: x", True),
        (ToolError.cancelled(), "Tool cancelled", False),
        (ToolError.timed_out(30.0), "Tool execution timed out after 30 s", False),
        (ToolError.declined("x"), "x", False),
        (ToolError("x", retry=True), "x", True),
    ],
)
def test_an_error_says_what_went_wrong_and_whether_to_ask_again(error: ToolError, text: str, retry: Any) -> None:
    assert error_answer(error) == {"status": "error", "error": text, "retry": retry}


@pytest.mark.parametrize(
    ("result", "told"),
    [({"a": 1}, {"a": 1}), ([1], {"output": [1]}), (None, {"status": "completed", "output": None})],
)
def test_every_result_is_an_object(result: Any, told: Any) -> None:
    assert as_object(result) == told
