"""What does not fit together in a persona: states nobody enters, values nobody gives, rules nobody reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from trio_live._typing import Json
from trio_live.emulator._persona._template import holes, unknown_formats
from trio_live.emulator._persona._tree import BRANCHES, TIMED_BRANCHES, Place, reaction_places, replies
from trio_live.emulator._persona._values import Heard, Persona, Reaction, Reply, Rule

Problem: TypeAlias = tuple[Place, str]
"""Where it stands, and what is wrong."""

ALWAYS_KNOWN: Final[Mapping[str, str]] = {
    "heard": "what was said last, by the other side",
    "said": "what the persona said last",
    "image": "the last picture: `image.number` counts them, `image.type` is its MIME type, `image.bytes` its size",
    "context": "the last turn that asked for no answer",
    "instruction": "the system instruction, the last one",
    "tools": "names of the functions that are declared now",
    "failed": "names of the functions whose last answer held an `error`",
    "missing": "names of the functions that were given up",
    "answer": "the last answer that nobody waited for: `answer.name`, `answer.id`",
}
"""Values that need no giving, and what they are."""


def problems_of(persona: Persona) -> Iterator[Problem]:
    """Every mistake that can be seen without a conversation."""
    yield from _names(persona)
    yield from _states(persona)
    yield from _unreachable(persona)
    known = _known_values(persona)
    for path, reply in replies(persona):
        yield from _calls(path, reply)
        yield from _waits(path, reply)
        yield from _lines(path, reply)
        yield from _templates(path, reply, known)
    yield from _texts(("thought",), persona.thought, known)


def _names(persona: Persona) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for index, rule in enumerate(persona.rules):
        seen[rule.name] += 1
        if seen[rule.name] > 1:
            yield ("rule", index, "name"), f"{rule.name!r} is the name of another rule, too"
    for place, reaction in zip(reaction_places(persona), persona.reactions, strict=True):
        seen[reaction.name] += 1
        if seen[reaction.name] > 1:
            yield (*place, "name"), f"{reaction.name!r} is the name of another rule or reaction, too"


def _states(persona: Persona) -> Iterator[Problem]:
    entered = {persona.initial} | {reply.goto for _, reply in replies(persona) if reply.goto}
    places: list[Place] = [("rule", index) for index in range(len(persona.rules))]
    everything: tuple[Rule | Reaction, ...] = (*persona.rules, *persona.reactions)
    for place, rule in zip(places + reaction_places(persona), everything, strict=True):
        for state in rule.states:
            if state not in entered:
                yield (*place, "in"), f"names the state {state!r}, which nothing goes to"


def _unreachable(persona: Persona) -> Iterator[Problem]:
    greedy = next((rule for rule in persona.rules if rule.heard == Heard() and not rule.states and not rule.once), None)
    if greedy is not None and greedy is not persona.rules[-1]:
        index = persona.rules.index(greedy) + 1
        yield ("rule", index), f"is never reached, because {greedy.name!r} before it hears everything"


def _calls(path: Place, reply: Reply) -> Iterator[Problem]:
    if not reply.calls and any(getattr(reply, name) for name in (*BRANCHES, *TIMED_BRANCHES)):
        yield path, "says how to go on with a call, and has no call"
    if reply.silent and (reply.say or reply.calls or reply.thought or reply.delay):
        yield (*path, "silent"), "leaves no room for anything but 'set' and 'goto'"
    if not any((reply.say, reply.calls, reply.goto, reply.values, reply.silent)):
        yield path, "says nothing, calls nothing and goes nowhere; 'silent = true' means to"
    names = [call.name for call in reply.calls]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, "call", index), f"is the second call whose answer would be {name!r}; give one another 'as'"


def _waits(path: Place, reply: Reply) -> Iterator[Problem]:
    if reply.on_wait is not None and (reply.on_wait.reply.calls or reply.on_wait.reply.silent):
        yield (*path, "on_wait"), "has to say something, and cannot call anything: other calls are running"
    limit = reply.on_missing.after if reply.on_missing is not None else None
    for name in ("on_wait", "on_late"):
        timed = getattr(reply, name)
        if timed is not None and limit is not None and timed.after >= limit:
            yield (*path, name, "after"), f"comes no sooner than 'on_missing', which gives up after {limit:g} s"


def _lines(path: Place, reply: Reply) -> Iterator[Problem]:
    for index, line in enumerate(reply.say):
        if line.wav is not None and any(holes(line.text)):
            yield (*path, "say", index, "text"), "has a recording, and a recording cannot fill holes"


def _templates(path: Place, reply: Reply, known: frozenset[str]) -> Iterator[Problem]:
    for index, line in enumerate(reply.say):
        yield from _texts((*path, "say", index), line.text, known)
    for name, text in reply.values.items():
        yield from _texts((*path, "set", name), text, known)
    for index, call in enumerate(reply.calls):
        for name, value in call.args.items():
            yield from _texts((*path, "call", index, "args", name), value, known)
    yield from _texts((*path, "thought"), reply.thought, known)


def _texts(place: Place, template: Json, known: frozenset[str]) -> Iterator[Problem]:
    for names in holes(template):
        if not set(names) & known:
            yield place, f"uses {{{' | '.join(names)}}}, which nothing gives"
    for name in unknown_formats(template):
        yield place, f"uses the format {name!r}, which does not exist"


def _known_values(persona: Persona) -> frozenset[str]:
    names = {*ALWAYS_KNOWN, *persona.facts}
    everything: tuple[Rule | Reaction, ...] = (*persona.rules, *persona.reactions)
    for rule in everything:
        names.update(rule.heard.pattern.groupindex if rule.heard.pattern else ())
    for _, reply in replies(persona):
        names.update(reply.values)
        for call in reply.calls:
            names.update(call.args, {call.name})
    return frozenset(names)
