"""The function by which the model hands over, and what it is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trio_live.wire import FunctionCall, FunctionDeclaration, FunctionResponse

TRANSFER_TOOL: Final = "transfer_to"
"""The function that the model calls to hand over."""


def transfer_tool(agents: Mapping[str, str]) -> FunctionDeclaration:
    """Its declaration.

    Args:
        agents: every agent of the call, and what it is for.
    """
    known = "; ".join(f"{name}: {purpose}" if purpose else name for name, purpose in agents.items())
    return FunctionDeclaration(
        name=TRANSFER_TOOL,
        description=(
            "Hand the conversation over to another agent, who goes on with it at once. Say nothing about it to the user."
            f" The agents: {known}."
        ),
        parameters={
            "type": "OBJECT",
            "properties": {
                "agent": {"type": "STRING", "enum": [*agents], "description": "Who takes over."},
                "reason": {"type": "STRING", "description": "Why, in a few words."},
            },
            "required": ["agent"],
        },
    )


def name_wanted(call: FunctionCall) -> str:
    """The agent that a call wants; empty if it names none."""
    return _text(call, "agent")


def reason_given(call: FunctionCall) -> str:
    """Why it wants it."""
    return _text(call, "reason") or "the model asked for it"


def _text(call: FunctionCall, name: str) -> str:
    given = (call.args or {}).get(name)
    return given if isinstance(given, str) else ""


# -- refusals ------------------------------------------------------------------------------------------------------


def unknown_agent(call: FunctionCall, known: Sequence[str]) -> FunctionResponse:
    """There is no such agent."""
    error = f"There is no agent {name_wanted(call)!r}. There are: {', '.join(known)}."
    return _refused(call, error, "unknown agent", retry=True, agents=[*known])


def already_there(call: FunctionCall, current: str) -> FunctionResponse:
    """The agent who asks is the one who is asked for."""
    return _refused(call, f"You are {current!r} already. Go on with the conversation.", "already there", agent=current)


def second_wish(call: FunctionCall) -> FunctionResponse:
    """There is one transfer at a time."""
    return _refused(call, "Another transfer is on its way. One is enough.", "another transfer")


def retired(call: FunctionCall, current: str, owners: Sequence[str]) -> FunctionResponse:
    """The function belongs to agents who do not speak now."""
    error = f"{call.name} is a function of {' and '.join(owners)}, and {current} speaks now. Use your own functions."
    return _refused(call, error, "belongs to another agent", agent=current, agents=[*owners])


def _refused(call: FunctionCall, error: str, reason: str, *, retry: bool = False, **more: Any) -> FunctionResponse:
    return FunctionResponse.error(call, error, status="refused", retry=retry, reason=reason, **more)


# -- the answer ----------------------------------------------------------------------------------------------------


def taken_over(
    call: FunctionCall, agent: str, *, instruction: str | None, functions: Sequence[str] | None, facts: Sequence[str]
) -> FunctionResponse:
    """The transfer is made. What the model cannot have learnt in another way stands in it.

    Args:
        call: that asked for it.
        agent: who speaks now.
        instruction: the new agent's; ``None`` when the model has it.
        functions: those it may call; ``None`` when they are declared.
        facts: what else it is to know.
    """
    answer: dict[str, Any] = {"status": "transferred", "agent": agent}
    if instruction is not None:
        answer["instructions"] = f"Follow these from now on, instead of the earlier ones:\n\n{instruction}"
    if functions is not None:
        answer["functions"] = [*functions]
    if facts:
        answer["context"] = [*facts]
    answer["note"] = f"You are {agent} now. Go on with the conversation, and answer what the user wants."
    return FunctionResponse.of(call, answer)


def advice(functions: Sequence[str]) -> str:
    """The same where no call is answered."""
    if not functions:
        return "No functions are available to you now; do not call any."
    return f"Functions available to you now: {', '.join(functions)}. Do not call any other."
