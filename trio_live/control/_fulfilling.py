"""Making the transitions that the program asked for, and saying at once what can be said at once."""

from __future__ import annotations

import attrs
import trio

from trio_live.control._conversation import Conversation, PhaseWish, declares_tools, redeclared
from trio_live.control._turn import TurnPipeline
from trio_live.control._turn_run import TurnRun
from trio_live.events import Road, SteeringChannel
from trio_live.phases import PhaseMachine, Programmatic, TransitionResult
from trio_live.phases._internal import STEERING, join_results
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol, lower


async def fulfil(talk: Conversation, turn: TurnPipeline, protocol: SessionProtocol) -> None:
    """Make what was wished for, but for the wishes of functions that have not returned.

    Args:
        talk: the conversation; has the wishes.
        turn: makes the moves, and has the steps that say something.
        protocol: knows whether the model speaks, or waits for an answer.

    Cancellation: a transition that had begun is wholly in the old phase or wholly in the new; wishes that were not
    looked at stay.
    """
    machine, wishes = talk.machine, talk.wishes
    while machine is not None and not machine.is_moving:
        wish = next((wish for wish in wishes if wish.asked_in is None), None)
        if wish is None:
            return
        wishes.remove(wish)
        try:
            await _make(machine, wish, talk, turn, protocol)
        finally:
            wish.over.set()


async def _make(
    machine: PhaseMachine, wish: PhaseWish, talk: Conversation, turn: TurnPipeline, protocol: SessionProtocol
) -> None:
    run, before_answer = TurnRun(is_soft=False), protocol.calls.waits
    trigger, now = Programmatic(wish.reason), trio.current_time()
    await turn.move(machine.transition(wish.target, trigger, talk.state, turn.window(), now=now), run)
    if run.transition is not None:
        await _say_now(run, run.transition, talk, turn, protocol, before_answer=before_answer)


async def _say_now(
    run: TurnRun,
    transition: TransitionResult,
    talk: Conversation,
    turn: TurnPipeline,
    protocol: SessionProtocol,
    *,
    before_answer: bool,
) -> None:
    """What a transition says is said at once where nothing is going on.

    While the model speaks it would cut in, so it waits for the end of the turn; and while the model waits for an answer
    only what replaces is said, as every other word would be input that may cancel the call.
    """
    replaces = lower(SteeringChannel.INSTRUCTION, protocol.abilities).road is Road.CONTEXT_UPDATE
    if before_answer and replaces and STEERING[talk.options.steering_mode].replaces_instruction:
        rest = attrs.evolve(transition, instruction=None)
        run.transition = attrs.evolve(transition, context=None, prompt_on_enter=False)
        if declares_tools(talk, protocol.abilities):
            run.tools = redeclared(talk)
        await turn.telling.say(run)
        talk.unsaid = join_results(talk.unsaid, rest)
    elif before_answer or protocol.phase is not SessionPhase.ACTIVE:
        talk.unsaid = join_results(talk.unsaid, transition)
    else:
        turn.telling.advise(run)
        turn.telling.steer(run)
        await turn.telling.say(run)
