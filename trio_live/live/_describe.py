"""From a spec to the contract that describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from trio_live._typing import Seconds
from trio_live.contract import (
    AgentContract,
    ComputedContract,
    ControlContract,
    ExtractorContract,
    PhaseContract,
    PreparationContract,
    PromotionContract,
    RuntimeContract,
    ToolContract,
    TransitionContract,
    WatcherContract,
)
from trio_live.live._compile import resolve_model
from trio_live.live._pages import DeclaredAgent, LiveSpec
from trio_live.phases import Phase
from trio_live.tools import Background, ToolExecutionMode
from trio_live.transport import GoogleAI
from trio_live.wire import FunctionDeclaration, Tool

if TYPE_CHECKING:
    from trio_live.extraction import TurnExtractor

BUILT_IN: Final = {
    "google_search": "Google Search grounding",
    "code_execution": "Code execution",
    "url_context": "URL context retrieval",
}
"""Tools that the server brings → what they are; others are described by their names."""


def describe(spec: LiveSpec) -> RuntimeContract:
    """The contract of an agent."""
    control = spec.control
    return RuntimeContract(
        model=resolve_model(spec, GoogleAI("-")),
        tools=tuple(_tools(spec)),
        phases=tuple(_phase(phase) for phase in control.merged_phases()),
        initial_phase=control.initial_phase,
        extractors=tuple(map(_extractor, control.extractors)),
        computed=tuple(
            ComputedContract(key=each.key, dependencies=tuple(each.dependencies)) for each in control.computed
        ),
        watchers=tuple(
            WatcherContract(key=each.key, predicate=each.predicate.label, blocking=each.blocking)
            for each in control.watchers
        ),
        controls=ControlContract(
            soft_turn_timeout_ms=_milliseconds(control.soft_turn_timeout),
            steering_mode=control.steering_mode.value,
            context_delivery=control.context_delivery.value,
            tool_advisory=control.tool_advisory,
            telemetry_interval_ms=_milliseconds(spec.telemetry_interval),
            repair_enabled=control.repair is not None,
            persistence_enabled=spec.persistence is not None,
        ),
        agents=tuple(map(_agent, spec.agents)),
    )


def _agent(agent: DeclaredAgent) -> AgentContract:
    control = agent.spec.control
    return AgentContract(
        name=agent.name,
        description=agent.description,
        tools=tuple(_tools(agent.spec)),
        phases=tuple(_phase(phase) for phase in control.merged_phases()),
        initial_phase=control.initial_phase,
        steering_mode=control.steering_mode.value,
    )


def _extractor(extractor: TurnExtractor) -> ExtractorContract:
    return ExtractorContract(
        name=extractor.name,
        window_size=extractor.window_size,
        trigger=extractor.trigger.label,
        promotions=tuple(
            PromotionContract(
                field=rule.field,
                state_key=rule.state_key,
                merge=rule.merge.value,
                has_predicate=bool(rule.conditions),
            )
            for rule in extractor.promotion_rules
        ),
    )


def _tools(spec: LiveSpec) -> Iterator[ToolContract]:
    """First what the setup declares, then the functions of this program."""
    for tool in spec.setup.tools or ():
        for function in tool.function_declarations or ():
            yield _function(function, function.behavior)
        yield from _brought_by_the_server(tool)
    for tool in spec.tools.dispatcher().to_tool_declarations():
        for function in tool.function_declarations or ():
            yield _function(function, _background(spec.tools.mode(function.name)) or function.behavior)


def _brought_by_the_server(tool: Tool) -> Iterator[ToolContract]:
    for name in tool.__struct_fields__:
        if name != "function_declarations" and getattr(tool, name) is not None:
            yield ToolContract(name=name, description=BUILT_IN.get(name, name.replace("_", " ").capitalize()))


def _function(function: FunctionDeclaration, behavior: str | None) -> ToolContract:
    schema = function.parameters if function.parameters is not None else function.parameters_json_schema
    return ToolContract(
        name=function.name, description=function.description or "", behavior=behavior, parameters=schema
    )


def _background(mode: ToolExecutionMode) -> str | None:
    if not isinstance(mode, Background):
        return None
    return f"NON_BLOCKING({mode.scheduling})" if mode.scheduling else "NON_BLOCKING"


def _phase(phase: Phase) -> PhaseContract:
    return PhaseContract(
        name=phase.name,
        terminal=phase.terminal,
        tools_enabled=phase.tools_enabled,
        needs=phase.needs,
        requires=phase.requires,
        preparations=tuple(PreparationContract(name=each.name, produces=each.produces) for each in phase.preparations),
        presents=phase.presents,
        clear_on_enter=phase.clear_on_enter,
        transitions=tuple(
            TransitionContract(target=each.target, description=each.description) for each in phase.transitions
        ),
        has_guard=phase.guard is not None,
        prompt_on_enter=bool(phase.prompt_on_enter),
    )


def _milliseconds(seconds: Seconds | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
