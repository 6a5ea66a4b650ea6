"""Tools as values that are put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import call_of, tool_call
from tests.scenarios.harness import stage
from trio_live import ConfigError, FunctionResponse, Live, ToolDispatcher, ToolError
from trio_live.agents import LlmTextAgent
from trio_live.compose import T, ToolComposite
from trio_live.llm import MockLlm
from trio_live.tools import HttpServer, StdioServer
from trio_live.wire import Tool


def find(day: str) -> str:
    """Look."""
    return day


async def book(day: str) -> str:
    """Book."""
    return f"booked {day}"


PIECES = [
    T.function(find),
    T.toolset([find, book]),
    T.simple("ping", "Pings.", lambda _: "pong"),
    T.mock("weather", "The weather.", {"sky": "clear"}),
    T.google_search(),
    T.url_context() + T.code_execution(),
    T.mcp(StdioServer(["calendar"]), HttpServer("http://127.0.0.1:9/mcp")),
    ToolComposite(),
]
pieces = st.sampled_from(PIECES)


@given(pieces, pieces, pieces)
def test_k1_putting_together_is_associative_and_changes_nothing(
    a: ToolComposite, b: ToolComposite, c: ToolComposite
) -> None:
    before = (len(a), len(b), len(c))
    assert (a + b) + c == a + (b + c) == a | b | c
    assert len(a + b) == len(a) + len(b)
    assert (len(a), len(b), len(c)) == before


@pytest.mark.parametrize("other", [find, "find", None, 3])
def test_nothing_else_can_be_added(other: Any) -> None:
    with pytest.raises(TypeError):
        T.function(find) + other


async def test_every_kind_of_tool_comes_into_the_session(autojump_clock: MockClock) -> None:
    tools = T.function(find) + T.mock("weather", "The weather.", {"sky": "clear"}) + T.google_search()
    async with stage(Live.builder().model("gemini-3.8-live").with_tools(tools)) as talk:
        declared = talk.peer.setup["tools"]
        assert {"googleSearch": {}} in declared
        names = [each["name"] for group in declared for each in group.get("functionDeclarations", ())]
        assert sorted(names) == ["find", "weather"]
        answers = await talk.hears(tool_call(call_of("weather", "1"), call_of("find", "2", day="Friday")))
        assert answers == ["answers: 1={'sky': 'clear'} | 2={'output': 'Friday'}"]


def test_servers_are_those_of_the_builder() -> None:
    server = HttpServer("http://127.0.0.1:9/mcp")
    assert Live.builder().with_tools(T.mcp(server)).spec.tools.servers == (server,)


def test_a_policy_is_put_on_each_function() -> None:
    both = T.toolset([find, book])
    assert [each.policy.confirm for each in T.confirm(both, "May I?").functions] == ["May I?", "May I?"]
    assert [each.policy.timeout for each in T.timeout(both, 2).functions] == [2, 2]
    assert [each.policy.cached for each in T.cached(find).functions] == [True]
    assert [each.policy.cached for each in both.functions] == [False, False]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: T.confirm(T.google_search(), "May I?"), ConfigError, "T.confirm is for functions"),
        (lambda: T.timeout(T.mcp(StdioServer(["x"])), 2), ConfigError, "T.timeout is for functions"),
        (lambda: T.timeout(find, 0), ConfigError, "above 0"),
        (lambda: T.timeout(find, float("nan")), ConfigError, "above 0"),
        (lambda: T.function(lambda: 1), ConfigError, "cannot be the name of a tool"),
        (lambda: T.mcp("calendar"), TypeError, "an MCP server is"),  # type: ignore[arg-type]
        (lambda: Live.builder().with_tools(find), TypeError, "tools is a ToolComposite"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_work_is_refused_at_once(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


async def test_results_go_through_functions_in_order_and_failures_do_not() -> None:
    async def loud(result: Any) -> Any:
        return f"{result}!"

    def fail(_: str) -> str:
        """Fail."""
        raise LookupError("no")

    made = T.transform(T.transform(T.function(find) + T.function(fail), str.upper), loud)
    tools = ToolDispatcher(*made.functions)
    assert await tools.call_function("find", {"day": "friday"}) == "FRIDAY!"
    with pytest.raises(ToolError, match=r"no$"):
        await tools.call_function("fail", {"_": "x"})
    with pytest.raises(ToolError, match="cannot be told"):
        await ToolDispatcher(*T.transform(find, lambda _: object()).functions).call_function("find", {"day": "x"})

    async def stream() -> AsyncIterator[str]:
        """Stream."""
        yield "x"

    with pytest.raises(ConfigError, match="gives its values one by one"):
        T.transform(stream, str.upper)
    with pytest.raises(ConfigError, match=r"T\.transform is for functions"):
        T.transform(T.google_search(), str.upper)


async def test_a_function_that_is_declared_only_is_answered_by_the_program(autojump_clock: MockClock) -> None:
    async def answer(calls: Any, state: Any) -> Any:
        return [FunctionResponse.of(call, "by hand") for call in calls]

    tools = T.schema("ask", {"type": "object", "properties": {"q": {"type": "string"}}}, "Asks.")
    async with stage(Live.builder().model("m").with_tools(tools).on_tool_call(answer)) as talk:
        assert await talk.hears(tool_call(call_of("ask", "1", q="x"))) == ["answers: 1={'output': 'by hand'}"]
    with pytest.raises(ConfigError, match="nobody would answer 'ask'"):
        LlmTextAgent("a", MockLlm.text("x"), tools=tools)


async def test_what_must_be_confirmed_needs_somebody_who_confirms(autojump_clock: MockClock) -> None:
    with pytest.raises(ConfigError, match="confirmation_provider"):
        async with stage(Live.builder().model("m").with_tools(T.confirm(book, "May I?"))):
            raise AssertionError("it must not connect")


def test_the_builder_declares_what_the_server_brings() -> None:
    spec = Live.builder().with_tools(T.url_context()).spec
    assert Tool(url_context={}) in (spec.setup.tools or ())
