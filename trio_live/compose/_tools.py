"""Tools of every kind as one value: functions, what the server brings, tools of MCP servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.agents import agent_tool
from trio_live.compose._typed import typed_tool
from trio_live.errors import ConfigError
from trio_live.tools import FunctionTool, McpServer, ToolClass, tool
from trio_live.tools._internal import as_tool, normalise_parameters
from trio_live.wire import FunctionDeclaration, Tool

Function: TypeAlias = Callable[..., Any]


@value
class ToolComposite:
    """Some tools. ``a + b`` is both, in that order, and changes neither; ``|`` means the same.

    Made by `T`, given to `Live.with_tools`.
    """

    functions: tuple[FunctionTool[..., Any], ...] = ()
    """Functions of this program."""
    brought: tuple[Tool, ...] = ()
    """What the server brings."""
    servers: tuple[McpServer, ...] = ()
    """Whose tools are asked for when connecting."""

    def __add__(self, other: ToolComposite) -> ToolComposite:
        if not isinstance(other, ToolComposite):
            return NotImplemented
        return ToolComposite(
            self.functions + other.functions, self.brought + other.brought, self.servers + other.servers
        )

    __or__ = __add__

    def __len__(self) -> int:
        return len(self.functions) + len(self.brought) + len(self.servers)


class T:
    """Makes composites of tools: ``T.function(book) + T.google_search() + T.mcp(StdioServer(["calendar"]))``."""

    @staticmethod
    def function(function: Function) -> ToolComposite:
        """One function of this program.

        Args:
            function: typed, or what ``@tool`` made of one.

        Raises:
            ConfigError: it cannot be a tool: every reason.
        """
        return ToolComposite(functions=(as_tool(function),))

    @staticmethod
    def toolset(functions: Iterable[Function]) -> ToolComposite:
        """Several functions; see `function`.

        Args:
            functions: in their order.

        Raises:
            ConfigError: one of them cannot be a tool: every reason.
        """
        return ToolComposite(functions=tuple(as_tool(each) for each in functions))

    @staticmethod
    def simple(name: str, description: str, function: Function) -> ToolComposite:
        """A function that the model calls without arguments: nothing is declared that it could fill in.

        Args:
            name: for the model.
            description: for the model.
            function: called with one mapping, which is empty unless the model made something up.

        Raises:
            ConfigError: the name cannot be used.
        """
        made = tool(name=name, description=description, parameters={"type": "object", "properties": {}})(function)
        return ToolComposite(functions=(made,))

    @staticmethod
    def mock(name: str, description: str, response: Json) -> ToolComposite:
        """A tool that always answers the same, for agents that are being built.

        Args:
            name: for the model.
            description: for the model.
            response: the answer.

        Raises:
            ConfigError: the name cannot be used.
        """

        async def answer(_: object) -> Json:
            return response

        return T.simple(name, description, answer)

    @staticmethod
    def typed(arguments: type[Any], name: str, description: str, function: Function) -> ToolComposite:
        """A function of one value, whose type says what the model fills in.

        Args:
            arguments: a dataclass, an attrs class or a TypedDict.
            name: for the model.
            description: for the model.
            function: called with one value of the type.

        Raises:
            ConfigError: no schema can be made of the type, or the name cannot be used.
        """
        return ToolComposite(functions=(typed_tool(arguments, name, description, function),))

    @staticmethod
    def schema(name: str, schema: JsonObject, description: str = "") -> ToolComposite:
        """A function that is declared only: ``on_tool_call`` answers its calls, or `Live.manual_tools`.

        Args:
            name: for the model.
            schema: of its parameters, as JSON Schema of an object.
            description: for the model.

        Raises:
            ConfigError: the schema cannot be used.
        """
        declared = FunctionDeclaration(
            name=name, description=description or None, parameters=normalise_parameters(schema)
        )
        return ToolComposite(brought=(Tool(function_declarations=[declared]),))

    @staticmethod
    def transform(tools: ToolComposite | Function, function: Callable[[Json], Any]) -> ToolComposite:
        """Let each result go through a function. It is given JSON, returns what a tool may, and is plain or async.

        Args:
            tools: functions.
            function: called with each result, but with no failure.

        Raises:
            ConfigError: there is something in it that is no function of this program, or gives values one by one.
        """
        composite = tools if isinstance(tools, ToolComposite) else T.function(tools)
        if streaming := [each.name for each in composite.functions if each.tool_class is ToolClass.STREAMING]:
            raise ConfigError(f"{streaming[0]} gives its values one by one; transform them where it yields them")
        made = _with_policy("transform", composite)
        functions = (
            attrs.evolve(each, policy=attrs.evolve(each.policy, transforms=(*each.policy.transforms, function)))
            for each in made.functions
        )
        return ToolComposite(functions=tuple(functions))

    @staticmethod
    def a2a(url: str, skill: str = "") -> ToolComposite:
        """Cannot be had yet: a ``skill`` of the agent at a URL.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        raise ConfigError(
            f"the agent at {url} ({skill or 'any skill'}) cannot be reached by A2A; reach it as an MCP server, with T.mcp, "
            "or write a function that asks it, for T.function"
        )

    @staticmethod
    def openapi(name: str, url: str) -> ToolComposite:
        """Cannot be had yet: the tools that an OpenAPI description at a URL names, under a name.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        raise ConfigError(
            f"tools cannot be made of the OpenAPI description of {name!r} ({url}); serve it as an MCP server, for T.mcp, "
            "or write a function for each operation, for T.function"
        )

    @staticmethod
    def search(name: str, description: str) -> ToolComposite:
        """Cannot be had, whatever name and description: there is nothing here that could be searched.

        Raises:
            ConfigError: always; it says what to do instead.
        """
        raise ConfigError(
            f"there is nothing that {name!r} ({description}) could search; use T.google_search for the web, "
            "and T.function with a function that searches for everything else"
        )

    @staticmethod
    def agent(name: str, description: str, agent: object) -> ToolComposite:
        """A text agent, which the model asks in words; it works on the session's State. See `agent_tool`.

        Args:
            name: for the model.
            description: for the model: what it can be asked.
            agent: anything with ``run(state)``.

        Raises:
            ConfigError: the name cannot be used.
            TypeError: it is no agent.
        """
        return ToolComposite(functions=(agent_tool(name, description, agent),))

    @staticmethod
    def mcp(*servers: McpServer) -> ToolComposite:
        """The tools of Model Context Protocol servers. Needs the extra ``mcp``.

        Args:
            servers: `StdioServer` or `HttpServer`, started or dialled when connecting.

        Raises:
            TypeError: one of them is neither.
        """
        for each in servers:
            if not isinstance(each, McpServer):
                raise TypeError(f"an MCP server is a StdioServer or an HttpServer, not {each!r}")
        return ToolComposite(servers=servers)

    @staticmethod
    def google_search() -> ToolComposite:
        """Let the model search the web."""
        return ToolComposite(brought=(Tool(google_search={}),))

    @staticmethod
    def url_context() -> ToolComposite:
        """Let the model read addresses."""
        return ToolComposite(brought=(Tool(url_context={}),))

    @staticmethod
    def code_execution() -> ToolComposite:
        """Let the model run Python on the server."""
        return ToolComposite(brought=(Tool(code_execution={}),))

    @staticmethod
    def confirm(tools: ToolComposite | Function, message: str) -> ToolComposite:
        """Have somebody asked before they run. Without a `Live.confirmation_provider` connecting is refused.

        Args:
            tools: functions.
            message: what that somebody is asked.

        Raises:
            ConfigError: there is something in it that is no function of this program.
        """
        return _with_policy("confirm", tools, confirm=message)

    @staticmethod
    def timeout(tools: ToolComposite | Function, seconds: Seconds) -> ToolComposite:
        """Give each call of them so much time.

        Args:
            tools: functions.
            seconds: above 0.

        Raises:
            ConfigError: the time is none, or there is something in it that is no function of this program.
        """
        if type(seconds) not in (int, float) or not 0 < seconds < float("inf"):
            raise ConfigError(f"a timeout is a number of seconds above 0, not {seconds!r}")
        return _with_policy("timeout", tools, timeout=seconds)

    @staticmethod
    def cached(tools: ToolComposite | Function) -> ToolComposite:
        """Give the same arguments the result of before, as long as the session lasts.

        Args:
            tools: functions.

        Raises:
            ConfigError: there is something in it that is no function of this program.
        """
        return _with_policy("cached", tools, cached=True)


def _with_policy(what: str, tools: ToolComposite | Function, **changes: Any) -> ToolComposite:
    composite = tools if isinstance(tools, ToolComposite) else T.function(tools)
    if composite.brought or composite.servers:
        raise ConfigError(
            f"T.{what} is for functions of this program; what a server runs is not run here: "
            "put a ToolMiddleware around the tools of MCP servers"
        )
    functions = (attrs.evolve(each, policy=attrs.evolve(each.policy, **changes)) for each in composite.functions)
    return ToolComposite(functions=tuple(functions))
