"""What a function's signature says: the parameters the model fills in, and the one it never hears of."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, get_type_hints

from trio_live._callables import underneath
from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.errors import ConfigError, ToolError
from trio_live.state._internal import MismatchError, convert, prepare
from trio_live.tools._context import ToolContext
from trio_live.tools._docstring import Docstring
from trio_live.tools._fitting import fit
from trio_live.tools._hints import HintError, schema_of
from trio_live.tools._live_input import LiveInput


@value
class Signature:
    """The parameters of a function."""

    schema: JsonObject
    """What the model may fill in, as JSON Schema."""
    hints: Mapping[str, Any]
    """Parameter → its type."""
    context: str | None = None
    """The parameter that wants the `ToolContext`."""
    listener: str | None = None
    """The parameter that wants the `LiveInput`."""

    def arguments(self, args: Mapping[str, Json], context: ToolContext) -> dict[str, Any]:
        """The keyword arguments of one call, checked and converted.

        Args:
            args: the model's.
            context: for the parameters that want it, or the live input.

        Raises:
            ToolError: they do not fit; it names every field.
        """
        fitted, problems = fit(args, self.schema)
        arguments: dict[str, Any] = {}
        for name, held in fitted.items() if not problems else ():
            try:
                arguments[name] = convert(held, self.hints[name])
            except MismatchError as mismatch:
                problems.append(f"{name}: {mismatch}")
        if problems:
            raise ToolError.invalid("; ".join(problems))
        if self.context is not None:
            arguments[self.context] = context
        if self.listener is not None:
            arguments[self.listener] = context.live_input
        return arguments


def read_signature(function: Callable[..., Any], said: Docstring) -> Signature:
    """Read a function's signature.

    Args:
        function: what will be called.
        said: its docstring.

    Raises:
        ConfigError: a parameter that no model can fill in; every one is named.
    """
    hints = _hints_of(function)
    properties: JsonObject = {}
    required, problems = list[str](), list[str]()
    context = listener = None
    for parameter in _parameters_of(function):
        hint = hints.get(parameter.name, inspect.Parameter.empty)
        if hint is ToolContext:
            context = parameter.name
            continue
        try:
            if hint is LiveInput:
                listener = _listener_of(parameter, function, listener)
                continue
            schema = _schema_of(parameter, hint)
        except HintError as problem:
            problems.append(f"the parameter {parameter.name!r} {problem}")
            continue
        words = said.parameters.get(parameter.name)
        properties[parameter.name] = {"description": words, **schema} if words else schema
        if parameter.default is inspect.Parameter.empty:
            required.append(parameter.name)
    if problems:
        raise ConfigError(problems)
    prepare(*(hints[name] for name in properties))
    whole = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Signature(whole, hints, context, listener)


def _listener_of(parameter: inspect.Parameter, function: Callable[..., Any], other: str | None) -> str:
    called = underneath(function)
    if not (inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called)):
        raise HintError("is read with `async for`, so this must be an async function")
    if other is not None:
        raise HintError(f"is a second LiveInput; there is one input, and {other!r} has it")
    return parameter.name


def _schema_of(parameter: inspect.Parameter, hint: Any) -> JsonObject:
    if parameter.kind in {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
        raise HintError("stands for any number of arguments, and a model fills in named ones only; name each of them")
    if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
        raise HintError(
            "can only be given by its place, and a model gives arguments by name; leave out the `/` behind it"
        )
    if hint is inspect.Parameter.empty and parameter.name == "self":
        raise HintError("is an object, and this is the method of a class; give the method of one of its objects")
    if hint is inspect.Parameter.empty:
        raise HintError(f"has no type; write one, such as `{parameter.name}: str`")
    try:
        return schema_of(hint)
    except HintError as problem:
        raise HintError(f"has a type that cannot be told: {problem}") from None


def _parameters_of(function: Callable[..., Any]) -> Collection[inspect.Parameter]:
    try:
        return inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some functions and classes written in C do not tell
        raise ConfigError(
            "its parameters cannot be read; call it from a function of your own, or give `parameters`"
        ) from None


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    called = underneath(function)
    if not inspect.isroutine(called):
        called = type(called).__call__
    try:
        return get_type_hints(called, include_extras=True)
    except NameError as missing:
        raise ConfigError(
            f"its type hints cannot be read: {missing}; define the types at the top of a module"
        ) from None
