"""The phases as a drawing, in the languages of Mermaid and Graphviz."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trio_live.phases._definition._phase import Phase


def to_mermaid(phases: Iterable[Phase], initial: str | None) -> str:
    """A Mermaid state diagram. Targets that are no phases are drawn too: a drawing is wanted most when it is wrong.

    An arrow leads from the start to the ``initial`` phase; there is none if that is drawn nowhere.
    """
    plan = {phase.name: phase for phase in phases}
    identifiers = {name: f"p{number}" for number, name in enumerate(_all_names(plan))}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_mermaid(name)}" as {identifier}' for name, identifier in identifiers.items()]
    if initial in identifiers:
        lines.append(f"    [*] --> {identifiers[initial]}")
    for phase in plan.values():
        for target, label in _arrows(phase):
            arrow = f"    {identifiers[phase.name]} --> {identifiers[target]}"
            lines.append(f"{arrow} : {_mermaid(label)}" if label else arrow)
        if phase.terminal:
            lines.append(f"    {identifiers[phase.name]} --> [*]")
    return "\n".join(lines) + "\n"


def to_graphviz(phases: Iterable[Phase], initial: str | None) -> str:
    """A Graphviz digraph: the initial phase is bold, terminal ones have a double border, unknown targets a dashed one."""
    plan = {phase.name: phase for phase in phases}
    lines = ["digraph phases {", "    node [shape=box, style=rounded];"]
    for name in _all_names(plan):
        phase = plan.get(name)
        style = "dashed" if phase is None else "rounded,bold" if name == initial else "rounded"
        border = ", peripheries=2" if phase is not None and phase.terminal else ""
        lines.append(f'    {_quoted(name)} [style="{style}"{border}];')
    for phase in plan.values():
        for target, label in _arrows(phase):
            shown = f" [label={_quoted(label)}]" if label else ""
            lines.append(f"    {_quoted(phase.name)} -> {_quoted(target)}{shown};")
    return "\n".join([*lines, "}"]) + "\n"


def _all_names(plan: dict[str, Phase]) -> list[str]:
    targets = (transition.target for phase in plan.values() for transition in phase.transitions)
    return list(dict.fromkeys([*plan, *targets]))


def _arrows(phase: Phase) -> Iterator[tuple[str, str]]:
    """Where guards lead, in the order they are tried; a terminal phase's lead nowhere."""
    if not phase.terminal:
        for transition in phase.transitions:
            yield transition.target, transition.description or ""


def _mermaid(text: str) -> str:
    """Mermaid has no escapes, only entities; ``#`` begins one, so it goes first."""
    entities = {"#": "#35;", '"': "#quot;", ":": "#58;", "<": "#lt;", ">": "#gt;", "{": "#123;", "}": "#125;"}
    return "".join(entities.get(character, " " if character.isspace() else character) for character in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
