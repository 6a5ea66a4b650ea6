"""Declaring tools to the model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from trio_live.live import _checks as check
from trio_live.live._page import Page
from trio_live.live._spec import with_setup
from trio_live.wire import FunctionDeclaration, Tool

_FUNCTION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")


class DeclarationPage(Page):
    """What the setup says about tools."""

    def add_tool(self, tool: FunctionDeclaration | Tool | Mapping[str, Any]) -> Self:
        """Declare a tool: a function, a family of tools, or a declaration as a mapping of wire names.

        Raises:
            TypeError: it is none of these.
            ValueError: the function's name cannot be used on the wire.
        """
        match tool:
            case FunctionDeclaration():
                added = Tool(function_declarations=[_checked_function(tool)])
            case Tool():
                for declaration in tool.function_declarations or ():
                    _checked_function(declaration)
                added = tool
            case Mapping():
                added = Tool(function_declarations=[_function_from(tool)])
            case _:
                raise TypeError(f"a tool must be a FunctionDeclaration or a Tool, not {type(tool).__name__}")
        return self._with(with_setup(self.spec, tools=_merged(self.spec.setup.tools or [], added)))

    def google_search(self) -> Self:
        """Let the model search the web."""
        return self.add_tool(Tool(google_search={}))

    def code_execution(self) -> Self:
        """Let the model run Python on the server, where the model supports it."""
        return self.add_tool(Tool(code_execution={}))

    def url_context(self) -> Self:
        """Let the model read addresses, where the model supports it."""
        return self.add_tool(Tool(url_context={}))


def _checked_function(declaration: FunctionDeclaration) -> FunctionDeclaration:
    name = check.text("function name", declaration.name)
    if not _FUNCTION_NAME.fullmatch(name):
        raise ValueError(
            f"function name {name!r} cannot be used: it begins with a letter or _, "
            "goes on with letters, digits, _ . : -, and has at most 128 characters"
        )
    return declaration


def _function_from(mapping: Mapping[str, Any]) -> FunctionDeclaration:
    fields = {"name", "description", "parameters", "parametersJsonSchema", "response", "behavior"}
    unknown = sorted(set(mapping) - fields)
    if unknown:
        raise ValueError(f"a function declaration has no field {unknown[0]!r}; it has {', '.join(sorted(fields))}")
    values = {("parameters_json_schema" if k == "parametersJsonSchema" else k): v for k, v in mapping.items()}
    return _checked_function(FunctionDeclaration(**values))


def _merged(tools: Sequence[Tool], added: Tool) -> list[Tool]:
    """All functions in one group, whatever the order of calls; the other families keep a tool each."""
    if added.function_declarations is None:
        return [tool for tool in tools if tool != added] + [added]
    functions = [f for tool in tools for f in tool.function_declarations or ()]
    rest = [tool for tool in tools if tool.function_declarations is None]
    return [Tool(function_declarations=[*functions, *added.function_declarations]), *rest]
