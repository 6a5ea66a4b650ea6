"""Policies of what a model gets to see, as a value; made by `C`."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, cast

from trio_live._values import value
from trio_live.compose._deciding import Contents
from trio_live.errors import ConfigError
from trio_live.state import State
from trio_live.wire import Content

Function: TypeAlias = Callable[[Contents, State], "Contents | Awaitable[Contents]"]


@value
class ContextStep:
    """One policy."""

    name: str
    function: Function
    asks_model: bool = False


@value
class ContextPolicy:
    """Some policies, one after the other: what one leaves the next one gets. ``a >> b`` and ``a + b`` mean the same.

    Made by `C`, given to an `LlmTextAgent`. What drops contents keeps a function's call and its answer together.
    """

    steps: tuple[ContextStep, ...] = ()

    def apply(self, contents: Sequence[Content], state: State | None = None) -> Contents:
        """What is left.

        Args:
            contents: oldest first; left as they are.
            state: for policies that read one.

        Raises:
            ConfigError: one of the policies asks a model; await `applied`.
        """
        left = list(contents)
        for step in self.steps:
            if step.asks_model:
                raise ConfigError(f"C.{step.name} asks a model: await policy.applied(contents, state)")
            left = cast("Contents", step.function(left, State() if state is None else state))
        return left

    async def applied(self, contents: Sequence[Content], state: State) -> Contents:
        """What is left, also where a model is asked.

        Args:
            contents: oldest first; left as they are.
            state: for policies that read one.

        Raises:
            LlmError: the model gives no answer, or none that can be used.

        Cancellation: the question to the model is withdrawn.
        """
        left = list(contents)
        for step in self.steps:
            made = step.function(left, state)
            left = await made if inspect.isawaitable(made) else made
        return left

    def __rshift__(self, other: ContextPolicy) -> ContextPolicy:
        if not isinstance(other, ContextPolicy):
            return NotImplemented
        return ContextPolicy(self.steps + other.steps)

    __add__ = __rshift__

    def __len__(self) -> int:
        return len(self.steps)
