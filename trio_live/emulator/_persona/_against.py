"""Does a persona fit an agent? What it calls must be declared, with arguments that fit, and what it waits for be said.

An argument may be a template, so its value is not known yet. What can be known is its type: text with holes stays text, a
format makes a number, and a hole alone may become anything, unless nothing but words can fill it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.contract import PhaseContract, RuntimeContract, ToolContract
from trio_live.emulator._persona._checks import Problem, words_only
from trio_live.emulator._persona._decisions import hears, normalised
from trio_live.emulator._persona._tree import reaction_places, replies
from trio_live.emulator._persona._values import Call, Heard, Occasion, Persona
from trio_live.emulator._templates import NUMBERS, only_hole
from trio_live.errors import ConfigError
from trio_live.handoff._internal import TRANSFER_TOOL, transfer_tool
from trio_live.phases import Static
from trio_live.tools._internal import fit, normalise_parameters

if TYPE_CHECKING:
    from trio_live.live import Live

_FIRST_NAME: Final = re.compile(r"[^.\[\s]+")
_ANYTHING: Final[JsonObject] = {}


@value(kw_only=True)
class Other:
    """The agent, as far as a persona meets it."""

    contract: RuntimeContract
    is_open: bool = False
    """Whether it has functions that nobody knows before it is connected: those of MCP servers."""
    instructions: tuple[str, ...] | None = None
    """All that it may be told; ``None`` where some of it is made by functions, or by nobody knows whom."""


def other_side(agent: Live | RuntimeContract) -> Other:
    """An agent, as far as it can be known without connecting.

    Args:
        agent: a builder, or a contract, which holds no instructions.
    """
    if isinstance(agent, RuntimeContract):
        return Other(contract=agent)
    specs = [agent.spec, *(each.spec for each in agent.spec.agents)]
    callbacks = agent.spec.callbacks
    instructions: list[str] | None = []
    if callbacks.instruction_template is not None or callbacks.instruction_amendment is not None:
        instructions = None
    for spec in specs:
        for phase in spec.control.merged_phases():
            match phase.instruction:
                case Static(text) if instructions is not None and not phase.modifiers:
                    instructions.append(text)
                case _:
                    instructions = None
        if instructions is not None and spec.control.standing_instruction:
            instructions.append(spec.control.standing_instruction)
    return Other(
        contract=agent.describe_contract(),
        is_open=bool(agent.spec.tools.servers),
        instructions=None if instructions is None else tuple(instructions),
    )


def misfits(persona: Persona, other: Other) -> Iterator[Problem]:
    """What a persona expects of an agent that it will not meet.

    Args:
        persona: without mistakes of its own.
        other: the agent.
    """
    schemas, unused = _schemas(other.contract), _in_no_phase(other.contract)
    plain = words_only(persona)
    for place, reply in replies(persona):
        for index, call in enumerate(reply.calls):
            where = (*place, "call", index)
            if call.tool not in schemas:
                if reply.without_tool is None and not other.is_open:
                    yield (
                        (*where, "tool"),
                        f"is {call.tool!r}, which the agent does not declare; {_near(call.tool, schemas)}",
                    )
            elif call.tool in unused:
                yield (*where, "tool"), f"is {call.tool!r}, which no phase of the agent enables"
            else:
                for name, problem in _unfitting(call, schemas[call.tool], plain):
                    yield (*where, "args", *name), f"does not fit {call.tool!r}: {problem}"
    if other.instructions is not None:
        yield from _never_said(persona, other.instructions)


def _near(name: str, schemas: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, schemas, 1)
    return f"did you mean {near[0]!r}?" if near else f"it declares {', '.join(sorted(schemas)) or 'none'}"


def _never_said(persona: Persona, instructions: tuple[str, ...]) -> Iterator[Problem]:
    said = "\n\n".join(instructions)
    for place, reaction in zip(reaction_places(persona), persona.reactions, strict=True):
        if reaction.occasion is Occasion.CONTEXT_UPDATE and not _could_hear(reaction.heard, said):
            yield (*place, "heard"), "waits for words that stand in no instruction of the agent"


def _could_hear(heard: Heard, said: str) -> bool:
    sentences = [normalised(sentence) for sentence in heard.exact]
    if sentences and not any(sentence in normalised(said) for sentence in sentences):
        return False
    return hears(attrs.evolve(heard, exact=()), said) is not None


# -- what is declared ------------------------------------------------------------------------------------------------


def _schemas(contract: RuntimeContract) -> dict[str, list[JsonObject]]:
    """Function → the schemas of its arguments; agents of one call may have several of one name."""
    tools = [*contract.tools, *(tool for agent in contract.agents for tool in agent.tools)]
    found: dict[str, list[JsonObject]] = {}
    for tool in tools:
        found.setdefault(tool.name, []).append(_schema(tool.parameters))
    if contract.agents:
        transfer = transfer_tool({agent.name: "" for agent in contract.agents})
        found.setdefault(TRANSFER_TOOL, []).append(_schema(transfer.parameters))
    return found


def _schema(parameters: Json) -> JsonObject:
    try:
        found = normalise_parameters(parameters)
    except ConfigError:
        return _ANYTHING  # its own mistake, and told where the agent is checked
    return _as_json_schema(found or {"type": "OBJECT", "properties": {}})


def _as_json_schema(schema: JsonObject) -> JsonObject:
    """From the words of the API to those that `fit` reads. What is not among the properties is no argument."""
    told: JsonObject = {key: held for key, held in schema.items() if key not in {"type", "nullable"}}
    if "type" in schema:
        told["type"] = schema["type"].lower()
    if "properties" in schema:
        told["properties"] = {name: _as_json_schema(each) for name, each in schema["properties"].items()}
        told["additionalProperties"] = False
    if "items" in schema:
        told["items"] = _as_json_schema(schema["items"])
    if "anyOf" in schema:
        told["anyOf"] = [_as_json_schema(each) for each in schema["anyOf"]]
    return {"anyOf": [told, {"type": "null"}]} if schema.get("nullable") else told


def _in_no_phase(contract: RuntimeContract) -> set[str]:
    """Functions that are declared, and yet may be called nowhere."""
    owners = [((*contract.tools, *agent.tools), agent.phases) for agent in contract.agents]
    owners = owners or [(contract.tools, contract.phases)]
    declared = {tool.name for tools, _ in owners for tool in tools}
    return declared - {name for tools, phases in owners for name in _enabled(tools, phases)}


def _enabled(tools: tuple[ToolContract, ...], phases: tuple[PhaseContract, ...]) -> set[str]:
    names = {tool.name for tool in tools}
    offered = [names if phase.tools_enabled is None else names & {*phase.tools_enabled} for phase in phases]
    return set[str]().union(*offered) if phases else names


# -- arguments -------------------------------------------------------------------------------------------------------


def _unfitting(call: Call, schemas: list[JsonObject], plain: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What fits none of the schemas: the argument, if it is there, and why."""
    wrong: list[str] = []
    for schema in schemas:
        known, fitting = _known(call.args, schema, plain)
        _, wrong = fit(known, fitting) if fitting else ({}, [])
        if not wrong:
            return
    for problem in wrong:
        first = _FIRST_NAME.match(problem)
        name = first[0] if first and first[0] in call.args else None
        yield (() if name is None else (name,)), problem


def _known(template: Any, schema: JsonObject, plain: frozenset[str]) -> tuple[Any, JsonObject]:
    """A value of the type that a template will have, and of its schema what can be said of it already."""
    match template:
        case dict() if "properties" in schema:
            held = {
                name: _known(each, schema["properties"].get(name, _ANYTHING), plain) for name, each in template.items()
            }
            named = schema["properties"] | {
                name: fitted for name, (_, fitted) in held.items() if name in schema["properties"]
            }
            return {name: each for name, (each, _) in held.items()}, {**schema, "properties": named}
        case str() if "{" in template:
            return _known_of_text(template, schema, plain)
        case list() | dict() if "{" in str(template):
            return template, _type_of(schema)
        case _:
            return template, schema


def _known_of_text(template: str, schema: JsonObject, plain: frozenset[str]) -> tuple[Any, JsonObject]:
    hole = only_hole(template)
    if hole is None:
        return template, _type_of(schema)
    names, form = hole
    if form in NUMBERS:
        return NUMBERS[form], _type_of(schema)
    return (template, _type_of(schema)) if form or set(names) <= plain else (template, _ANYTHING)


def _type_of(schema: JsonObject) -> JsonObject:
    if "anyOf" in schema:
        return {"anyOf": [_type_of(each) for each in schema["anyOf"]]}
    return {"type": schema["type"]} if "type" in schema else _ANYTHING
