"""A persona's replies, wherever they stand: in rules, reactions, and inside of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from trio_live.emulator._persona._values import Persona, Reply

Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead to something in a persona's file."""

BRANCHES: Final = ("then", "on_error", "without_tool")
"""Replies inside of a reply."""
TIMED_BRANCHES: Final = ("on_wait", "on_late", "on_missing")
"""Replies inside of a reply that have a time."""


def replies(persona: Persona) -> Iterator[tuple[Place, Reply]]:
    """Every reply with its place; outer ones come before those inside."""
    if persona.greeting is not None:
        yield from _tree(("greeting",), persona.greeting)
    for index, reply in enumerate(persona.default):
        yield from _tree(("default", index), reply)
    for index, rule in enumerate(persona.rules):
        yield from _tree(("rule", index), rule.reply)
    for place, reply in _reactions(persona):
        yield from _tree(place, reply)


def reaction_places(persona: Persona) -> list[Place]:
    """Where each of the reactions stands, in their order. Those of one occasion are numbered among themselves."""
    seen: Counter[str] = Counter()
    places: list[Place] = []
    for reaction in persona.reactions:
        places.append((reaction.occasion.value, seen[reaction.occasion]))
        seen[reaction.occasion] += 1
    return places


def _reactions(persona: Persona) -> Iterator[tuple[Place, Reply]]:
    for place, reaction in zip(reaction_places(persona), persona.reactions, strict=True):
        yield place, reaction.reply


def _tree(place: Place, reply: Reply) -> Iterator[tuple[Place, Reply]]:
    yield place, reply
    for name in BRANCHES:
        inner = getattr(reply, name)
        if inner is not None:
            yield from _tree((*place, name), inner)
    for name in TIMED_BRANCHES:
        timed = getattr(reply, name)
        if timed is not None:
            yield from _tree((*place, name), timed.reply)
