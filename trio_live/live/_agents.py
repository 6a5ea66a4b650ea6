"""From the agents that a builder declares to the agents of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from trio_live.control._internal import Agent, ControlOptions, Roster
from trio_live.handoff import Passage, passage_of, plan_transfer
from trio_live.handoff._internal import TRANSFER_TOOL, agent_mistakes, transfer_tool
from trio_live.lanes._internal import SessionPlan
from trio_live.live._pages import DeclaredAgent, LiveSpec, merged_tools
from trio_live.phases import Phase
from trio_live.phases._internal import declared_names
from trio_live.session._internal import changed, voice_of
from trio_live.wire import GenerationConfig, LiveModelProfile, Setup, Tool
from trio_live.wire._internal import evolve

OF_AGENTS: Final = frozenset(
    {"phases", "initial_phase", "phase_defaults", "steering_mode", "repair", "tool_advisory", "manual_tools"}
    | {"standing_instruction"}
)
"""What of a conversation's structure belongs to an agent; the rest belongs to the call."""


def spec_of(call: LiveSpec, agent: DeclaredAgent, abilities: LiveModelProfile) -> LiveSpec:
    """The call as it would be with this agent alone, but for its name for the others.

    Args:
        call: declares the agents.
        agent: one of them.
        abilities: of the model.
    """
    own, control = agent.spec, call.control
    texts = (control.standing_instruction, own.control.standing_instruction)
    names = {each.name: each.description for each in call.agents}
    tools = merged_tools(
        [
            *(call.setup.tools or ()),
            *(own.setup.tools or ()),
            Tool(function_declarations=[transfer_tool(names)]),
        ]
    )
    structure = {name: getattr(own.control, name) for name in OF_AGENTS}
    manual = control.manual_tools
    if manual != "all" and own.control.manual_tools != "all":
        manual |= own.control.manual_tools
    functions = attrs.evolve(
        call.tools.adding([*own.tools.tools.values()]),
        modes={**call.tools.modes, **own.tools.modes},
        middleware=(*call.tools.middleware, *own.tools.middleware),
        confirmation=own.tools.confirmation or call.tools.confirmation,
    )
    built = attrs.evolve(
        call,
        setup=evolve(call.setup, tools=tools, generation_config=_generation(call, own)),
        tools=functions,
        control=attrs.evolve(
            control,
            **{
                **structure,
                "standing_instruction": "\n\n".join(text for text in texts if text) or None,
                "manual_tools": "all" if "all" in (manual, own.control.manual_tools) else manual,
            },
        ),
        agents=(),
    )
    return _with_transfers(built, everything_of(built, abilities), abilities)


def everything_of(spec: LiveSpec, abilities: LiveModelProfile) -> list[Tool]:
    """All tools that a spec declares to a model."""
    return merged_tools([*(spec.setup.tools or ()), *spec.tools.dispatcher().to_tool_declarations(abilities)])


def _generation(call: LiveSpec, own: LiveSpec) -> GenerationConfig | None:
    """The call's, with the agent's own voice if it has one."""
    voice, shared = voice_of(own.setup), call.setup.generation_config
    return shared if voice is None else evolve(shared or GenerationConfig(), speech_config=voice)


def _with_transfers(spec: LiveSpec, tools: Sequence[Tool], abilities: LiveModelProfile) -> LiveSpec:
    """Every phase lets the model hand over; where others' functions are declared, none allows those."""
    own = declared_names(tools) if declares_all(abilities) else None

    def offering(phase: Phase) -> Phase:
        offered = own if phase.tools_enabled is None else (*phase.tools_enabled, TRANSFER_TOOL)
        return phase if offered is None else attrs.evolve(phase, tools_enabled=offered)

    control = attrs.evolve(spec.control, phases=tuple(map(offering, spec.control.phases)))
    return attrs.evolve(spec, control=control)


def declares_all(abilities: LiveModelProfile) -> bool:
    """Whether the functions of all agents are declared from the beginning."""
    return passage_of(abilities) in {Passage.WORDS, Passage.SPEECH}


def begun_by(call: LiveSpec, name: str | None, abilities: LiveModelProfile) -> LiveSpec:
    """The call as it begins: with the named agent, or the first; without agents, as it is."""
    if not call.agents:
        return call
    agent = next((each for each in call.agents if each.name == name), call.agents[0])
    return spec_of(call, agent, abilities)


def all_declared(call: LiveSpec, first: Sequence[Tool], abilities: LiveModelProfile) -> list[Tool]:
    """The tools in the setup of a call that the first agent begins: its own, and where needed those of the others."""
    if not call.agents or not declares_all(abilities):
        return [*first]
    others = [everything_of(spec_of(call, each, abilities), abilities) for each in call.agents[1:]]
    known = set(declared_names(first))
    added: list[Tool] = []
    for tool in (tool for tools in others for tool in tools):
        functions = [each for each in tool.function_declarations or () if each.name not in known]
        known.update(each.name for each in functions)
        rest = evolve(tool, function_declarations=functions or None)
        added += [] if rest == Tool() else [rest]
    return merged_tools([*first, *added])


# -- the agents of a session -----------------------------------------------------------------------------------------


def roster_of(call: LiveSpec, plan: SessionPlan, count_error: Callable[[str], None], begins: object) -> Roster | None:
    """Who may speak in a session; ``None`` without agents.

    Args:
        call: the spec that declares them.
        plan: of the session.
        count_error: told the name of each tool that did not do what was asked.
        begins: the name of the agent with whom an earlier session stood; anything else begins with the first.
    """
    if not call.agents:
        return None
    agents = []
    for each in call.agents:
        spec = spec_of(call, each, plan.abilities)
        agents.append(
            Agent(
                name=each.name,
                options=spec.control,
                setup=_setup_of(spec, plan),
                dispatcher=spec.tools.dispatcher(count_error),
            )
        )
    return Roster(agents, begins if isinstance(begins, str) else None)


def _setup_of(spec: LiveSpec, plan: SessionPlan) -> Setup:
    """The session's setup with the tools and the voice of one agent."""
    tools = everything_of(spec, plan.abilities)
    generation = evolve(plan.setup.generation_config or GenerationConfig(), speech_config=voice_of(spec.setup))
    return changed(plan.setup, plan.abilities, tools=tools or None, generation_config=generation)


# -- mistakes --------------------------------------------------------------------------------------------------------


def agents_problems(call: LiveSpec, abilities: LiveModelProfile) -> list[str]:
    """What is wrong with the agents of a call, but for what is wrong with each as an agent of its own."""
    if not call.agents:
        return []
    counted = Counter(each.name for each in call.agents)
    found = [f"agent {name!r} is declared {count} times" for name, count in counted.items() if count > 1]
    if call.control.phases or call.control.initial_phase:
        found.append("this builder has agents and phases of its own; with agents, phases belong to them")
    specs = {each.name: spec_of(call, each, abilities) for each in call.agents}
    for each in call.agents:
        found += [f"agent {each.name!r}: {problem}" for problem in _of_the_call(each.spec)]
        named = [*each.spec.tools.tools, *declared_names(each.spec.setup.tools or ())]
        if TRANSFER_TOOL in (*named, *call.tools.tools, *declared_names(call.setup.tools or ())):
            found.append(
                f"agent {each.name!r} has a tool {TRANSFER_TOOL!r}, by which the model hands over; give it another name"
            )
    voices = {name: voice_of(spec.setup) for name, spec in specs.items()}
    return found + agent_mistakes(
        {name: _instruction(spec.control) for name, spec in specs.items()},
        {name: everything_of(spec, abilities) for name, spec in specs.items()},
        {
            name: plan_transfer(abilities, new_voice=any(other != voice for other in voices.values())).passage
            for name, voice in voices.items()
        },
        abilities,
        may_reconnect=bool(call.reconnect.attempts),
    )


def _instruction(control: ControlOptions) -> str | None:
    """Some text that tells an agent from the others; of phases, that they have any."""
    told = control.standing_instruction or ""
    return told or ("phases" if any(phase.name == control.initial_phase for phase in control.phases) else None)


def _of_the_call(own: LiveSpec) -> Iterator[str]:
    """What an agent has chosen that is the call's to choose."""
    plain = LiveSpec()
    for name in _differing(own, plain, {"control", "setup", "tools"}):
        yield f"{name} belongs to the call; choose it on the builder that connects"
    for name in _differing(own.control, plain.control, OF_AGENTS):
        yield f"{name} belongs to the call; choose it on the builder that connects"
    if own.tools.servers:
        yield "MCP servers belong to the call; choose them on the builder that connects"
    for name in ("timeout", "background_timeout", "threads"):
        if getattr(own.tools, name) != getattr(plain.tools, name):
            yield f"the {name} of tools belongs to the call; choose it on the builder that connects"
    shown = evolve(own.setup, tools=None, generation_config=None)
    for field in shown.__struct_fields__:
        if getattr(shown, field) != getattr(plain.setup, field):
            yield f"{field} belongs to the call; choose it on the builder that connects"
    if own.setup.generation_config not in (None, GenerationConfig(speech_config=voice_of(own.setup))):
        yield "all of generation_config but the voice belongs to the call; choose it on the builder that connects"


def _differing(chosen: Any, plain: Any, free: Mapping[str, Any] | frozenset[str] | set[str]) -> list[str]:
    names = (field.name for field in attrs.fields(type(plain)) if field.name not in free)
    return [name for name in names if getattr(chosen, name) != getattr(plain, name)]
