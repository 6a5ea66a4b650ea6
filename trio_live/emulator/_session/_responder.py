"""Answers for a persona: takes its decisions, which are pure, and keeps the memory they leave behind."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from trio_live._typing import Json
from trio_live.emulator._log import ConnectionLog
from trio_live.emulator._persona import (
    NOTHING,
    Ask,
    Decision,
    Occasion,
    Persona,
    Reaction,
    answer,
    fresh_memory,
    interrupted,
    learn,
    meanwhile,
    next_silence,
    react,
    resume,
)
from trio_live.emulator._service import LIMITS, declarations
from trio_live.emulator._session._tool_waits import ToolBatch
from trio_live.wire import Blob, FunctionResponse, Tool


class Responder:
    """What one conversation knows."""

    def __init__(self, persona: Persona, tools: list[Tool] | None, log: ConnectionLog) -> None:
        self._persona = persona
        self._tools = declarations(tools)
        self._log = log
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
        return self._remember(
            answer(self._persona, self.memory, _looked_at(heard), self._tools), repr(_looked_at(heard))
        )

    def go_on(self, batch: ToolBatch) -> Decision:
        """Decide how to go on with the answers of functions."""
        decision = resume(self._persona, self.memory, batch.ask, batch.in_order, self._tools, waited=batch.waited)
        return self._remember(decision, ", ".join(call.tool for call in batch.ask.calls))

    def learn(self, batch: ToolBatch) -> None:
        """Remember the answers of functions, and say nothing."""
        self.memory = learn(self.memory, batch.ask, batch.in_order)

    def meanwhile(self, batch: ToolBatch) -> Decision:
        """Decide what to say while functions take long; nothing when they have answered by now."""
        if not batch.missing:
            return Decision(memory=self.memory, actions=(), because="the answers are there", silent=True)
        return self._remember(meanwhile(self._persona, self.memory, batch.ask, self._tools), "the delay")

    # -- what is not said in words

    def equip(self, instruction: str) -> None:
        """The client has told, at the beginning, who to be and what there is to work with."""
        values = {**self.memory.values, "instruction": _looked_at(instruction), "tools": list(self._tools)}
        self.memory = attrs.evolve(self.memory, values=values)

    def see(self, image: Blob) -> Decision:
        """Look at a picture."""
        before = self.memory.values.get("image")
        number = before["number"] + 1 if isinstance(before, dict) and "number" in before else 1
        news = {"number": number, "type": image.mime_type or "", "bytes": len(image.data or b"")}
        return self._react(Occasion.IMAGE, news={"image": news})

    def read(self, context: str) -> Decision:
        """Take note of a turn that asks for no answer."""
        seen = _looked_at(context)
        return self._react(Occasion.CONTEXT, seen, {"context": seen})

    def update(self, instruction: str) -> Decision:
        """Take note of a new instruction, or of new functions."""
        seen = _looked_at(instruction)
        news = {"tools": list(self._tools)} | ({"instruction": seen} if seen else {})
        return self._react(Occasion.CONTEXT_UPDATE, seen, news)

    def stray(self, response: FunctionResponse, *, known: bool) -> Decision:
        """Wonder about an answer that nobody waits for."""
        occasion = Occasion.UNWANTED_ANSWER if known else Occasion.UNKNOWN_ANSWER
        return self._react(occasion, news={"answer": {"name": response.name or "", "id": response.id or ""}})

    def interrupted(self) -> None:
        """Put up with having been interrupted."""
        self.memory = interrupted(self._persona, self.memory)

    @property
    def minds_silence(self) -> bool:
        """Whether silence ever brings about anything."""
        return any(reaction.occasion is Occasion.SILENCE for reaction in self._persona.reactions)

    def next_silence(self) -> Reaction | None:
        """What silence would bring about next."""
        return next_silence(self._persona, self.memory)

    def fall_silent(self) -> Decision:
        """Decide what to do about a silence that has lasted."""
        return self._react(Occasion.SILENCE)

    def _react(self, occasion: Occasion, text: str = "", news: Mapping[str, Json] = NOTHING) -> Decision:
        decision = react(self._persona, self.memory, occasion, self._tools, text=text, news=news)
        return self._remember(decision, f"{occasion} {text!r}" if text else occasion)

    # -- remembering

    def behaviors(self, ask: Ask) -> list[str | None]:
        """What the declarations of these functions say about waiting for them; ``None`` where they say nothing."""
        return [self._tools[call.tool].behavior for call in ask.calls if call.tool in self._tools]

    def _remember(self, decision: Decision, to: str) -> Decision:
        self.memory = decision.memory
        self._log.note(f"answers {to} by rule {decision.because!r}; state is {decision.memory.state!r}")
        return decision


def _looked_at(text: str) -> str:
    """So much of a text as a persona looks at: rules are searched in all of it, several times over."""
    return text[: LIMITS["heard"].most]
