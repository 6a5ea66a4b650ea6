"""The beginning of a conversation: the initial phase is entered like any other, then the greeting is said.

Once a session. A reconnect begins nothing again, but for a model that knows nothing of the talk: it enters the present
phase, and nobody is greeted twice.
"""

from __future__ import annotations

from contextlib import suppress

import attrs
import trio

from trio_live._continuation import Continuation
from trio_live.control._conversation import (
    Conversation,
    announce_tools,
    declares_tools,
    deliver,
    forget_what_was_told,
    run_steps,
)
from trio_live.conversation import TranscriptWindow
from trio_live.errors import SessionClosed
from trio_live.events._internal import SendText, Steer
from trio_live.lanes._internal import Dispatcher, RawWriter
from trio_live.phases import TransitionResult
from trio_live.phases._internal import TurnSayings
from trio_live.session._internal import SessionProtocol
from trio_live.wire import Content, LiveModelProfile


async def open_connection(
    how: Continuation,
    talk: Conversation,
    window: TranscriptWindow,
    writer: RawWriter,
    *,
    dispatcher: Dispatcher,
    protocol: SessionProtocol,
    begun: trio.Event,
) -> None:
    """Begin the conversation, or go on with it, in a connection that is up.

    Args:
        how: whether it begins, and if not, what the server knows of it.
        talk: the conversation.
        window: its transcript so far.
        writer: the raw writer.
        dispatcher: calls user code.
        protocol: knows the model, and which calls the server knows.
        begun: set when the beginning is over.

    Cancellation: the session is ending.
    """
    abilities, talk.handed.history = protocol.abilities, None
    match how:
        case Continuation.NEW:
            await open_conversation(talk, window, writer, dispatcher=dispatcher, abilities=abilities, begun=begun)
        case Continuation.RESEEDED | Continuation.LOST:
            forget_what_was_told(talk)
            if how is Continuation.LOST:
                await enter_again(talk, window, writer, dispatcher=dispatcher, abilities=abilities)
        case Continuation.RESUMED:
            pass
    if talk.handed.owes is not None and not protocol.calls.knows(talk.handed.owes):
        words, talk.handed.owes = talk.handed.words, None
        with suppress(SessionClosed):
            await writer.submit_all([SendText(words) if words else Steer(prompt=True)])


async def open_conversation(
    talk: Conversation,
    window: TranscriptWindow,
    writer: RawWriter,
    *,
    dispatcher: Dispatcher,
    abilities: LiveModelProfile,
    begun: trio.Event,
) -> None:
    """Enter the initial phase and greet; the handle is given out after this.

    A conversation that goes on from an earlier session is where it was: nothing is entered, and nobody is greeted. Only
    where the model does not remember it, it is told what holds in the phase.

    The greeting goes straight to the queue: it is no words of the user, and so not part of the transcript. Like words of
    the user it takes the context along that was deferred: the model is to know its phase before it answers.

    Args:
        talk: the conversation.
        window: its transcript so far.
        writer: the raw writer.
        dispatcher: calls user code.
        abilities: of the model.
        begun: set when the beginning is over.

    Cancellation: the session is ending; nothing else is lost.
    """
    if talk.is_open:
        return
    talk.is_open = True
    tracked = talk.greeting

    async def say(entry: TransitionResult, steering: str | None) -> None:
        sayings = TurnSayings(mode=talk.options.steering_mode, transition=entry, unsaid=talk.unsaid, steering=steering)
        await deliver(talk, sayings, abilities, writer, may_wait=True)

    first = TransitionResult(instruction=None, context=talk.initial.context or None, prompt_on_enter=False)
    try:
        if talk.restored is not None:
            if not talk.restored.goes_on:
                await say(first, talk.machine.steering_text(talk.state) if talk.machine is not None else None)
            return
        await say(first, None)
        if talk.machine is not None:
            steps = talk.machine.enter_initial(talk.state, window, has_greeting=tracked is not None)
            entry = await run_steps(steps, dispatcher, talk.state, writer)
            talk.recompute()
            await say(entry, talk.machine.steering_text(talk.state))
            if talk.watchers is not None:
                talk.watchers.rebase(talk.state)
        if tracked is not None:
            tracked.say()
            await writer.submit_all([SendText(tracked.greeting.text, _held_back(talk))])
    except SessionClosed:
        await trio.lowlevel.checkpoint()
    finally:
        begun.set()


async def enter_again(
    talk: Conversation,
    window: TranscriptWindow,
    writer: RawWriter,
    *,
    dispatcher: Dispatcher,
    abilities: LiveModelProfile,
) -> None:
    """Enter the present phase once more, for a model that knows nothing of the talk.

    ``on_enter`` runs, and what the phase says is said; nothing is greeted, nothing recorded, and no key is cleared: what
    the State has learnt stays true.

    Args:
        talk: the conversation.
        window: its transcript so far.
        writer: the raw writer.
        dispatcher: calls user code.
        abilities: of the model.

    Cancellation: the session is ending.
    """
    machine = talk.machine
    if machine is None:
        return
    steps = machine.enter_initial(talk.state, window, has_greeting=talk.handed.owes is not None)
    entry = await run_steps(steps, dispatcher, talk.state, writer)
    talk.recompute()
    sayings = TurnSayings(
        mode=talk.options.steering_mode,
        standing_instruction=talk.options.standing_instruction,
        transition=attrs.evolve(entry, instruction=machine.instruction_text(talk.state)),
        advisory=None if declares_tools(talk, abilities) else announce_tools(talk),
        steering=machine.steering_text(talk.state),
    )
    with suppress(SessionClosed):
        await deliver(talk, sayings, abilities, writer, may_wait=False)


def _held_back(talk: Conversation) -> tuple[Content, ...]:
    """Take the context that waits for words to go with."""
    held = talk.pending.drain_context() if talk.pending is not None else ()
    unsaid, talk.unsaid = talk.unsaid, None
    return (*held, *((unsaid.context or ()) if unsaid is not None else ()))
