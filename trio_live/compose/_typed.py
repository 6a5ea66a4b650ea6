"""A tool that is given one value of a type."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from trio_live._typing import Json
from trio_live.errors import ConfigError, ToolError
from trio_live.state._internal import MismatchError, convert
from trio_live.tools import FunctionTool, Signature, ToolContext, tool
from trio_live.tools._internal import HintError, fit, schema_of


class _OneValue(Signature):
    """All arguments of a call as one value, for the one parameter that there is."""

    def arguments(self, args: Mapping[str, Json], context: ToolContext) -> dict[str, Any]:
        fitted, problems = fit(args, self.schema)
        if problems:
            raise ToolError.invalid("; ".join(problems))
        ((parameter, kind),) = self.hints.items()
        try:
            return {parameter: convert(fitted, kind)}
        except MismatchError as mismatch:
            raise ToolError.invalid(str(mismatch)) from None


def typed_tool(kind: type[Any], name: str, description: str, function: Callable[..., Any]) -> FunctionTool[..., Any]:
    """A tool of a function of one value.

    Args:
        kind: of the value: a dataclass, an attrs class or a TypedDict.
        name: for the model.
        description: for the model.
        function: called with one value.

    Raises:
        ConfigError: no schema can be made of the type, the name cannot be used, or the function takes another number of
            arguments.
    """
    try:
        schema = schema_of(kind)
    except HintError as error:
        raise ConfigError(f"{name}: no arguments can be made of {kind!r}: {error}") from None
    if "properties" not in schema:
        raise ConfigError(f"{name}: {kind!r} has no fields; take a dataclass or a TypedDict")
    parameters = [*inspect.signature(function).parameters]
    if len(parameters) != 1:
        raise ConfigError(f"{name}: the function takes {len(parameters)} arguments where one {kind.__name__} is given")
    made = tool(name=name, description=description, parameters=schema)(function)
    return attrs.evolve(made, signature=_OneValue(schema, {parameters[0]: kind}))
