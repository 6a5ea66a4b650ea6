"""Declaring tools to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from trio_live.errors import LocalProtocolError
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_control, with_setup
from trio_live.wire import ClientMessage, FunctionDeclaration, Setup, Tool, encode_client_message
from trio_live.wire._internal import FUNCTION_NAME, evolve

_FIELDS: Final[dict[str, tuple[str, type]]] = {
    "name": ("name", str),
    "description": ("description", str),
    "parameters": ("parameters", dict),
    "parametersJsonSchema": ("parameters_json_schema", object),
    "response": ("response", dict),
    "responseJsonSchema": ("response_json_schema", object),
    "behavior": ("behavior", str),
}
"""The wire's names of a function declaration, with ours and what they hold."""


class DeclarationPage(Page):
    """What the setup says about tools."""

    def add_tool(self, tool: FunctionDeclaration | Tool | Mapping[str, Any]) -> Self:
        """Declare a tool. Functions of several calls are merged into one group, as the API wants it.

        Args:
            tool: a function, a family of tools, or a function's declaration as a mapping of wire names.

        Raises:
            TypeError: it is none of these, or a field of it holds the wrong kind of value.
            ValueError: the function's name cannot be used on the wire, or its schema is not JSON.
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
        _check_json(added)
        return self._with(with_setup(self.spec, tools=merged_tools([*(self.spec.setup.tools or ()), added])))

    def manual_tools(self, *names: str) -> Self:
        """Leave calls that ``on_tool_call`` does not answer open, to be answered with ``send_tool_response``.

        Without this they are refused at once (``Tool not found``), because the model may be waiting. With it, somebody
        must answer: the calls show up as `wire_events.ToolCall` in ``handle.subscribe()``.

        Args:
            names: the functions that are answered by hand; none for every function. Another call of this method adds
                to the earlier one.

        Raises:
            TypeError: a name is not a string.
            ValueError: a name is empty.
        """
        chosen = self.spec.control.manual_tools
        if not names or chosen == "all":
            return self._with(with_control(self.spec, manual_tools="all"))
        return self._with(
            with_control(self.spec, manual_tools=chosen | {check.text("function name", name) for name in names})
        )

    def google_search(self) -> Self:
        """Let the model search the web. 2.5 models do not take it together with functions (documented): a `ConfigError`."""
        return self.add_tool(Tool(google_search={}))

    def code_execution(self) -> Self:
        """Let the model run Python on the server, where the model supports it."""
        return self.add_tool(Tool(code_execution={}))

    def url_context(self) -> Self:
        """Let the model read addresses, where the model supports it."""
        return self.add_tool(Tool(url_context={}))


def _checked_function(declaration: FunctionDeclaration) -> FunctionDeclaration:
    name = check.text("function name", declaration.name)
    if not FUNCTION_NAME.fullmatch(name):
        raise ValueError(
            f"function name {name!r} cannot be used: it begins with a letter or _, "
            "goes on with letters, digits, _ . : -, and has at most 128 characters"
        )
    return declaration


def _function_from(mapping: Mapping[str, Any]) -> FunctionDeclaration:
    unknown = sorted(set(mapping) - set(_FIELDS))
    if unknown:
        raise ValueError(f"a function declaration has no field {unknown[0]!r}; it has {', '.join(sorted(_FIELDS))}")
    values: dict[str, Any] = {
        _FIELDS[key][0]: check.instance(key, value, _FIELDS[key][1]) for key, value in mapping.items()
    }
    return _checked_function(FunctionDeclaration(**values))


def _check_json(tool: Tool) -> None:
    try:
        encode_client_message(ClientMessage(setup=Setup(tools=[tool])))
    except LocalProtocolError as problem:
        names = ", ".join(repr(f.name) for f in tool.function_declarations or ()) or "the tool"
        raise ValueError(f"the declaration of {names} cannot be sent: {problem}") from None


def merged_tools(everything: Sequence[Tool]) -> list[Tool]:
    """All functions in one group, whatever the order of calls; the other families keep a tool each."""
    functions = [f for tool in everything for f in tool.function_declarations or ()]
    families: list[Tool] = []
    for tool in everything:
        family = evolve(tool, function_declarations=None)
        if family != Tool() and family not in families:
            families.append(family)
    return [Tool(function_declarations=functions), *families] if functions else families
