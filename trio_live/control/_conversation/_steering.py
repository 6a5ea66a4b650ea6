"""What a turn says to the model, from the conversation as it stands to the queue.

The phases decide what is to be said, the session by which road it travels. Between the two stand the questions that
need both: whether the declarations follow the phases, and whether it is the time to say a thing at all.
"""

from __future__ import annotations

import attrs

from trio_live.control._conversation._conversation import Conversation
from trio_live.events import Road, SteeringChannel
from trio_live.events._internal import Command, Steer
from trio_live.lanes._internal import RawWriter
from trio_live.phases import ContextDelivery
from trio_live.phases._internal import (
    STEERING,
    TurnDelivery,
    TurnSayings,
    advise_tools,
    compose_turn,
    declare_tools,
    declared_names,
    join_results,
    plan_writes,
    publish_active_tools,
    publish_declared_tools,
)
from trio_live.session._internal import lower
from trio_live.wire import LiveModelProfile, Tool


def declares_tools(talk: Conversation, abilities: LiveModelProfile) -> bool:
    """Whether the declared functions are those of the phase."""
    wanted = talk.machine is not None and STEERING[talk.options.steering_mode].declares_tools
    return wanted and lower(SteeringChannel.TOOLS, abilities).road is Road.CONTEXT_UPDATE


def tools_of_phase(talk: Conversation) -> tuple[Tool, ...]:
    """Every tool of the session but the functions that the current phase does not offer."""
    return declare_tools(talk.tools, talk.tools_enabled)


def announce_tools(talk: Conversation) -> str | None:
    """Where the declarations stay as they are: the line that tells the model which functions it may call.

    Stores what it tells; ``None`` when the model knows already.
    """
    if talk.machine is None or not talk.options.tool_advisory:
        return None
    advisory = advise_tools(talk.machine.current_phase, talk.state)
    publish_active_tools(talk.state, advisory.active_tools)
    return advisory.line


def redeclared(talk: Conversation) -> tuple[Tool, ...] | None:
    """What is to be declared now; ``None`` if it is declared already."""
    tools = tools_of_phase(talk)
    return None if declared_names(tools) == talk.declared else tools


async def deliver(
    talk: Conversation, sayings: TurnSayings, abilities: LiveModelProfile, writer: RawWriter, *, may_wait: bool
) -> None:
    """Compose what a turn says, and write it or hold it back.

    Args:
        talk: the conversation; remembers what was said.
        sayings: what wants to be said.
        abilities: of the model.
        writer: the raw writer.
        may_wait: the model would be the only one to have a reason to speak. Where facts count as activity it would
            answer them, and its answer would be a turn with facts of its own, and so on without end; they wait.

    Raises:
        SessionClosed: the session is over; nothing is remembered as said.

    Cancellation: nothing was said.
    """
    delivery = compose_turn(sayings, last_sent=talk.ledger.newest, standing=talk.standing)
    if may_wait and is_only_facts(delivery) and facts_are_activity(abilities):
        talk.unsaid = talk.unsaid if sayings.transition is None else join_results(talk.unsaid, sayings.transition)
        return
    kind = talk.context_delivery
    writes = plan_writes(delivery, kind)
    await _write(talk, writes.now, writer, takes_held=kind is ContextDelivery.IMMEDIATE)
    if delivery.tools is not None:
        talk.declared = declared_names(delivery.tools)
        publish_declared_tools(talk.state, talk.declared)
    if talk.pending is not None:
        talk.pending.extend(writes.pending)
        if writes.arms_prompt:
            talk.pending.set_prompt()
    talk.standing, talk.unsaid = delivery.standing, None


async def _write(talk: Conversation, now: Steer, writer: RawWriter, *, takes_held: bool) -> None:
    """Write what leaves now; behind what an earlier phase held back, where nothing is held back any more."""
    pending = talk.pending
    if pending is None or not (takes_held and pending.has_context()):
        await writer.submit_all([now] if now else [])
        return

    def queued() -> tuple[Command, ...]:
        steer = attrs.evolve(now, facts=(*pending.drain_context(), *now.facts))
        if now.prompt:
            pending.clear_prompt()
        talk.ledger.queue(steer)
        return (steer,)

    await writer.submit_made(queued)


def is_only_facts(delivery: TurnDelivery) -> bool:
    """Whether nothing is to be said but facts."""
    return delivery.instruction is None and delivery.tools is None and not delivery.prompt and bool(delivery.context)


def facts_are_activity(abilities: LiveModelProfile) -> bool:
    """Whether the model may answer what it is merely told."""
    return lower(SteeringChannel.FACTS, abilities).road is Road.REALTIME_TEXT
