"""What does not fit together in a persona: states nobody enters, values nobody gives, rules nobody reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeAlias

from trio_live._typing import Json
from trio_live.emulator._persona._tree import BRANCHES, TIMED_BRANCHES, Place, reaction_places, replies
from trio_live.emulator._persona._values import Heard, Persona, Reaction, Reply, Rule
from trio_live.emulator._templates import NUMBERS, holes, only_hole, unknown_formats
from trio_live.emulator._toml import spell

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


HIDES_NOTHING: Final = frozenset(
    {"name", "description", "voice", "vocabulary", "least_confidence", "utterances", "repeat_utterances", "in", "once"}
    | {"say", "text", "wav", "pause", "thought", "words_per_delta", "delay", "silent", "when", "after"}
)
"""Keys that neither give a value nor lead to a state: what is wrong with one of them cannot be why others miss those."""


def problems_of(persona: Persona, faults: Collection[Place] = ()) -> Iterator[Problem]:
    """Every mistake that can be seen without a conversation.

    Args:
        persona: as far as it could be read.
        faults: where its file has mistakes already. What may only follow from one of them is not told.
    """
    faulty = {_entry(fault) for fault in faults}
    for place, what in _of_parts(persona):
        if _entry(place) not in faulty:
            yield place, what
    yield from _unreachable(persona, faulty)
    if all(_key(fault) in HIDES_NOTHING for fault in faults):
        yield from _states(persona)
        yield from _values(persona)


def _entry(place: Place) -> Place:
    """The rule, reaction or default that a place lies in; where there is but one, it may stand without a list."""
    index = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    return (*place[:1], index)


def _key(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str)), "")


def _of_parts(persona: Persona) -> Iterator[Problem]:
    """What is wrong with single rules, reactions and replies."""
    yield from _names(persona)
    for path, reply in replies(persona):
        yield from _calls(path, reply)
        yield from _waits(path, reply)
        yield from _lines(path, reply)
    for place, template in _all_texts(persona):
        for name in unknown_formats(template):
            yield place, f"uses the format {name!r}, which does not exist"


def _named(persona: Persona) -> list[tuple[Place, Rule | Reaction]]:
    """The rules and reactions, each with its place."""
    places: list[Place] = [("rule", index) for index in range(len(persona.rules))]
    return list(zip(places + reaction_places(persona), (*persona.rules, *persona.reactions), strict=True))


def _names(persona: Persona) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for place, each in _named(persona):
        first = seen.setdefault(each.name, place)
        if first != place:
            yield (*place, "name"), f"{each.name!r} is the name of {spell(first)}, too"


def _states(persona: Persona) -> Iterator[Problem]:
    entered = {persona.initial} | {reply.goto for _, reply in replies(persona) if reply.goto}
    for place, rule in _named(persona):
        for state in rule.states:
            if state not in entered:
                yield (*place, "in"), f"names the state {state!r}, which nothing goes to"


def _unreachable(persona: Persona, faulty: Collection[Place]) -> Iterator[Problem]:
    for index, rule in enumerate(persona.rules[:-1]):
        is_greedy = rule.heard == Heard() and not rule.states and not rule.once
        if is_greedy and ("rule", index) not in faulty:
            yield ("rule", index + 1), f"is never reached, because {spell(('rule', index))} before it hears everything"
            return


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


def _values(persona: Persona) -> Iterator[Problem]:
    known = _known_values(persona)
    for place, template in _all_texts(persona):
        for names in holes(template):
            if not set(names) & known:
                yield place, f"uses {{{' | '.join(names)}}}, which nothing gives"


def _all_texts(persona: Persona) -> Iterator[tuple[Place, Json]]:
    """Every template, with its place."""
    for path, reply in replies(persona):
        for index, line in enumerate(reply.say):
            yield (*path, "say", index), line.text
        for name, text in reply.values.items():
            yield (*path, "set", name), text
        for index, call in enumerate(reply.calls):
            for name, value in call.args.items():
                yield (*path, "call", index, "args", name), value
        yield (*path, "thought"), reply.thought
    yield ("thought",), persona.thought


def words_only(persona: Persona) -> frozenset[str]:
    """Values that can be nothing but text: groups of patterns, and what ``set`` remembers."""
    words = {name for _, rule in _named(persona) if rule.heard.pattern for name in rule.heard.pattern.groupindex}
    words.update(("heard", "said", "context", "instruction"))
    others = {*persona.facts, *ALWAYS_KNOWN} - words
    calls = [call for _, reply in replies(persona) for call in reply.calls]
    words.update(name for _, reply in replies(persona) for name in reply.values)
    others.update(call.name for call in calls)
    others.update(name for call in calls for name, each in call.args.items() if not _is_text(each, words))
    return frozenset(words - others)


def _is_text(template: Json, words: Collection[str]) -> bool:
    if not isinstance(template, str):
        return False
    hole = only_hole(template)
    return hole is None or (hole[1] not in NUMBERS and set(hole[0]) <= {*words})


def _known_values(persona: Persona) -> frozenset[str]:
    names = {*ALWAYS_KNOWN, *persona.facts}
    for _, rule in _named(persona):
        names.update(rule.heard.pattern.groupindex if rule.heard.pattern else ())
    for _, reply in replies(persona):
        names.update(reply.values)
        for call in reply.calls:
            names.update(call.args, {call.name})
    return frozenset(names)
