"""The beginning of a conversation: the initial phase is entered like any other, then the greeting is said.

Once a session; a reconnect begins nothing again.
"""

from __future__ import annotations

from typing import Any

import trio

from trio_live.control._conversation import Conversation
from trio_live.control._hooks import run_steps
from trio_live.errors import SessionClosed
from trio_live.events import Command, SendClientContent, SendText
from trio_live.lanes import Dispatcher, RawWriter, Runtime
from trio_live.phases import TransitionResult, TurnSayings, compose_turn, plan_writes


async def open_conversation(
    runtime: Runtime, dispatcher: Dispatcher, talk: Conversation, window: Any, writer: RawWriter
) -> None:
    """Enter the initial phase and greet; the handle is given out after this.

    The greeting goes straight to the queue: it is no words of the user, and so not part of the transcript. Like words of
    the user it takes the context along that was deferred: the model is to know its phase before it answers.

    Cancellation: the session is ending; nothing else is lost.
    """
    if talk.is_open:
        return
    talk.is_open = True
    greeting = talk.options.greeting
    try:
        entry = TransitionResult(instruction=None, context=talk.initial.context or None, prompt_on_enter=False)
        await _say(talk, entry, None, writer)
        if talk.machine is not None:
            steps = talk.machine.enter_initial(runtime.state, window, has_greeting=greeting is not None)
            entry = await run_steps(steps, dispatcher, runtime.state, writer)
            talk.computed.recompute(runtime.state)
            await _say(talk, entry, talk.machine.steering_text(runtime.state), writer)
            talk.watchers.rebase(runtime.state)
        if greeting is not None:
            held = talk.pending.drain_context() if talk.pending is not None else ()
            context = [SendClientContent(held, turn_complete=False)] if held else []
            await writer.submit_all([*context, SendText(greeting)])
    except SessionClosed:
        await trio.lowlevel.checkpoint()
    finally:
        runtime.begun.set()


async def _say(talk: Conversation, entry: TransitionResult, steering: str | None, writer: RawWriter) -> None:
    sayings = TurnSayings(mode=talk.options.steering_mode, transition=entry, steering=steering)
    delivery = compose_turn(sayings, last_sent=talk.ledger.last_sent, standing=talk.standing)
    talk.standing = delivery.standing
    writes = plan_writes(delivery, talk.options.context_delivery)
    commands: tuple[Command, ...] = writes.commands
    await writer.submit_all(commands)
    if talk.pending is not None:
        talk.pending.extend(writes.pending)
        if writes.arms_prompt:
            talk.pending.set_prompt()
