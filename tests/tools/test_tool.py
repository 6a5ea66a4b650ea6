from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from trio_live.errors import ConfigError
from trio_live.tools import Background, FunctionTool, ToolClass, ToolContext, tool
from trio_live.tools._tool import as_tool


@tool
async def greet(name: str) -> str:
    """Greet somebody.

    Args:
        name: who
    """
    return f"hello {name}"


def test_name_description_and_parameters_come_from_the_function() -> None:
    assert (greet.name, greet.description) == ("greet", "Greet somebody.")
    assert greet.parameters == {
        "type": "OBJECT",
        "properties": {"name": {"type": "STRING", "description": "who"}},
        "required": ["name"],
    }


async def test_a_tool_is_still_the_function() -> None:
    assert await greet("Ann") == "hello Ann"
    assert await greet.prepared({"name": "Bob"}, ToolContext())() == "hello Bob"


def test_what_the_decorator_says_wins() -> None:
    made = tool(name="hello", description="Say hello.", mode=Background(scheduling="SILENT"), timeout=3)(greet.function)
    assert (made.name, made.description, made.policy.timeout) == ("hello", "Say hello.", 3)
    assert made.policy.mode == Background(scheduling="SILENT")


def test_a_schema_by_hand_gets_the_arguments_as_they_came() -> None:
    made: FunctionTool[..., Any] = tool(
        name="raw", description="Raw.", parameters={"type": "object", "properties": {"a": {"type": "integer"}}}
    )(dict)
    assert made.parameters == {"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}}
    assert made.prepared({"b": 1}, ToolContext())() == {"b": 1}


def test_generators_are_streams() -> None:
    async def several() -> AsyncIterator[int]:
        """Several."""
        yield 1

    def plain() -> Iterator[int]:
        """Several."""
        yield 1

    assert {as_tool(several).tool_class, as_tool(plain).tool_class} == {ToolClass.STREAMING}
    assert greet.tool_class is ToolClass.REGULAR


def test_a_tool_stays_the_tool_it_is() -> None:
    assert as_tool(greet) is greet
    assert isinstance(as_tool(functools.partial(greet.function, name="Ann")), FunctionTool)


def described(function: Any) -> Any:
    function.__doc__ = "It does something."
    return function


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"name": "two words"}, "'two words' cannot be the name of a tool"),
        ({"behavior": "SOMETIMES"}, "behavior is one of BLOCKING, NON_BLOCKING, not 'SOMETIMES'"),
        ({"timeout": 0}, "timeout is a number of seconds above 0"),
        ({"mode": Background(scheduling="LATER")}, "scheduling is one of SILENT"),  # type: ignore[arg-type]
        ({"mode": Background(), "behavior": "BLOCKING"}, "does not wait for"),
        ({"parameters": {"type": "string"}}, "parameters of a function are an object"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_written(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        tool(**options)(described(lambda: None))


def test_without_a_description_a_model_would_have_to_guess() -> None:
    def silent() -> None: ...

    with pytest.raises(ConfigError, match=r"silent \(.*\): nothing says what it is for; give it a docstring, or a"):
        tool(silent)


def test_every_mistake_names_the_function_and_where_it_stands() -> None:
    def odd(day, *rest: str) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(ConfigError) as caught:
        tool(name="two words", timeout=-1)(odd)
    line = odd.__code__.co_firstlineno
    where = f"{__name__}.test_every_mistake_names_the_function_and_where_it_stands.<locals>.odd ({__file__}:{line}): "
    assert len(caught.value.problems) == 5
    assert all(each.startswith(where) for each in caught.value.problems)


def test_only_functions_are_tools() -> None:
    with pytest.raises(ConfigError, match="not from 5"):
        tool(5)  # type: ignore[call-overload]
