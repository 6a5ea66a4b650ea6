"""The persona's mind at work: the pure decisions of `trio_live.emulator._mind`, and the memory they leave behind."""

from __future__ import annotations

import attrs

from trio_live.emulator._log import Journal
from trio_live.emulator._mind import Ask, Decision, answer, fresh_memory, learn, resume
from trio_live.emulator._persona import Persona
from trio_live.emulator._setup_rules import declarations
from trio_live.emulator._turn import Batch
from trio_live.wire import Tool

NON_BLOCKING = "NON_BLOCKING"


class Head:
    """What one conversation knows."""

    def __init__(self, persona: Persona, tools: list[Tool] | None, journal: Journal) -> None:
        self._persona = persona
        self._tools = declarations(tools)
        self._journal = journal
        self.memory = fresh_memory(persona)

    @property
    def has_answered(self) -> bool:
        """Whether anything was ever answered."""
        return self.memory.turns > 0

    def replace_tools(self, tools: list[Tool] | None) -> None:
        """From now on only these functions are declared."""
        self._tools = declarations(tools)

    def next_utterance(self) -> str:
        """What was said in the audio turn that has just ended."""
        heard = self._persona.utterance(self.memory.utterances)
        self.memory = attrs.evolve(self.memory, utterances=self.memory.utterances + 1)
        return heard

    def answer(self, heard: str) -> Decision:
        """Decide what to answer."""
        return self._remember(answer(self._persona, self.memory, heard, self._tools), repr(heard))

    def go_on(self, batch: Batch) -> Decision:
        """Decide how to go on with the answers of functions."""
        decision = resume(self._persona, self.memory, batch.ask, batch.in_order, self._tools)
        return self._remember(decision, ", ".join(call.tool for call in batch.ask.calls))

    def learn(self, batch: Batch) -> None:
        """Remember the answers of functions, and say nothing."""
        self.memory = learn(self.memory, batch.ask, batch.in_order)

    def waits_for(self, ask: Ask) -> bool:
        """Whether one of these functions blocks. A function whose declaration does not say so does."""
        return any(self._tools[call.tool].behavior != NON_BLOCKING for call in ask.calls if call.tool in self._tools)

    def _remember(self, decision: Decision, to: str) -> Decision:
        self.memory = decision.memory
        self._journal.note(f"answers {to} by rule {decision.because!r}; state is {decision.memory.state!r}")
        return decision
