"""What is wrong with the agents of a call, told when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trio_live.handoff._plan import Passage
from trio_live.handoff._words import TRANSFER_TOOL
from trio_live.wire import FunctionDeclaration, LiveModelProfile, Tool


def agent_mistakes(
    instructions: Mapping[str, str | None],
    declared: Mapping[str, Iterable[Tool]],
    passages: Mapping[str, Passage],
    abilities: LiveModelProfile,
    *,
    may_reconnect: bool,
) -> list[str]:
    """Why these agents cannot share a call.

    Args:
        instructions: what each is told; the whole of it.
        declared: the tools of each.
        passages: how the call is handed over to each.
        abilities: of the model.
        may_reconnect: whether the session may dial again.
    """
    found = [
        f"agent {name!r} has no instruction, so nothing would tell it from the one before; give it one"
        for name, text in instructions.items()
        if not text
    ]
    if len(instructions) < 2:  # noqa: PLR2004 - the least that can hand over to each other
        found.append(
            f"{', '.join(map(repr, instructions))} is the only agent, and can hand over to nobody; add another"
        )
    if Passage.NOWHERE in passages.values():
        found.append(f"the {abilities.name} model takes no instructions, so no agent can take over")
    dialled = [repr(name) for name, passage in passages.items() if passage is Passage.RECONNECT]
    if dialled and not may_reconnect:
        found.append(
            f"with the {abilities.name} model a transfer to {', '.join(dialled)} needs another connection, and there can"
            " be none: leave `reconnect` on, and dial with `connect_google_ai`, `connect_vertex` or `connect`"
        )
    if not {Passage.UPDATE, Passage.RECONNECT}.issuperset(passages.values()):
        found += declarations_that_clash(declared, abilities)
    return found


def declarations_that_clash(declared: Mapping[str, Iterable[Tool]], abilities: LiveModelProfile) -> Iterator[str]:
    """Functions that two agents declare in two ways, for a model to which all are declared at once."""
    seen: dict[str, tuple[str, FunctionDeclaration]] = {}
    for name, tools in declared.items():
        for function in (each for tool in tools for each in tool.function_declarations or ()):
            other, first = seen.setdefault(function.name, (name, function))
            if first != function and function.name != TRANSFER_TOOL:
                yield (
                    f"agents {other!r} and {name!r} declare {function.name!r} in two ways, and to the {abilities.name}"
                    " model all functions are declared at once; give one of them another name"
                )
