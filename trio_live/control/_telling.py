"""What the model is told at the end of a turn: what the steps of this file find, and the one that writes it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from contextlib import suppress

from trio_live._callables import answered_optional_text
from trio_live.control._conversation import Conversation, announce_tools, declares_tools, deliver, redeclared
from trio_live.control._turn_run import TurnRun
from trio_live.conversation import Escalate, Nudge
from trio_live.errors import SessionClosed
from trio_live.events._internal import Steer
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import Dispatcher, RawWriter
from trio_live.phases._internal import STEERING, StandingContext, TurnSayings
from trio_live.session._internal import SessionProtocol

logger = logging.getLogger("trio_live.control")


class Telling:
    """Finds out what is to be said to the model, and says it.

    Args:
        conversation: what is remembered between turns.
        dispatcher: calls user code.
        writer: the raw writer.
        callbacks: the user's.
        protocol: knows the model.
    """

    def __init__(
        self,
        conversation: Conversation,
        dispatcher: Dispatcher,
        writer: RawWriter,
        *,
        callbacks: EventCallbacks,
        protocol: SessionProtocol,
    ) -> None:
        self._talk = conversation
        self._dispatcher = dispatcher
        self._writer = writer
        self._callbacks = callbacks
        self._protocol = protocol
        self._state = conversation.state

    def advise(self, run: TurnRun) -> None:
        """Declare the tools of the phase, or where that cannot be done, tell the model which of them it may use."""
        talk = self._talk
        if declares_tools(talk, self._protocol.abilities):
            run.tools = redeclared(talk)
        elif run.transition or talk.unsaid:
            run.advisory = announce_tools(talk)

    def repair(self, run: TurnRun) -> None:
        """Remind the model of what is still missing, and in the end say so to the program."""
        machine, needs = self._talk.machine, self._talk.needs
        if machine is None or needs is None:
            return
        action = needs.evaluate(machine.current, machine.current_phase.needs, self._state)
        if isinstance(action, Nudge):
            run.nudge = action
            if action.attempt == 1:
                logger.info("phase %r: the model is reminded: %s", machine.current, action.line)
        elif isinstance(action, Escalate):
            logger.log(
                logging.WARNING if action.times == 1 else logging.DEBUG,
                "phase %r: still missing after all reminders (%d): %s",
                machine.current,
                action.times,
                action.unfulfilled,
            )

    def steer(self, run: TurnRun) -> None:
        """What the phase's modifiers say this turn."""
        if self._talk.machine is not None:
            run.steering = self._talk.machine.steering_text(self._state)

    def amend(self, run: TurnRun) -> None:
        """An amendment, if no transition fired; a template, which beats everything."""
        if run.transition is None:
            amendment = self._callbacks.instruction_amendment
            run.amendment = self._dispatcher.ask_now(
                "instruction_amendment", amendment, self._state, read=answered_optional_text
            )
        template = self._callbacks.instruction_template
        run.template = self._dispatcher.ask_now(
            "instruction_template", template, self._state, read=answered_optional_text
        )

    def deliver(self, run: TurnRun) -> Awaitable[None] | None:
        """One instruction at most, one batch of context, one prompt; in this order."""
        handed = self._talk.handed
        if handed.owes is not None and not run.model_spoke and not run.says_something:
            return None  # the answer to the call that handed over is spoken next: nothing is to cut into it
        if run.says_something or self._talk.unsaid or handed.untold:
            return self.say(run)
        self._talk.standing = StandingContext()
        return None

    async def say(self, run: TurnRun) -> None:
        """Compose what the steps have found, and write it; nothing is said once the session is over.

        Cancellation: nothing was said.
        """
        talk = self._talk
        replaces = STEERING[talk.options.steering_mode].replaces_instruction
        untold = talk.handed.untold if replaces and run.transition is None else None
        sayings = TurnSayings(
            mode=talk.options.steering_mode,
            standing_instruction=talk.options.standing_instruction,
            tools=run.tools,
            transition=run.transition,
            unsaid=talk.unsaid,
            base=talk.base_instruction if run.amendment else None,
            amendment=run.amendment,
            template=run.template or untold,
            advisory=run.advisory,
            nudge=run.nudge.line if run.nudge is not None else None,
            nudge_prompts=run.nudge is not None and run.nudge.prompts_model,
            steering=run.steering,
        )
        may_wait = not (run.transition or talk.unsaid or run.user_spoke)
        with suppress(SessionClosed):
            if talk.handed.untold is not None and not replaces:
                await self._writer.submit_all([Steer(instruction=talk.handed.untold)])
            talk.handed.untold = None
            await deliver(talk, sayings, self._protocol.abilities, self._writer, may_wait=may_wait)
