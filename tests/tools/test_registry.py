from __future__ import annotations

import pytest

from tests.tools.samples import add, count, sleep
from trio_live.errors import ConfigError
from trio_live.tools import (
    Background,
    DefaultResultFormatter,
    Standard,
    ToolClass,
    ToolRegistry,
    tool,
)
from trio_live.wire import Platform, profile_for


def test_tools_are_known_by_name_and_in_a_stable_order() -> None:
    tools = ToolRegistry(sleep, add, count)
    assert [*tools] == ["add", "count", "sleep"]
    assert (len(tools), "add" in tools, "sub" in tools) == (3, True, False)
    assert tools.get_tool("add") is add
    assert tools.get_tool("sub") is None
    assert tools.classify("add") is ToolClass.REGULAR
    assert tools.classify("count") is ToolClass.STREAMING
    assert tools.classify("sub") is None
    (group,) = tools.to_tool_declarations()
    assert [each.name for each in group.function_declarations or ()] == ["add", "count", "sleep"]


def test_without_tools_nothing_is_declared() -> None:
    assert ToolRegistry().to_tool_declarations() == []


def test_a_later_registration_is_declared_too() -> None:
    tools = ToolRegistry(add)
    assert len(tools.declarations()) == 1
    tools.register_function("raw", "Raw.", None, dict)
    assert [each.name for each in tools.declarations()] == ["add", "raw"]


def test_a_tool_of_the_same_name_is_replaced() -> None:
    tools = ToolRegistry(add)
    tools.register_function("add", "Other.", {"type": "object", "properties": {"x": {"type": "integer"}}}, dict)
    assert tools.classify("add") is ToolClass.REGULAR
    assert tools.declarations()[0].description == "Other."
    assert len(tools) == 1


def test_two_tools_of_one_name_at_once_are_a_mistake() -> None:
    with pytest.raises(ConfigError, match="two tools are called 'add'"):
        ToolRegistry(add, tool(name="add")(sleep.function))


def test_a_merge_takes_over_tools_and_modes_and_leaves_the_other_alone() -> None:
    mine, yours = ToolRegistry(add, sleep), ToolRegistry(tool(name="add")(count))
    yours.set_mode("add", Background())
    mine.merge(yours)
    assert (mine.classify("add"), mine.mode("add")) == (ToolClass.STREAMING, Background())
    assert (len(mine), len(yours)) == (2, 1)


def test_modes_are_set_by_name_and_decide_the_behaviour() -> None:
    formatter = DefaultResultFormatter()
    tools = ToolRegistry(add, sleep)
    tools.set_mode("sleep", Background(formatter=formatter))
    assert (tools.mode("add"), tools.mode("sub")) == (Standard(), Standard())
    assert tools.formatter("sleep") is formatter
    assert isinstance(tools.formatter("add"), DefaultResultFormatter)
    assert [each.behavior for each in tools.declarations()] == ["BLOCKING", "NON_BLOCKING"]
    thinker = profile_for("gemini-3.8-live-extended-thinking", Platform.GOOGLE_AI)
    assert {each.behavior for each in tools.declarations(thinker)} == {"NON_BLOCKING"}
    with pytest.raises(ConfigError, match="no tool 'sub' to run in the background; there are add, sleep"):
        tools.set_mode("sub", Background())
