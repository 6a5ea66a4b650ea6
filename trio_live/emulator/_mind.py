"""What a persona decides, as functions of values.

`answer` and `resume` take what is remembered and what has happened, and return a `Decision`: what to remember from
now on, and a list of actions. They perform nothing; `trio_live.emulator._turn` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.emulator._persona import NOTHING, Heard, Persona, Reply, Rule
from trio_live.emulator._template import fill, fill_json

_NOT_WORDS: Final = re.compile(r"[^\w]+")
_APOSTROPHES: Final = re.compile("['\u2019]")


@attrs.frozen(kw_only=True)
class Memory:
    """What a persona remembers of one conversation. Survives a resumed session."""

    state: str
    values: Mapping[str, Json] = NOTHING
    fired: frozenset[str] = frozenset()
    """Names of the rules that have applied."""
    defaults_given: int = 0
    turns: int = 0
    """Answers begun so far."""
    utterances: int = 0
    """Audio turns heard so far."""


@attrs.frozen
class Wait:
    """Hesitate."""

    seconds: Seconds


@attrs.frozen
class Think:
    """Think aloud, for clients that want to know."""

    text: str


@attrs.frozen
class Say:
    """Say some lines."""

    lines: tuple[str, ...]


@attrs.frozen
class PlannedCall:
    """One function to be run, its arguments filled in."""

    tool: str
    args: JsonObject


@attrs.frozen
class Ask:
    """Have functions run. Always the last action: `resume` says how it goes on."""

    calls: tuple[PlannedCall, ...]
    reply: Reply


Action: TypeAlias = Wait | Think | Say | Ask


@attrs.frozen(kw_only=True)
class Decision:
    """What to remember, and what to do."""

    memory: Memory
    actions: tuple[Action, ...]
    because: str
    """The rule that applied, for the log."""


def fresh_memory(persona: Persona) -> Memory:
    """What is remembered before anything was said."""
    return Memory(state=persona.initial, values=dict(persona.facts))


def answer(persona: Persona, memory: Memory, heard: str, tools: Collection[str]) -> Decision:
    """Decide what to answer.

    Args:
        persona: who answers.
        memory: what it remembers.
        heard: what was said; empty when the client only asked for an answer.
        tools: names of the functions the client declared.
    """
    memory = attrs.evolve(memory, turns=memory.turns + 1, values={**memory.values, "heard": heard})
    if not heard.strip() and memory.turns == 1 and persona.greeting is not None:
        return _decide(persona, memory, persona.greeting, tools, "greeting")
    for rule in persona.rules:
        found = _match(rule, memory, heard)
        if found is not None:
            values = {**memory.values, **found}
            memory = attrs.evolve(memory, values=values, fired=memory.fired | {rule.name})
            return _decide(persona, memory, rule.reply, tools, rule.name)
    reply = persona.default[memory.defaults_given % len(persona.default)]
    memory = attrs.evolve(memory, defaults_given=memory.defaults_given + 1)
    return _decide(persona, memory, reply, tools, "default")


def resume(
    persona: Persona, memory: Memory, ask: Ask, answers: Sequence[JsonObject], tools: Collection[str]
) -> Decision:
    """Decide how to go on with the answers of functions.

    Args:
        persona: who answers.
        memory: what it remembers.
        ask: what was asked.
        answers: the ``response`` objects, in the order of ``ask.calls``.
        tools: names of the functions the client declared.
    """
    learned = learn(memory, ask, answers)
    failed = any("error" in response for response in answers)
    reply = (ask.reply.on_error if failed else None) or ask.reply.then or Reply()
    return _decide(persona, learned, reply, tools, "tool error" if failed else "tool answer")


def learn(memory: Memory, ask: Ask, answers: Sequence[JsonObject]) -> Memory:
    """Remember what functions answered, under their names."""
    known = {call.tool: _content(response) for call, response in zip(ask.calls, answers, strict=True)}
    return attrs.evolve(memory, values={**memory.values, **known})


def normalised(text: str) -> str:
    """A text as matching sees it: lower case, words only, one space between them."""
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


def _content(response: JsonObject) -> Json:
    """What a function said, without the wrapper that the protocol asks for."""
    for key in ("output", "result"):
        if set(response) == {key}:
            return response[key]
    return response


def _match(rule: Rule, memory: Memory, heard: str) -> Mapping[str, str] | None:
    if rule.states and memory.state not in rule.states:
        return None
    if rule.once and rule.name in memory.fired:
        return None
    return hears(rule.heard, heard)


def hears(condition: Heard, text: str) -> Mapping[str, str] | None:
    """The values found in a text that fits, or ``None`` when it does not fit."""
    words = normalised(text)
    if condition.exact and words not in {normalised(sentence) for sentence in condition.exact}:
        return None
    if not all(_mentions(words, keyword) for keyword in condition.keywords):
        return None
    if condition.pattern is None:
        return {}
    found = condition.pattern.search(text)
    return None if found is None else {name: value for name, value in found.groupdict().items() if value is not None}


def _mentions(words: str, keyword: str) -> bool:
    return any(f" {normalised(either)} " in f" {words} " for either in keyword.split("|"))


def _decide(persona: Persona, memory: Memory, reply: Reply, tools: Collection[str], because: str) -> Decision:
    """One reply as actions, with everything filled in."""
    undeclared = [call.tool for call in reply.calls if call.tool not in tools]
    if undeclared:
        because = f"{because}, but {', '.join(undeclared)} is not declared"
        return _decide(persona, memory, _without_tool(reply), tools, because)
    values: dict[str, Json] = dict(memory.values)
    values.update({name: fill(text, values) for name, text in reply.values.items()})
    calls = tuple(PlannedCall(call.tool, fill_json(call.args, values)) for call in reply.calls)
    values.update({name: value for call in calls for name, value in call.args.items()})
    memory = attrs.evolve(memory, values=values, state=reply.goto or memory.state)
    thought = reply.thought or persona.thought
    actions: list[Action] = []
    if reply.delay:
        actions.append(Wait(reply.delay))
    if thought:
        actions.append(Think(fill(thought, values)))
    if reply.say:
        actions.append(Say(tuple(fill(line, values) for line in reply.say)))
    if calls:
        actions.append(Ask(calls, reply))
    return Decision(memory=memory, actions=tuple(actions), because=because)


def _without_tool(reply: Reply) -> Reply:
    """The same reply for a client that did not declare its functions."""
    instead = reply.without_tool or Reply(say=("I am afraid I cannot look that up right now.",))
    return attrs.evolve(instead, values={**reply.values, **instead.values}, goto=instead.goto or reply.goto)
