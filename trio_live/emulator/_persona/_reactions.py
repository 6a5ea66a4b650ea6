"""What a persona does about what is not said in words: a silence, a picture, an interruption, news.

Pure, as `trio_live.emulator._persona._decisions` is. Every function takes what is remembered; `react` returns a decision, whether
or not the persona has a reaction to the occasion, because there is always something to remember.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from trio_live._typing import Json
from trio_live.emulator._persona._decisions import Decision, Memory, decide, hears, speak
from trio_live.emulator._persona._values import NOTHING, Occasion, Persona, Reaction
from trio_live.wire import Blob, Content


def react(
    persona: Persona,
    memory: Memory,
    occasion: Occasion,
    tools: Collection[str],
    *,
    text: str = "",
    news: Mapping[str, Json] = NOTHING,
) -> Decision:
    """Decide what to do about something that has happened.

    Args:
        persona: whom it happens to.
        memory: what it remembers.
        occasion: what has happened.
        tools: names of the functions the client declared.
        text: the words that came with it.
        news: values to be remembered in any case.

    Returns:
        A decision without actions when there is nothing to be said.
    """
    memory = attrs.evolve(memory, values={**memory.values, **news})
    for reaction in persona.reactions:
        found = _fits(reaction, memory, occasion, text)
        if found is not None:
            memory = attrs.evolve(_applied(memory, reaction), values={**memory.values, **found})
            decision = decide(persona, memory, reaction.reply, tools, reaction.name)
            return decision if decision.is_heard else attrs.evolve(decision, actions=(), silent=True)
    return Decision(memory=memory, actions=(), because="nothing", silent=True)


def interrupted(persona: Persona, memory: Memory) -> Memory:
    """What is remembered after an answer was cut off: the reaction's lines wait for the next answer."""
    for reaction in persona.reactions:
        if _fits(reaction, memory, Occasion.INTERRUPTED, "") is not None:
            decision = decide(persona, _applied(memory, reaction), attrs.evolve(reaction.reply, say=()), (), "")
            lines = tuple(speak(line.text, decision.memory.values) for line in reaction.reply.say)
            return attrs.evolve(decision.memory, preface=lines)
    return memory


def is_image(blob: Blob) -> bool:
    """Whether this is a picture."""
    return (blob.mime_type or "").startswith("image/")


def images_of(turn: Content) -> list[Blob]:
    """The pictures in a turn."""
    blobs = (part.inline_data for part in turn.parts or ())
    return [blob for blob in blobs if blob is not None and is_image(blob)]


def next_silence(persona: Persona, memory: Memory) -> Reaction | None:
    """The reaction that silence would bring about, if it lasts."""
    fitting = (each for each in persona.reactions if _fits(each, memory, Occasion.SILENCE, "") is not None)
    return next(fitting, None)


def _fits(reaction: Reaction, memory: Memory, occasion: Occasion, text: str) -> Mapping[str, str] | None:
    """The values found in the text, or ``None`` when the reaction does not apply."""
    if reaction.occasion is not occasion or (reaction.states and memory.state not in reaction.states):
        return None
    if reaction.name in memory.silences or (reaction.once and reaction.name in memory.fired):
        return None
    return hears(reaction.heard, text)


def _applied(memory: Memory, reaction: Reaction) -> Memory:
    silences = memory.silences | ({reaction.name} if reaction.occasion is Occasion.SILENCE else frozenset())
    return attrs.evolve(memory, fired=memory.fired | {reaction.name}, silences=silences)
