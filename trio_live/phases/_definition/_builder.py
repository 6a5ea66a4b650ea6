"""A phase written as a sentence: ``phase("menu").instruction("…").needs(["dish"]).transition("order", ready).done()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

import attrs

from trio_live._callables import answered_optional_text, unfinished
from trio_live._typing import Seconds
from trio_live.conversation import TranscriptWindow
from trio_live.phases._definition._defaults import ModifierPage
from trio_live.phases._definition._guards import presented_and_acknowledged
from trio_live.phases._definition._instruction import (
    DynamicText,
    InstructionModifier,
    PhaseInstruction,
    StatePredicate,
    Static,
)
from trio_live.phases._definition._phase import EnterContext, Phase, PhaseHook, PhasePreparation, ToolGuard, Transition
from trio_live.state import State
from trio_live.wire import Content

T = TypeVar("T")


class PhaseBuilder(ModifierPage, Generic[T]):
    """Builds a `Phase`, call by call. Immutable: every call returns a new builder, so a half-built phase can be shared.

    ``prepare``, ``tool_guard``, ``transition…``, ``modifiers`` and the calls that add modifiers append; all others replace what was
    said before. No call can fail: mistakes are found all together by ``validate_phases``.

    Args:
        phase: The name of the phase, or a phase to begin with.
        on_done: What `done` does with the finished phase; without it, `done` returns the phase.
    """

    __slots__ = ("_on_done", "_phase")

    @overload
    def __init__(self: PhaseBuilder[Phase], phase: str | Phase) -> None: ...
    @overload
    def __init__(self: PhaseBuilder[T], phase: str | Phase, on_done: Callable[[Phase], T]) -> None: ...
    def __init__(self, phase: str | Phase, on_done: Callable[[Phase], Any] | None = None) -> None:
        self._phase = Phase(phase) if isinstance(phase, str) else phase
        self._on_done = on_done

    def __repr__(self) -> str:
        return f"<PhaseBuilder of {self._phase!r}>"

    if not TYPE_CHECKING:  # it would tell type checkers that there is everything

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(unfinished("phase", name, "done()"), name=name, obj=self)

    def done(self) -> T:
        """Finish the phase.

        Returns:
            What the builder of the session has become with the phase in it; the phase, where there is none.
        """
        finished: Any = self._phase if self._on_done is None else self._on_done(self._phase)
        return finished  # type: ignore[no-any-return]  # T is Phase or what on_done returns, by the overloads

    # What the model is told.

    def instruction(self, text: str | PhaseInstruction) -> Self:
        """What the model is told here.

        Args:
            text: an instruction, or what is added to one, as `SteeringMode` decides; a text, or a prompt made with `P`.
        """
        return self._with(instruction=Static(text) if isinstance(text, str) else text)

    def dynamic_instruction(self, function: DynamicText) -> Self:
        """What the model is told here, made of the state whenever it is needed.

        Args:
            function: receives the State, returns the text. Plain; called on the control lane.
        """
        return self._with(instruction=function)

    def modifiers(self, modifiers: Iterable[InstructionModifier]) -> Self:
        """Add modifiers that were made elsewhere.

        Args:
            modifiers: in the order in which their texts appear.
        """
        return self._adding(modifiers)

    def tools(self, names: Iterable[str]) -> Self:
        """The only tools that may run here; an empty list forbids all.

        Args:
            names: of declared functions; an unknown one is a `ConfigError` when connecting.
        """
        return self._with(tools_enabled=names)

    def tool_guard(self, tool: str, predicate: StatePredicate, reason: str) -> Self:
        """Refuse calls of a tool while the predicate says no. The tool stays declared, in every `SteeringMode`.

        Args:
            tool: the name of a declared function, one of `tools` if there is a list.
            predicate: receives the State when the tool is called. Plain and pure; one that raises counts as no, and is
                reported.
            reason: what the model is told then, such as ``"the caller has not confirmed the day"``.
        """
        return self._with(tool_guards=(*self._phase.tool_guards, ToolGuard(tool, predicate, reason)))

    # What is gathered, required, presented.

    def needs(self, keys: Iterable[str]) -> Self:
        """Keys to be gathered here.

        Args:
            keys: of the State. The model is told which are missing; they keep nobody from leaving.
        """
        return self._with(needs=keys)

    def requires(self, keys: Iterable[str]) -> Self:
        """Keys that must be known before a guard leads here.

        Args:
            keys: of the State.
        """
        return self._with(requires=keys)

    def prepare(
        self,
        name: str,
        produces: Iterable[str],
        function: PhaseHook,
        *,
        timeout: Seconds | None = None,
        retry_after: Seconds | None = None,
    ) -> Self:
        """Add an effect that may make required keys known; see `PhasePreparation`.

        Args:
            name: for errors and logs.
            produces: the keys it is meant to set; for diagnosis.
            function: async, receives the State and the writer. Awaited on the control lane when nothing else is missing for the
                entry.
            timeout: seconds after which it is cancelled; ``None``: as long as it takes.
            retry_after: seconds from the beginning of one run to the next; ``None``: anew on every turn that finds the phase
                blocked.
        """
        preparation = PhasePreparation(name, produces, function, timeout=timeout, retry_after=retry_after)
        return self._with(preparations=(*self._phase.preparations, preparation))

    def presents(self, concepts: Iterable[str]) -> Self:
        """Concepts that being here presents to the user.

        Args:
            concepts: names of your own, for `transition_after_presented`.
        """
        return self._with(presents=concepts)

    def clear_on_enter(self, keys: Iterable[str]) -> Self:
        """Keys to be removed on entry.

        Args:
            keys: of the State.
        """
        return self._with(clear_on_enter=keys)

    # Ways in and out.

    def guard(self, predicate: StatePredicate) -> Self:
        """No guard of another phase leads here while the predicate says no.

        Args:
            predicate: receives the State. Plain and pure; one that raises counts as no, and is reported.
        """
        return self._with(guard=predicate)

    def transition(self, target: str, guard: StatePredicate) -> Self:
        """Add a way out. Ways are tried in the order in which they were added.

        Args:
            target: the name of a phase.
            guard: receives the State, and says whether the way is open. Plain and pure; asked at the end of every turn. One
                that raises counts as no, and is reported.
        """
        return self._leading_to(Transition(target, guard))

    def transition_with(self, target: str, guard: StatePredicate, description: str) -> Self:
        """Add a way out, and tell the model in the navigation text when it is taken.

        Args:
            target: the name of a phase.
            guard: as in `transition`.
            description: such as ``"when the day is known"``.
        """
        return self._leading_to(Transition(target, guard, description))

    def transition_after_presented(
        self, target: str, concept: str, ack_key: str, description: str | None = None
    ) -> Self:
        """Add a way out that opens when the concept was presented and ``ack_key`` is ``True``.

        Args:
            target: the name of a phase.
            concept: one that a phase `presents`.
            ack_key: of the State.
            description: what the model is told of the way.
        """
        return self._leading_to(Transition(target, presented_and_acknowledged(concept, ack_key), description))

    def terminal(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002 - one flag, named by the method
        """No guard leads out of here.

        Args:
            on: False takes it back.
        """
        return self._with(terminal=on)

    # Entering and leaving.

    def on_enter(self, hook: PhaseHook) -> Self:
        """Run when the phase has been entered.

        Args:
            hook: async, receives the State and the writer. Awaited on the control lane; cancelled when the session ends. An
                error is reported, and the phase stays entered.
        """
        return self._with(on_enter=hook)

    def on_exit(self, hook: PhaseHook) -> Self:
        """Run before the phase is left.

        Args:
            hook: as in `on_enter`.
        """
        return self._with(on_exit=hook)

    def on_enter_context(self, function: EnterContext) -> Self:
        """Content to send on entry.

        Args:
            function: receives the State and the transcript window of the last turns; returns turns, or nothing. Plain.
        """
        return self._with(on_enter_context=function)

    def prompt_on_enter(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002 - one flag, named by the method
        """Ask the model to speak on entry, or not to, whatever the defaults say.

        Args:
            on: whether to.
        """
        return self._with(prompt_on_enter=on)

    def enter_prompt(self, text: str) -> Self:
        """On entry, give the model this thought of its own, and ask it to speak.

        Args:
            text: sent as a turn of the model's.
        """
        return self.enter_prompt_fn(lambda _state, _window: text)

    def enter_prompt_fn(self, function: Callable[[State, TranscriptWindow], str]) -> Self:
        """As `enter_prompt`, with a thought made of the state and the transcript window; empty for none.

        Args:
            function: receives the State and the transcript window; returns the text. Plain.
        """

        def one_turn(state: State, window: TranscriptWindow) -> Sequence[Content]:
            text = answered_optional_text(function(state, window))
            return (Content.of(text, "model"),) if text else ()

        return self._with(on_enter_context=one_turn, prompt_on_enter=True)

    def _adding(self, modifiers: Iterable[InstructionModifier]) -> Self:
        return self._with(modifiers=(*self._phase.modifiers, *modifiers))

    def _leading_to(self, transition: Transition) -> Self:
        return self._with(transitions=(*self._phase.transitions, transition))

    def _with(self, **changes: Any) -> Self:
        other = object.__new__(type(self))
        other._phase = attrs.evolve(self._phase, **changes)
        other._on_done = self._on_done
        return other
