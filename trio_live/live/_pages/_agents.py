"""Several agents in one call."""

from __future__ import annotations

from typing import Self

import attrs

from trio_live.live import _checks as check
from trio_live.live._pages._base import DeclaredAgent, Page


class AgentPage(Page):
    """Who may speak."""

    def agent(self, name: str, live: Page, description: str = "") -> Self:
        """Declare an agent of the call. The first one begins, and each may hand over to any other.

        A whole builder is the agent: its instruction, its tools, its phases and what governs them, and its voice. Its
        instruction comes behind this builder's, which stands for all of them, and so do this builder's tools. Model,
        callbacks, extractors, State and the like belong to the call, and are mistakes in an agent.

        The model hands over by the function ``transfer_to``, which is declared for it; the program by
        `LiveHandle.transfer_to`. Told by `on_transfer` and `events.AgentTransfer`; ``session:agent`` says who speaks.

        Args:
            name: of the agent.
            live: its builder.
            description: what it is for, for the model to choose by.

        Raises:
            TypeError: ``live`` is no builder, or a text is no string.
            ValueError: the name is empty.
        """
        chosen = check.instance("live", live, Page)
        declared = DeclaredAgent(
            check.text("agent name", name), chosen.spec, check.text("description", description, empty=True)
        )
        return self._with(attrs.evolve(self.spec, agents=(*self.spec.agents, declared)))
