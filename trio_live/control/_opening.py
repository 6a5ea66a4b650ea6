"""The beginning of a conversation: the initial phase is entered like any other, then the greeting is said.

Once a session; a reconnect begins nothing again.
"""

from __future__ import annotations

import trio

from trio_live.control._conversation import Conversation
from trio_live.control._hooks import run_steps
from trio_live.control._steering import deliver
from trio_live.conversation import TranscriptWindow
from trio_live.errors import SessionClosed
from trio_live.events._internal import SendText
from trio_live.lanes._internal import Dispatcher, RawWriter
from trio_live.phases import TransitionResult
from trio_live.phases._internal import TurnSayings
from trio_live.wire import Content, LiveModelProfile


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


def _held_back(talk: Conversation) -> tuple[Content, ...]:
    """Take the context that waits for words to go with."""
    held = talk.pending.drain_context() if talk.pending is not None else ()
    unsaid, talk.unsaid = talk.unsaid, None
    return (*held, *((unsaid.context or ()) if unsaid is not None else ()))
