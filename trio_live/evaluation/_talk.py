"""A talk as its caller and its judges see it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.state import State


@value
class FunctionRun:
    """One function call that was answered."""

    name: str
    args: JsonObject
    result: Json

    def __str__(self) -> str:
        given = ", ".join(f"{name}={_short(each)}" for name, each in self.args.items())
        return f"{self.name}({given}) → {_short(self.result)}"


@value
class Exchange:
    """What the caller said, and everything up to their next words."""

    caller: str
    """Empty for what the agent says before anybody has spoken."""
    agent: str = ""
    runs: tuple[FunctionRun, ...] = ()
    problems: tuple[str, ...] = ()
    """What the session reported, and that an answer did not come."""


@value
class Talk:
    """A talk so far."""

    exchanges: tuple[Exchange, ...] = ()
    state: State | None = None
    """As it is at this moment; ``None`` before the session has begun."""
    phase: str | None = None
    agent: str | None = None
    """Who speaks, where the call has agents."""

    @property
    def runs(self) -> tuple[FunctionRun, ...]:
        """Every function call."""
        return tuple(run for exchange in self.exchanges for run in exchange.runs)

    @property
    def said(self) -> tuple[str, ...]:
        """What the agent said, exchange by exchange."""
        return tuple(exchange.agent for exchange in self.exchanges if exchange.agent)

    def transcript(self) -> str:
        """All of it as text: for a person, and for a model that plays the caller or judges."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The transcript, line by line."""
        for exchange in self.exchanges:
            if exchange.caller:
                yield f"Caller: {exchange.caller}"
            yield from (f"[{run}]" for run in exchange.runs)
            if exchange.agent:
                yield f"Agent: {exchange.agent}"
            yield from (f"[problem: {each}]" for each in exchange.problems)


def _short(each: Json) -> str:
    return json.dumps(each, ensure_ascii=False)[:120]
