"""What a persona decides, as functions of values.

`answer` and `resume` take what is remembered and what has happened, and return a `Decision`: what to remember from
now on, and a list of actions. They perform nothing; `trio_live.emulator._session._turn` does. What is not said in words is
decided in `trio_live.emulator._persona._reactions`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.emulator._persona._answers import answer_in
from trio_live.emulator._persona._values import NOTHING, Heard, Persona, Reply, Rule
from trio_live.emulator._templates import fill_known, fill_whole, unfilled_holes

AT_A_LOSS: Final = "I am sorry, I do not have that at hand."
"""Said instead of a line with a hole that nothing fills."""
_NOT_WORDS: Final = re.compile(r"[^\w]+")
_APOSTROPHES: Final = re.compile("['\u2019]")


@attrs.frozen(kw_only=True)
class Memory:
    """What a persona remembers of one conversation. Survives a resumed session."""

    state: str
    values: Mapping[str, Json] = NOTHING
    fired: frozenset[str] = frozenset()
    """IdSource of the rules that have applied."""
    defaults_given: int = 0
    turns: int = 0
    """Answers begun so far."""
    utterances: int = 0
    """Audio turns heard so far."""
    preface: tuple[str, ...] = ()
    """Lines that open the next answer."""
    silences: frozenset[str] = frozenset()
    """IdSource of the reactions to silence that have applied since the user said something."""


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
    words_per_delta: int | None = None
    """How many words one piece of the transcript holds; ``None``: as many as usual."""


@attrs.frozen
class PlannedCall:
    """One function to be run, its arguments filled in."""

    tool: str
    args: JsonObject
    known_as: str | None = None

    @property
    def name(self) -> str:
        """The name its answer is remembered under."""
        return self.known_as or self.tool


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
    silent: bool = False
    """Nothing is answered at all: there is to be no turn."""

    @property
    def is_heard(self) -> bool:
        """Whether the client is told anything."""
        return any(isinstance(action, Say | Ask) for action in self.actions)


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
    decision = _answer(persona, memory, heard, tools)
    return decision if decision.silent else _with_preface(decision)


def _answer(persona: Persona, memory: Memory, heard: str, tools: Collection[str]) -> Decision:
    values = {**memory.values, "heard": heard}
    memory = attrs.evolve(memory, turns=memory.turns + 1, values=values, silences=frozenset())
    if not heard.strip() and memory.turns == 1 and persona.greeting is not None:
        return decide(persona, memory, persona.greeting, tools, "greeting")
    for rule in persona.rules:
        found = _match(rule, memory, heard)
        if found is not None:
            values = {**memory.values, **found}
            memory = attrs.evolve(memory, values=values, fired=memory.fired | {rule.name})
            return decide(persona, memory, rule.reply, tools, rule.name)
    reply = persona.default[memory.defaults_given % len(persona.default)]
    memory = attrs.evolve(memory, defaults_given=memory.defaults_given + 1)
    return decide(persona, memory, reply, tools, "default")


def resume(
    persona: Persona,
    memory: Memory,
    ask: Ask,
    answers: Sequence[JsonObject | None],
    tools: Collection[str],
    *,
    waited: Seconds = 0.0,
) -> Decision:
    """Decide how to go on with the answers of functions.

    Args:
        persona: who answers.
        memory: what it remembers.
        ask: what was asked.
        answers: the ``response`` objects, in the order of ``ask.calls``; ``None`` for one that never came.
        tools: names of the functions the client declared.
        waited: how long the answers have taken.
    """
    learned = learn(memory, ask, answers)
    reply, because = _continuation(ask.reply, answers, waited)
    return decide(persona, learned, reply, tools, because)


def _continuation(reply: Reply, answers: Sequence[JsonObject | None], waited: Seconds) -> tuple[Reply, str]:
    usual = reply.then or Reply()
    if None in answers:
        return (reply.on_missing.reply if reply.on_missing else usual), "missing tool answer"
    if any("error" in response for response in answers if response is not None):
        return reply.on_error or usual, "tool error"
    if reply.on_late is not None and waited >= reply.on_late.after:
        return reply.on_late.reply, "late tool answer"
    return usual, "tool answer"


def learn(memory: Memory, ask: Ask, answers: Sequence[JsonObject | None]) -> Memory:
    """Remember what functions answered, under their names; and which failed, and which never answered."""
    pairs = list(zip(ask.calls, answers, strict=True))
    known: dict[str, Json] = {call.name: answer_in(response) for call, response in pairs if response is not None}
    failed = [call.name for call, response in pairs if response is not None and "error" in response]
    missing = [call.name for call, response in pairs if response is None]
    return attrs.evolve(memory, values={**memory.values, **known, "failed": failed, "missing": missing})


def meanwhile(persona: Persona, memory: Memory, ask: Ask, tools: Collection[str]) -> Decision:
    """Decide what to say while functions take long to answer."""
    reply = ask.reply.on_wait.reply if ask.reply.on_wait else Reply()
    return decide(persona, memory, reply, tools, "waiting for tools")


def normalised(text: str) -> str:
    """A text as matching sees it: lower case, words only, one space between them."""
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in a text; without any, it only means: go on."""
    return any(character.isalnum() for character in text)


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


def decide(persona: Persona, memory: Memory, reply: Reply, tools: Collection[str], because: str) -> Decision:
    """One reply as actions, with everything filled in."""
    undeclared = [call.tool for call in reply.calls if call.tool not in tools]
    if undeclared:
        because = f"{because}, but {', '.join(undeclared)} is not declared"
        return decide(persona, memory, _without_tool(reply), tools, because)
    values: dict[str, Json] = dict(memory.values)
    for name, text in reply.values.items():
        if (filled := fill_whole(text, values)) is not None:
            values[name] = filled
    calls = tuple(PlannedCall(call.tool, fill_known(call.args, values), call.known_as) for call in reply.calls)
    values.update({name: value for call in calls for name, value in call.args.items()})
    actions = [] if reply.silent else [*_opening(persona, reply, values), *_speech(reply, values)]
    unfilled = _unfilled(reply, values)
    if unfilled:
        because = f"{because}, but nothing gives {' or '.join(unfilled)}"
    said = " ".join(line for action in actions if isinstance(action, Say) for line in action.lines)
    if calls:
        actions.append(Ask(calls, reply))
    values.update({"said": said} if said else {})
    memory = attrs.evolve(memory, values=values, state=reply.goto or memory.state)
    return Decision(memory=memory, actions=tuple(actions), because=because, silent=reply.silent)


def _opening(persona: Persona, reply: Reply, values: Mapping[str, Json]) -> Iterator[Action]:
    thought = reply.thought or persona.thought
    if reply.delay:
        yield Wait(reply.delay)
    if thought and (filled := fill_whole(thought, values)) is not None:
        yield Think(filled)


def _unfilled(reply: Reply, values: Mapping[str, Json]) -> list[str]:
    """The holes of a reply that nothing fills: mistakes of the persona."""
    lines: list[Json] = [line.text for line in reply.say]
    arguments: list[Json] = [call.args for call in reply.calls]
    return list(unfilled_holes([*lines, *arguments, *reply.values.values(), reply.thought], values))


def speak(template: str, values: Mapping[str, Json]) -> str:
    """A line with its holes filled. Nobody hears a hole that nothing fills."""
    filled = fill_whole(template, values)
    return AT_A_LOSS if filled is None else filled


def _speech(reply: Reply, values: Mapping[str, Json]) -> Iterator[Action]:
    """The lines; a pause parts them into separate speeches."""
    lines: list[str] = []
    for line in reply.say:
        if line.pause:
            if lines:
                yield Say(tuple(lines), reply.words_per_delta)
            yield Wait(line.pause)
            lines = []
        lines.append(speak(line.text, values))
    if lines:
        yield Say(tuple(lines), reply.words_per_delta)


def _with_preface(decision: Decision) -> Decision:
    """The same decision, opened by the lines that were waiting for it."""
    preface, memory = decision.memory.preface, attrs.evolve(decision.memory, preface=())
    if not preface:
        return decision
    at = next(
        (at for at, action in enumerate(decision.actions) if isinstance(action, Say | Ask)), len(decision.actions)
    )
    before, after = decision.actions[:at], decision.actions[at:]
    first = after[0] if after else None
    if isinstance(first, Say):
        opening, after = Say((*preface, *first.lines), first.words_per_delta), after[1:]
    else:
        opening = Say(preface)
    return attrs.evolve(decision, memory=memory, actions=(*before, opening, *after))


def _without_tool(reply: Reply) -> Reply:
    """The same reply for a client that did not declare its functions."""
    instead = reply.without_tool or Reply(say=("I am afraid I cannot look that up right now.",))
    return attrs.evolve(instead, values={**reply.values, **instead.values}, goto=instead.goto or reply.goto)
