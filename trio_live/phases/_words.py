"""What the model is told in each phase, as text for a person to read before anything runs.

What depends on the state is not known yet: a text that a function makes is shown as the function's name, a modifier with
what it would show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trio_live.phases._definition import Conditional, CustomAppend, InstructionModifier, Phase, StateAppend, Static
from trio_live.phases._steering import STEERING, SteeringMode


def to_words(phases: Iterable[Phase], initial: str | None, mode: SteeringMode, standing: str | None) -> str:
    """Every phase with what is said on entering it.

    Args:
        phases: With their defaults merged in.
        initial: Where the talk begins; what is said there is said by the setup.
        mode: By which road the words travel.
        standing: The instruction that no phase replaces.
    """
    return "\n".join(line for phase in phases for line in _phase(phase, initial, mode, standing))


def _phase(phase: Phase, initial: str | None, mode: SteeringMode, standing: str | None) -> Iterator[str]:
    rule = STEERING[mode]
    yield f"{phase.name}{' (the talk begins here)' if phase.name == initial else ''}"
    own = _instruction(phase)
    if rule.replaces_instruction and own:
        yield from _shown("system instruction", [*([standing] if standing else []), *own])
    elif standing:
        yield from _shown("system instruction, as before", [standing])
    if not rule.replaces_instruction:
        yield from _shown("context on entry", own)
    modifiers = [_modifier(modifier) for modifier in phase.modifiers]
    yield from _shown("and behind it" if rule.bakes_modifiers else "context, when it changed", modifiers)
    if phase.on_enter_context is not None:
        yield from _shown("context on entry", [_made_by(phase.on_enter_context)])
    yield from _shown("declared functions" if rule.declares_tools else "functions it may call", [_tools(phase)])
    if phase.prompt_on_enter:
        yield "  then it is asked to speak"
    yield ""


def _shown(what: str, texts: Iterable[str]) -> Iterator[str]:
    lines = [line for text in texts for line in text.splitlines()]
    yield from (
        f"  {what}:" if number < 0 else f"    {lines[number]}" for number in range(-1 if lines else 0, len(lines))
    )


def _instruction(phase: Phase) -> list[str]:
    instruction = phase.instruction
    if isinstance(instruction, Static):
        return [instruction.text] if instruction.text else []
    return [_made_by(getattr(instruction, "function", instruction))]


def _modifier(modifier: InstructionModifier) -> str:
    match modifier:
        case StateAppend(keys):
            return f"(the values of {', '.join(keys)})"
        case Conditional(predicate, text):
            return f"{text} (while {_name(predicate)} holds)"
        case CustomAppend(function):
            return _made_by(function)
        case _:
            return _made_by(modifier)


def _tools(phase: Phase) -> str:
    if phase.tools_enabled is None:
        return "all"
    return ", ".join(phase.tools_enabled) or "none"


def _made_by(function: object) -> str:
    return f"(made by {_name(function)})"


def _name(function: object) -> str:
    return getattr(function, "__name__", None) or type(function).__name__
