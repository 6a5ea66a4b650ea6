"""The agents of one call: who speaks now, who may take over, and the transfers that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import attrs
import trio

from trio_live._values import value
from trio_live.control._conversation._options import ControlOptions
from trio_live.control._conversation._wishes import TransferWish
from trio_live.conversation import TranscriptTurn
from trio_live.dispatch import ToolDispatcher
from trio_live.lanes._internal import CallScope
from trio_live.phases._internal import declared_names
from trio_live.wire import FunctionCall, Setup

AskForTransfer: TypeAlias = Callable[[str, str, CallScope | None], trio.Event | None]
"""Takes the agent, the reason, and the function call in which it is asked; gives what is set when it is done."""


@value(kw_only=True)
class Agent:
    """One agent of a session."""

    name: str
    options: ControlOptions
    """Its structure, with what the call declares for all."""
    setup: Setup
    """The setup as it would be if this agent had begun: its tools, and its voice."""
    dispatcher: ToolDispatcher = attrs.field(eq=False)
    """Its functions."""


@attrs.define(eq=False)
class Handed:
    """What a transfer has left open."""

    untold: str | None = None
    """The whole instruction of an agent who took over while the model could not be told; said with the next words."""
    owes: FunctionCall | None = None
    """The call whose answer makes a new agent speak, until it has spoken. If it is lost, the user's words are said again."""
    words: str = ""
    """Those: what the user had said when the model asked for the transfer, and nobody has answered."""
    history: tuple[TranscriptTurn, ...] | None = None
    """What the next connection is told: the running turn, too, for another agent is to answer it there."""


class Roster:
    """The agents of one session.

    Args:
        agents: all of them; the first speaks first.
        begins: the name of another one that speaks first.
    """

    def __init__(self, agents: Iterable[Agent], begins: str | None = None) -> None:
        self.agents: Mapping[str, Agent] = MappingProxyType({each.name: each for each in agents})
        self.current = self.agents.get(begins or "") or next(iter(self.agents.values()))
        """Who speaks now."""
        self.ask: AskForTransfer = _nobody_asks
        """How a transfer is asked for; given by whoever makes them."""
        self.wishes: list[TransferWish] = []
        """Transfers that are on their way."""
        self._owners: dict[str, list[str]] = {}
        for agent in self.agents.values():
            for function in declared_names(agent.setup.tools or ()):
                self._owners.setdefault(function, []).append(agent.name)

    def owners(self, function: str) -> list[str]:
        """The agents who have a function, if the one who speaks has not; none also for a function that nobody has."""
        owners = self._owners.get(function, [])
        return [] if self.current.name in owners else owners


def _nobody_asks(target: str, _reason: str, _scope: CallScope | None) -> trio.Event | None:
    raise RuntimeError(f"a transfer to {target!r} was asked for before there was anybody to make it")
