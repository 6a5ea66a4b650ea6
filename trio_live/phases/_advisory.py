"""Telling the model which tools it may use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trio_live._callables import answered_truth
from trio_live._values import value
from trio_live.phases._definition import ACTIVE_TOOLS_KEY, Phase
from trio_live.phases._reporting import ErrorReporter, attempt
from trio_live.state import ABSENT, State
from trio_live.state._internal import json_equal
from trio_live.wire import FunctionCall, FunctionResponse
from trio_live.wire._internal import evolve


@value
class ToolAdvisory:
    """What is to be said, and what ``session:active_tools`` is to be after it (see `publish_active_tools`)."""

    line: str | None
    active_tools: tuple[str, ...] | None


@value
class ToolSplit:
    """A batch of function calls, each in exactly one of the two."""

    allowed: tuple[FunctionCall, ...]
    rejected: tuple[FunctionResponse, ...]
    """The answers to those that may not run now."""
    held: tuple[FunctionCall, ...] = ()
    """Those among them that a guard keeps back: what it waits for may come."""


def advise_tools(phase: Phase, state: State) -> ToolAdvisory:
    """After a transition into ``phase``: whether the tools the model was told of have changed.

    A phase without a list lifts a limit that was advertised before; otherwise the model would go on believing it.
    """
    advertised = state.get_raw(ACTIVE_TOOLS_KEY, ABSENT)
    tools = phase.tools_enabled
    if tools is None:
        return ToolAdvisory(None if advertised is ABSENT else "All tools are available again.", None)
    if json_equal(advertised, list(tools)):
        return ToolAdvisory(None, tools)
    if not tools:
        return ToolAdvisory("No tools are available in this phase; do not call any.", tools)
    return ToolAdvisory(f"Tools available in this phase: {', '.join(tools)}. Do not call any other.", tools)


def split_calls(calls: Iterable[FunctionCall], phase: Phase | None, state: State, report: ErrorReporter) -> ToolSplit:
    """Which calls may run now, and the answers to the others.

    Args:
        calls: One batch, in its order, which both halves keep.
        phase: The current one; ``None`` allows everything.
        state: What the guards of its tools are asked about.
        report: Told where a guard raised; it then counts as a no.
    """
    batch = tuple(calls)
    if phase is None:
        return ToolSplit(batch, ())
    allowed: list[FunctionCall] = []
    rejected: list[FunctionResponse] = []
    held: list[FunctionCall] = []
    for call in batch:
        refusal = _refusal(call, phase, state, report)
        if refusal is None:
            allowed.append(call)
        else:
            rejected.append(refusal)
            if phase.tools_enabled is None or call.name in phase.tools_enabled:
                held.append(call)
    return ToolSplit(tuple(allowed), tuple(rejected), tuple(held))


def _refusal(call: FunctionCall, phase: Phase, state: State, report: ErrorReporter) -> FunctionResponse | None:
    if phase.tools_enabled is not None and call.name not in phase.tools_enabled:
        return FunctionResponse.error(call, unavailable(call.name))
    for each in phase.tool_guards:
        where = f"phase {phase.name!r} guard of the tool {each.tool!r}"
        if each.tool == call.name and not attempt(report, where, each.guard, state, read=answered_truth):
            error = f"Tool '{call.name}' may not be used yet: {each.reason}"
            return FunctionResponse.error(call, error, status="refused", retry=True, reason=each.reason)
    return None


def unsure(refusal: FunctionResponse, failures: Sequence[str]) -> FunctionResponse:
    """A refusal that says why nobody could tell whether what its guard waits for was said just now.

    Args:
        refusal: of a guard.
        failures: of extractors that looked, in words; none leaves the refusal as it is.
    """
    if not failures or not isinstance(refusal.response, dict):
        return refusal
    told = refusal.response
    doubt = f"what was said just now could not be looked at: {'; '.join(failures)}"
    said = {"error": f"{told.get('error')} Besides, {doubt}.", "not_looked_at": [*failures]}
    return evolve(refusal, response={**told, **said})


def unavailable(tool: str) -> str:
    """What the model is told when it calls a tool the current phase does not have."""
    return f"Tool '{tool}' is not available in the current conversation phase."
