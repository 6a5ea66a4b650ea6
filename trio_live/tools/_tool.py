"""A Python function as a tool: what the model is told of it, and how a call of it becomes a call of the function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, ParamSpec, TypeVar, assert_never, overload

import attrs

from trio_live._callables import underneath, whereabouts
from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.tools._commit import CommitGuard
from trio_live.tools._context import ToolContext
from trio_live.tools._docstring import read_docstring
from trio_live.tools._modes import BEHAVIORS, SCHEDULINGS, Background, Behavior, Standard, ToolClass, ToolExecutionMode
from trio_live.tools._schema import normalise_parameters
from trio_live.tools._signature import Signature, read_signature
from trio_live.wire._internal import FUNCTION_NAME

P = ParamSpec("P")
R = TypeVar("R")


@value(kw_only=True)
class ToolPolicy:
    """How one tool is to be run. What is left out follows the dispatcher."""

    mode: ToolExecutionMode | None = None
    """Inline or in the background; ``None``: inline, unless the agent says otherwise."""
    behavior: Behavior | None = None
    """Whether the model waits; ``None``: it waits for an inline tool where it can, and never for one in the background."""
    timeout: Seconds | None = None
    """Seconds; ``None``: the dispatcher's."""
    confirm: bool | str = False
    """Whether somebody is asked first, and what."""
    cached: bool = False
    """Whether a result is given again to the same arguments, as long as the session lasts."""
    commit: CommitGuard | None = None
    """Sees to it that what it does is done once, and undone when it fails."""
    transforms: tuple[Callable[[Json], Any], ...] = ()
    """What each result goes through, in order; plain or async."""


@value
class FunctionTool(Generic[P, R]):
    """A tool made from a function. Can still be called as the function that it was made from."""

    name: str
    description: str
    function: Callable[P, R]
    parameters: JsonObject | None
    """What the model is told of the parameters, as the API accepts it."""
    signature: Signature | None = None
    """How arguments are converted; ``None``: the function takes them as they came, in one mapping."""
    policy: ToolPolicy = attrs.field(factory=ToolPolicy)
    listens: bool = attrs.field(init=False)
    """Whether it wants to hear what the user says while it runs."""

    @listens.default
    def _has_listener(self) -> bool:
        return self.signature is not None and self.signature.listener is not None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function itself."""
        return self.function(*args, **kwargs)

    @property
    def tool_class(self) -> ToolClass:
        """What it gives back, and whether it listens."""
        if self.listens:
            return ToolClass.INPUT_STREAM
        function = underneath(self.function)
        is_generator = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
        return ToolClass.STREAMING if is_generator else ToolClass.REGULAR

    def prepared(self, args: Mapping[str, Json], context: ToolContext) -> Callable[[], Any]:
        """The function with its arguments in it.

        Args:
            args: the model's.
            context: for the parameter that wants it.

        Raises:
            ToolError: the arguments do not fit; it names every field.
        """
        function: Callable[..., Any] = self.function
        if self.signature is None:
            return functools.partial(function, dict(args))
        return functools.partial(function, **self.signature.arguments(args, context))


@overload
def tool(function: Callable[P, R], /) -> FunctionTool[P, R]: ...
@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    mode: ToolExecutionMode | None = None,
    behavior: Behavior | None = None,
    timeout: Seconds | None = None,
    confirm: bool | str = False,
    cached: bool = False,
    commit: CommitGuard | None = None,
) -> Callable[[Callable[P, R]], FunctionTool[P, R]]: ...
def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    mode: ToolExecutionMode | None = None,
    behavior: Behavior | None = None,
    timeout: Seconds | None = None,
    confirm: bool | str = False,
    cached: bool = False,
    commit: CommitGuard | None = None,
) -> Any:
    """Make a tool of a typed function; a decorator, with or without arguments.

    The name, the description and the words about parameters come from the function and its docstring, the schema from
    its type hints. A plain function runs in a thread, so it may block.

    Args:
        function: async or plain; a generator gives its values one by one.
        name: for the model; the function's own by default.
        description: for the model; the first paragraphs of the docstring by default.
        parameters: JSON Schema of the parameters, instead of the hints; the function then gets one mapping.
        mode: `Standard`, or `Background`.
        behavior: whether the model waits: ``BLOCKING`` or ``NON_BLOCKING``.
        timeout: seconds.
        confirm: whether somebody must agree first, and what that somebody is asked.
        cached: whether the same arguments get the result of before, as long as the session lasts.
        commit: for a tool that books, pays or sends: done once, undone when it fails.

    Raises:
        ConfigError: a parameter has no type, or one that no model can fill in; the name cannot be used; nothing says what
            the tool is for. Every mistake is told.
    """
    policy = ToolPolicy(mode=mode, behavior=behavior, timeout=timeout, confirm=confirm, cached=cached, commit=commit)
    made = functools.partial(_made, name=name, description=description, parameters=parameters, policy=policy)
    return made if function is None else made(function)


def as_tool(given: Callable[..., Any]) -> FunctionTool[..., Any]:
    """A tool as it is; a function as a tool."""
    return given if isinstance(given, FunctionTool) else tool(given)


def _made(
    function: Callable[..., Any],
    *,
    name: str | None,
    description: str | None,
    parameters: Mapping[str, Any] | None,
    policy: ToolPolicy,
) -> FunctionTool[..., Any]:
    if not callable(function):
        raise ConfigError(f"a tool is made from a function, not from {function!r}")
    called = underneath(function)
    name = name or str(getattr(called, "__name__", type(called).__name__))
    said = read_docstring(inspect.getdoc(called))
    problems = [*_name_problems(name), *_policy_problems(policy)]
    if not (description or said.summary):
        problems.append("nothing says what it is for; give it a docstring, or a `description`")
    signature, schema = None, None
    try:
        signature = read_signature(function, said) if parameters is None else None
        schema = normalise_parameters(signature.schema if signature else parameters)
    except ConfigError as mistakes:
        problems += mistakes.problems
    if problems:
        raise ConfigError([f"{whereabouts(function)}: {each}" for each in problems])
    return FunctionTool(name, description or said.summary, function, schema, signature, policy)


def _name_problems(name: str) -> list[str]:
    if FUNCTION_NAME.fullmatch(name):
        return []
    rule = "it begins with a letter or _, goes on with letters, digits, _ . : -, and has at most 128 characters"
    return [f"{name!r} cannot be the name of a tool: {rule}; give it another with `name=`"]


def _policy_problems(policy: ToolPolicy) -> list[str]:
    problems = []
    if policy.behavior is not None and policy.behavior not in BEHAVIORS:
        problems.append(f"behavior is one of {', '.join(BEHAVIORS)}, not {policy.behavior!r}")
    if policy.timeout is not None and not policy.timeout > 0:
        problems.append(f"timeout is a number of seconds above 0, not {policy.timeout!r}")
    match policy.mode:
        case None | Standard():
            pass
        case Background(scheduling=scheduling):
            if scheduling is not None and scheduling not in SCHEDULINGS:
                problems.append(f"scheduling is one of {', '.join(SCHEDULINGS)}, not {scheduling!r}")
            if policy.behavior == "BLOCKING":
                problems.append("a tool in the background is one that the model does not wait for")
        case _:
            assert_never(policy.mode)
    return problems
