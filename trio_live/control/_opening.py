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


@attrs.frozen(eq=False)
class Scene:
    """Where a conversation begins, or goes on: what it needs to be told, and whom it tells."""

    talk: Conversation
    window: TranscriptWindow
    """Of its transcript so far."""
    writer: RawWriter
    """The raw one."""
    dispatcher: Dispatcher
    """Calls user code."""
    protocol: SessionProtocol
    """Knows the model, and which calls the server knows."""
    begun: trio.Event
    """Set when the beginning is over."""

    @property
    def abilities(self) -> LiveModelProfile:
        """Of the model."""
        return self.protocol.abilities


async def open_connection(how: Continuation, scene: Scene) -> None:
    """Begin the conversation, or go on with it, in a connection that is up.

    Args:
        how: what the server knows of it.
        scene: the conversation. One that begins here, though the server remembers an earlier session, begins all the same.

    Cancellation: the session is ending.
    """
    talk = scene.talk
    talk.handed.history = None
    if not talk.is_open:
        await _open_conversation(scene)
    elif how in {Continuation.RESEEDED, Continuation.LOST}:
        forget_what_was_told(talk)
        if how is Continuation.LOST:
            await _enter_again(scene)
    if talk.handed.owes is not None and not scene.protocol.calls.knows(talk.handed.owes):
        words, talk.handed.owes = talk.handed.words, None
        with suppress(SessionClosed):
            await scene.writer.submit_all([SendText(words) if words else Steer(prompt=True)])


async def _open_conversation(scene: Scene) -> None:
    """Enter the initial phase and greet; the handle is given out after this.

    A conversation that goes on from an earlier session is where it was: nothing is entered, and nobody is greeted. Only
    where the model does not remember it, it is told what holds in the phase.

    The greeting goes straight to the queue: it is no words of the user, and so not part of the transcript. Like words of
    the user it takes the context along that was deferred: the model is to know its phase before it answers.

    Cancellation: the session is ending; nothing else is lost.
    """
    talk, writer = scene.talk, scene.writer
    talk.is_open = True
    tracked = talk.greeting

    async def say(entry: TransitionResult, steering: str | None) -> None:
        sayings = TurnSayings(mode=talk.options.steering_mode, transition=entry, unsaid=talk.unsaid, steering=steering)
        await deliver(talk, sayings, scene.abilities, writer, may_wait=True)

    first = TransitionResult(instruction=None, context=talk.initial.context or None, prompt_on_enter=False)
    try:
        if talk.restored is not None:
            if not talk.restored.goes_on:
                await say(first, talk.machine.steering_text(talk.state) if talk.machine is not None else None)
            return
        await say(first, None)
        if talk.machine is not None:
            steps = talk.machine.enter_initial(talk.state, scene.window, has_greeting=tracked is not None)
            entry = await run_steps(steps, scene.dispatcher, talk.state, writer)
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
        scene.begun.set()


async def _enter_again(scene: Scene) -> None:
    """Enter the present phase once more, for a model that knows nothing of the talk.

    ``on_enter`` runs, and what the phase says is said; nothing is greeted, nothing recorded, and no key is cleared: what
    the State has learnt stays true.

    Cancellation: the session is ending.
    """
    talk, machine = scene.talk, scene.talk.machine
    if machine is None:
        return
    steps = machine.enter_initial(talk.state, scene.window, has_greeting=talk.handed.owes is not None)
    entry = await run_steps(steps, scene.dispatcher, talk.state, scene.writer)
    talk.recompute()
    sayings = TurnSayings(
        mode=talk.options.steering_mode,
        standing_instruction=talk.options.standing_instruction,
        transition=attrs.evolve(entry, instruction=machine.instruction_text(talk.state)),
        advisory=None if declares_tools(talk, scene.abilities) else announce_tools(talk),
        steering=machine.steering_text(talk.state),
    )
    with suppress(SessionClosed):
        await deliver(talk, sayings, scene.abilities, scene.writer, may_wait=False)


def _held_back(talk: Conversation) -> tuple[Content, ...]:
    """Take the context that waits for words to go with."""
    held = talk.pending.drain_context() if talk.pending is not None else ()
    unsaid, talk.unsaid = talk.unsaid, None
    return (*held, *((unsaid.context or ()) if unsaid is not None else ()))
