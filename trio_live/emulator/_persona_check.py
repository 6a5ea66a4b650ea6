"""What does not fit together in a persona: states nobody enters, values nobody gives, rules nobody reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from trio_live._typing import Json
from trio_live.emulator._persona import Heard, Persona, Reply
from trio_live.emulator._template import holes, unknown_formats

Problem: TypeAlias = tuple[tuple[str | int, ...], str]
"""Where it stands, and what is wrong."""

_ALWAYS_KNOWN: Final = frozenset({"heard"})
_BRANCHES: Final = ("then", "on_error", "without_tool")


def problems_of(persona: Persona) -> Iterator[Problem]:
    """Every mistake that can be seen without a conversation."""
    yield from _names(persona)
    yield from _states(persona)
    yield from _unreachable(persona)
    known = _known_values(persona)
    for path, reply in _replies(persona):
        yield from _calls(path, reply)
        yield from _templates(path, reply, known)


def _names(persona: Persona) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for index, rule in enumerate(persona.rules):
        seen[rule.name] += 1
        if seen[rule.name] > 1:
            yield ("rule", index, "name"), f"{rule.name!r} is the name of another rule, too"


def _states(persona: Persona) -> Iterator[Problem]:
    entered = {persona.initial} | {reply.goto for _, reply in _replies(persona) if reply.goto}
    for index, rule in enumerate(persona.rules):
        for state in rule.states:
            if state not in entered:
                yield ("rule", index, "in"), f"names the state {state!r}, which nothing goes to"


def _unreachable(persona: Persona) -> Iterator[Problem]:
    greedy = next((rule for rule in persona.rules if rule.heard == Heard() and not rule.states and not rule.once), None)
    if greedy is not None and greedy is not persona.rules[-1]:
        index = persona.rules.index(greedy) + 1
        yield ("rule", index), f"is never reached, because {greedy.name!r} before it hears everything"


def _calls(path: tuple[str | int, ...], reply: Reply) -> Iterator[Problem]:
    if not reply.calls and (reply.then or reply.on_error or reply.without_tool):
        yield path, "says how to go on with a call, and has no call"
    if not any((reply.say, reply.calls, reply.goto, reply.values)):
        yield path, "says nothing, calls nothing and goes nowhere"


def _templates(path: tuple[str | int, ...], reply: Reply, known: frozenset[str]) -> Iterator[Problem]:
    texts: list[tuple[str, Json]] = [("say", reply.say), ("set", dict(reply.values)), ("thought", reply.thought)]
    texts += [("call", call.args) for call in reply.calls]
    for key, template in texts:
        for names in holes(template):
            if not set(names) & known:
                yield (*path, key), f"uses {{{' | '.join(names)}}}, which nothing gives"
        for name in unknown_formats(template):
            yield (*path, key), f"uses the format {name!r}, which does not exist"


def _known_values(persona: Persona) -> frozenset[str]:
    names = {*_ALWAYS_KNOWN, *persona.facts}
    for rule in persona.rules:
        names.update(rule.heard.pattern.groupindex if rule.heard.pattern else ())
    for _, reply in _replies(persona):
        names.update(reply.values)
        for call in reply.calls:
            names.update(call.args, {call.tool})
    return frozenset(names)


def _replies(persona: Persona) -> Iterator[tuple[tuple[str | int, ...], Reply]]:
    """Every reply with its place, inner ones included."""
    if persona.greeting is not None:
        yield from _tree(("greeting",), persona.greeting)
    for index, reply in enumerate(persona.default):
        yield from _tree(("default", index), reply)
    for index, rule in enumerate(persona.rules):
        yield from _tree(("rule", index), rule.reply)


def _tree(path: tuple[str | int, ...], reply: Reply) -> Iterator[tuple[tuple[str | int, ...], Reply]]:
    yield path, reply
    for name in _BRANCHES:
        inner = getattr(reply, name)
        if inner is not None:
            yield from _tree((*path, name), inner)
