"""Telling the model that another agent has taken over, as the plan of the transfer says."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from trio_live.control._conversation import (
    Agent,
    Conversation,
    TransferWish,
    announce_tools,
    declares_tools,
    tools_of_phase,
)
from trio_live.conversation._internal import DEFAULT_CAPACITY
from trio_live.events._internal import SendText, Steer
from trio_live.handoff import Passage, Prompt, ToolChange, TransferPlan
from trio_live.handoff._internal import advice, taken_over
from trio_live.lanes._internal import Latch, Outbound, RawWriter
from trio_live.phases import TransitionResult
from trio_live.phases._internal import declared_names, join_results, publish_active_tools, publish_declared_tools
from trio_live.session import SessionPhase
from trio_live.session._internal import CONNECTED, SessionProtocol, changed, steered
from trio_live.wire import Content


class Handing:
    """Says it.

    Args:
        talk: the conversation, in which the new agent has taken over already.
        protocol: knows the setup, and what goes on.
        writer: the raw writer.
        outbound: the way out.
        renewal: set to ask for another connection, which is told what only a setup can say.
    """

    def __init__(
        self,
        talk: Conversation,
        protocol: SessionProtocol,
        writer: RawWriter,
        *,
        outbound: Outbound,
        renewal: Latch,
    ) -> None:
        self._talk = talk
        self._protocol = protocol
        self._writer = writer
        self._outbound = outbound
        self._renewal = renewal

    async def say(self, plan: TransferPlan, wish: TransferWish, agent: Agent, entry: TransitionResult | None) -> None:
        """Tell the model everything, and see to it that the new agent speaks once.

        Args:
            plan: how.
            wish: what was asked; gets the answer to its call.
            agent: who has taken over.
            entry: what entering its first phase leaves to be said; ``None`` without phases.

        Raises:
            SessionClosed: the session is over.

        Cancellation: nothing was said.
        """
        talk, first = self._talk, self._talk.first_words()
        facts = (*first.context, *((entry.context or ()) if entry is not None else ()))
        steer = Steer(instruction=first.system_instruction, facts=facts, prompt=plan.prompt is Prompt.PROMPT)
        functions = declared_names(tools_of_phase(talk))
        if plan.tools is ToolChange.DECLARED:
            steer = self._declaring(steer, functions)
        elif not plan.answer_tells:
            steer = attrs.evolve(steer, facts=(*steer.facts, Content.of(advice(functions), "model")))
        if plan.tools is ToolChange.NARROWED:
            publish_active_tools(talk.state, functions)
        if plan.reconnects:
            await self._anew(steer, agent)
        elif wish.call is not None:
            await self._before_answer(plan, steer)
            narrowed = functions if plan.tools is ToolChange.NARROWED else None
            wish.answer = taken_over(
                wish.call,
                agent.name,
                instruction=steer.instruction if plan.answer_tells else None,
                functions=narrowed,
                facts=_texts(facts) if plan.passage is Passage.SPEECH else (),
            )
            talk.handed.owes, talk.handed.words = wish.call, wish.words
        else:
            await self._by_itself(plan, steer, wish.words)

    def _declaring(self, steer: Steer, functions: Sequence[str]) -> Steer:
        """With the declarations of the new agent; where its phases only advise, with that advice."""
        talk = self._talk
        if declares_tools(talk, self._protocol.abilities):
            talk.declared = tuple(functions)
            publish_declared_tools(talk.state, talk.declared)
            return attrs.evolve(steer, tools=tools_of_phase(talk))
        line = announce_tools(talk)
        return attrs.evolve(
            steer, tools=talk.tools, facts=(*steer.facts, *([Content.of(line, "model")] if line else ()))
        )

    async def _anew(self, steer: Steer, agent: Agent) -> None:
        """By the setup of another connection. Whatever waits is written there: the words behind it, and the prompt."""
        protocol = self._protocol
        voice = agent.setup.generation_config
        protocol.setup = changed(protocol.setup, protocol.abilities, generation_config=voice)
        self._talk.handed.history = self._talk.buffer.snapshot_window_with_current(DEFAULT_CAPACITY, 0.0).turns
        self._outbound.pause()
        self._renewal.set()
        await self._writer.submit_all([steer])

    async def _before_answer(self, plan: TransferPlan, steer: Steer) -> None:
        """While the model waits for an answer: only what replaces is said, as all other words may cancel the call."""
        talk = self._talk
        if plan.passage is Passage.UPDATE:
            await self._writer.submit_all([Steer(tools=steer.tools, instruction=steer.instruction)])
        else:
            self._stands_in_setup(steer)
            if plan.passage is Passage.WORDS:
                talk.handed.untold = steer.instruction
            else:  # to be told it again, the model would answer it
                talk.ledger.begin_again(steer.instruction)
                return
        self._leave_for_the_end_of_the_turn(steer)

    async def _by_itself(self, plan: TransferPlan, steer: Steer, words: str) -> None:
        """Nobody waits for an answer: at once while nobody speaks, and else at the end of the turn.

        Words of the user that were lost with a connection are said again, and are the prompt.
        """
        if words:
            await self._writer.submit_all([attrs.evolve(steer, prompt=False), SendText(words)])
            return
        speaks = self._protocol.phase in CONNECTED - {SessionPhase.ACTIVE}
        if not speaks and not self._protocol.calls.waits:
            await self._writer.submit_all([steer])
            return
        if plan.passage is Passage.UPDATE:
            await self._writer.submit_all([Steer(tools=steer.tools, instruction=steer.instruction)])
        else:
            self._stands_in_setup(steer)
            self._talk.handed.untold = steer.instruction
        self._leave_for_the_end_of_the_turn(steer)

    def _stands_in_setup(self, steer: Steer) -> None:
        """Should the connection be replaced before it is said, the setup says it."""
        said = Steer(instruction=steer.instruction)
        self._protocol.setup = steered(self._protocol.setup, said, self._protocol.abilities)

    def _leave_for_the_end_of_the_turn(self, steer: Steer) -> None:
        if steer.facts or steer.prompt:
            rest = TransitionResult(instruction=None, context=steer.facts or None, prompt_on_enter=steer.prompt)
            self._talk.unsaid = join_results(self._talk.unsaid, rest)


def _texts(facts: Sequence[Content]) -> list[str]:
    return [part.text for fact in facts for part in fact.parts or () if part.text]
