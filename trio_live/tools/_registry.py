"""`ToolRegistry`: tools by name, how each is run, and what the model is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trio_live._callables import whereabouts
from trio_live._typing import JsonObject
from trio_live.errors import ConfigError
from trio_live.tools._declaring import declaration_of
from trio_live.tools._formatting import DefaultResultFormatter, ResultFormatter
from trio_live.tools._modes import Standard, ToolClass, ToolExecutionMode
from trio_live.tools._tool import FunctionTool, as_tool, tool
from trio_live.wire import FunctionDeclaration, LiveModelProfile, Tool


class ToolRegistry:
    """Tools by name.

    Args:
        tools: functions, or what `tool` made of them.

    Raises:
        ConfigError: a function cannot be a tool, or two have one name.
    """

    def __init__(self, *tools: Callable[..., Any]) -> None:
        self._tools: dict[str, FunctionTool[..., Any]] = {}
        self._modes: dict[str, ToolExecutionMode] = {}
        self._declared: dict[LiveModelProfile | None, list[Tool]] = {}
        for each in tools:
            made = as_tool(each)
            if made.name in self._tools:
                both = " and ".join(whereabouts(each.function) for each in (self._tools[made.name], made))
                raise ConfigError(f"two tools are called {made.name!r}: {both}")
            self.register(made)

    def register(
        self, function: Callable[..., Any], *, mode: ToolExecutionMode | None = None
    ) -> FunctionTool[..., Any]:
        """Add a tool; one of the same name is replaced.

        Args:
            function: a function, or what `tool` made of one.
            mode: how it runs; ``None``: as it says itself.

        Returns:
            The tool.

        Raises:
            ConfigError: the function cannot be a tool.
        """
        made = as_tool(function)
        self._tools[made.name] = made
        self._modes[made.name] = mode or made.policy.mode or Standard()
        self._declared.clear()
        return made

    def register_function(
        self, name: str, description: str, parameters: Mapping[str, Any] | None, function: Callable[[JsonObject], Any]
    ) -> FunctionTool[..., Any]:
        """Add a tool whose schema is given by hand; its function gets the arguments as they came.

        Args:
            name: for the model.
            description: for the model.
            parameters: JSON Schema of an object; ``None`` for none.
            function: async or plain; receives the arguments as one mapping.

        Returns:
            The tool.

        Raises:
            ConfigError: the name or the schema cannot be used.
        """
        return self.register(tool(name=name, description=description, parameters=parameters or {})(function))

    def set_mode(self, name: str, mode: ToolExecutionMode) -> None:
        """Say how a tool runs.

        Args:
            name: of the tool.
            mode: how.

        Raises:
            ConfigError: there is no such tool.
        """
        if name not in self._tools:
            raise ConfigError(
                f"there is no tool {name!r} to run in the background; there are {', '.join(self) or 'none'}"
            )
        self._modes[name] = mode
        self._declared.clear()

    def merge(self, other: ToolRegistry) -> None:
        """Take over the tools of another dispatcher, with their modes; where both have a name, the other's tool stays.

        Args:
            other: left as it is.
        """
        for name in other:
            self.register(other._tools[name], mode=other._modes[name])

    def get_tool(self, name: str) -> FunctionTool[..., Any] | None:
        """A tool by its name; ``None`` when there is none.

        Args:
            name: of the tool.
        """
        return self._tools.get(name)

    def classify(self, name: str) -> ToolClass | None:
        """What a tool gives back; ``None`` when there is no such tool.

        Args:
            name: of the tool.
        """
        found = self._tools.get(name)
        return None if found is None else found.tool_class

    def mode(self, name: str) -> ToolExecutionMode:
        """How a tool runs. One that is not known is found out inline.

        Args:
            name: of the tool.
        """
        return self._modes.get(name, Standard())

    def formatter(self, name: str) -> ResultFormatter:
        """Who words what the model reads of a tool in the background.

        Args:
            name: of the tool.
        """
        return getattr(self.mode(name), "formatter", None) or DefaultResultFormatter()

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __len__(self) -> int:
        return len(self._tools)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._tools))

    def to_tool_declarations(self, profile: LiveModelProfile | None = None) -> list[Tool]:
        """What the model is told: one group, sorted by name, or nothing when there are no tools.

        Args:
            profile: of the model, which decides the behaviour of each function.
        """
        if profile not in self._declared:
            functions = [declaration_of(self._tools[name], self._modes[name], profile) for name in self]
            self._declared[profile] = [Tool(function_declarations=functions)] if functions else []
        return list(self._declared[profile])

    def declarations(self, profile: LiveModelProfile | None = None) -> list[FunctionDeclaration]:
        """The functions of `to_tool_declarations`.

        Args:
            profile: of the model.
        """
        return [each for group in self.to_tool_declarations(profile) for each in group.function_declarations or ()]
