"""A phase written as a class.

What is constant are class attributes, what happens are methods; both end as the same frozen `Phase`::

    class Order(PhaseSpec):
        instruction = "Take the order."
        needs = ("dish",)

        @leads_to("pay", description="when the guest has ordered")
        def ordered(self, state: State) -> bool:
            return state.is_known("dish")

        async def on_enter(self, state: State, writer: SessionWriter) -> None:
            ...

An instance may carry what its hooks need: ``Order(kitchen).as_phase()``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from types import MethodType
from typing import Any, TypeVar

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.conversation import TranscriptWindow
from trio_live.errors import ConfigError
from trio_live.events import SessionWriter
from trio_live.phases._definition._instruction import InstructionModifier, as_names
from trio_live.phases._definition._phase import Phase, PhasePreparation, ToolGuard, Transition
from trio_live.state import State
from trio_live.wire import Content

M = TypeVar("M")

OPTIONAL_METHODS = ("guard", "on_enter", "on_exit", "on_enter_context", "dynamic_instruction")
"""Methods of `PhaseSpec` that count only where a subclass overrides them."""


@value
class _LeavingGuard:
    """A guard method and where it leads."""

    function: Callable[[Any, State], bool]
    target: str
    description: str | None

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., bool]:
        return self.function if instance is None else MethodType(self.function, instance)


@value
class _PreparingMethod:
    """A method that prepares the entry of its phase."""

    function: Callable[[Any, State, SessionWriter], Awaitable[object]]
    produces: tuple[str, ...]
    timeout: Seconds | None
    retry_after: Seconds | None

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Awaitable[object]]:
        return self.function if instance is None else MethodType(self.function, instance)


def leads_to(target: str, *, description: str | None = None) -> Callable[[Callable[[Any, State], bool]], Any]:
    """Make a method of a `PhaseSpec` the guard of a transition. Order of writing is order of trying.

    Args:
        target: the name of the phase it leads to.
        description: when it does, for the model and for drawings.
    """
    return lambda function: _LeavingGuard(function, target, description)


def prepares(
    *produces: str, timeout: Seconds | None = None, retry_after: Seconds | None = None
) -> Callable[[Callable[[Any, State, SessionWriter], Awaitable[object]]], Any]:
    """Make an async method of a `PhaseSpec` a preparation of that name, meant to set these keys."""
    return lambda function: _PreparingMethod(function, as_names(produces), timeout, retry_after)


class PhaseSpec:
    """The base of phases written as classes. Attributes mean what the fields of `Phase` of the same name mean."""

    name: str = ""
    """Without one, the name of the class: ``TakeOrder`` is ``take_order``."""
    instruction: str = ""
    tools_enabled: Sequence[str] | None = None
    tool_guards: Sequence[ToolGuard] = ()
    transitions: Sequence[Transition] = ()
    """Tried before those that methods make."""
    terminal: bool = False
    modifiers: Sequence[InstructionModifier] = ()
    prompt_on_enter: bool | None = None
    needs: Sequence[str] = ()
    requires: Sequence[str] = ()
    preparations: Sequence[PhasePreparation] = ()
    """Run before those that methods make."""
    presents: Sequence[str] = ()
    clear_on_enter: Sequence[str] = ()

    def dynamic_instruction(self, state: State) -> str:
        """The instruction, made of the state; override it instead of giving ``instruction``."""
        raise NotImplementedError

    def guard(self, state: State) -> bool:
        """Whether guards of other phases may lead here."""
        raise NotImplementedError

    async def on_enter(self, state: State, writer: SessionWriter) -> None:
        """Runs when the phase has been entered."""
        raise NotImplementedError

    async def on_exit(self, state: State, writer: SessionWriter) -> None:
        """Runs before the phase is left."""
        raise NotImplementedError

    def on_enter_context(self, state: State, window: TranscriptWindow) -> Sequence[Content] | None:
        """Content to send on entry."""
        raise NotImplementedError

    def as_phase(self) -> Phase:
        """This, as the value everything else works with.

        Raises:
            ConfigError: There are two instructions.
        """
        name = self.name or _snake_case(type(self).__name__)
        given = {method: self._overridden(method) for method in OPTIONAL_METHODS}
        dynamic = given.pop("dynamic_instruction")
        if dynamic and self.instruction:
            raise ConfigError(f"Phase {name!r} has both an instruction and a dynamic_instruction.")
        return Phase(
            name,
            dynamic or self.instruction,
            tools_enabled=self.tools_enabled,
            tool_guards=self.tool_guards,
            transitions=(*self.transitions, *self._leaving()),
            terminal=self.terminal,
            modifiers=self.modifiers,
            prompt_on_enter=self.prompt_on_enter,
            needs=self.needs,
            requires=self.requires,
            preparations=(*self.preparations, *self._preparing()),
            presents=self.presents,
            clear_on_enter=self.clear_on_enter,
            **given,
        )

    def _overridden(self, method: str) -> Any:
        return None if getattr(type(self), method) is getattr(PhaseSpec, method) else getattr(self, method)

    def _leaving(self) -> Iterator[Transition]:
        for _, marked in _marked(type(self), _LeavingGuard):
            yield Transition(marked.target, marked.__get__(self), marked.description)

    def _preparing(self) -> Iterator[PhasePreparation]:
        for name, marked in _marked(type(self), _PreparingMethod):
            yield PhasePreparation(
                name, marked.produces, marked.__get__(self), timeout=marked.timeout, retry_after=marked.retry_after
            )


def as_phase(phase: Phase | PhaseSpec) -> Phase:
    """The phase, however it was written."""
    return phase.as_phase() if isinstance(phase, PhaseSpec) else phase


def _marked(owner: type, kind: type[M]) -> Iterable[tuple[str, M]]:
    """The marked methods of a class, a base class's first; one overridden keeps its place, or loses its mark."""
    found: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        found.update(vars(base))
    return [(name, value) for name, value in found.items() if isinstance(value, kind)]


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
