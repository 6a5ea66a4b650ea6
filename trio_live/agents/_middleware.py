"""What stands around text agents, their models and their tools."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import attrs

from trio_live.agents._events import AgentEvent
from trio_live.errors import AgentError
from trio_live.llm import LlmRequest, LlmResponse
from trio_live.state import State
from trio_live.tools import ToolMiddleware


@attrs.frozen(eq=False)
class AgentRun:
    """One run of one agent."""

    agent: str
    """Its name."""
    state: State = attrs.field(repr=False)
    """What it works on."""


class AgentMiddleware(ToolMiddleware):
    """Sees what text agents do, and may change it. To be subclassed; each method does nothing by itself.

    It stands around whatever runs inside of the agent it was given to: agents inside of agents, their models, their
    tools. ``before_…`` go in the order of the layers, ``after_…`` the other way round. Whoever's ``before_…`` has returned
    is told of the end by exactly one of ``after_…``, ``on_…error`` and ``on_cancelled``. What a hook raises fails what it
    stands around.
    """

    @property
    def acts_on(self) -> frozenset[str]:
        """What it does anything about: ``agents``, ``models``, ``tools``."""
        return frozenset(
            what
            for what, hooks in _HOOKS.items()
            if any(getattr(type(self), hook) is not getattr(AgentMiddleware, hook) for hook in hooks)
        )

    # -- agents ---------------------------------------------------------------------------------------------------

    async def before_agent(self, run: AgentRun) -> None:
        """An agent is about to run.

        Raises:
            Exception: it does not run, and fails with this.

        Cancellation: it does not run.
        """

    async def around_agent(self, run: AgentRun, proceed: Callable[[], Awaitable[str]]) -> str:  # noqa: ARG002
        """Run the agent; to be overridden by what limits it.

        Args:
            run: which one, and on what.
            proceed: runs it.

        Cancellation: the agent is cancelled.
        """
        return await proceed()

    async def after_agent(self, run: AgentRun, output: str) -> None:
        """An agent has a result: ``output``, of this ``run``.

        Raises:
            Exception: the agent fails with this.

        Cancellation: the result is dropped.
        """

    async def on_error(self, run: AgentRun, error: AgentError) -> None:
        """An agent has failed in this ``run``. What this raises is logged, and changes nothing.

        Cancellation: the error is dropped.
        """

    async def on_event(self, event: AgentEvent) -> None:
        """Something has happened to an agent.

        Raises:
            Exception: the agent fails with this.

        Cancellation: as the agent's.
        """

    def on_cancelled(self, what: AgentRun | LlmRequest) -> None:
        """``what`` was cancelled after its ``before_…``, a run or a question to a model. Plain: nothing can be awaited now."""

    # -- models ---------------------------------------------------------------------------------------------------

    async def before_model(self, request: LlmRequest) -> LlmResponse | None:  # noqa: ARG002  # for subclasses
        """A model is about to be asked.

        Returns:
            An answer, and the model is not asked; ``None``, and it is.

        Raises:
            Exception: the model is not asked, and the question fails with this.

        Cancellation: the model is not asked.
        """
        return None

    async def around_model(
        self, request: LlmRequest, ask: Callable[[LlmRequest], Awaitable[LlmResponse]]
    ) -> LlmResponse:
        """Ask the model; to be overridden by what asks again, asks another one, or asks for a limited time.

        Args:
            request: the question.
            ask: asks it, with what stands further inside.

        Cancellation: the question is withdrawn.
        """
        return await ask(request)

    async def after_model(self, request: LlmRequest, response: LlmResponse) -> LlmResponse | None:  # noqa: ARG002
        """There is an answer: the model's, or one that `before_model` gave. Every layer sees it.

        Returns:
            Another answer in its place, which the layers further out see; ``None`` to leave it.

        Raises:
            Exception: the question fails with this.

        Cancellation: the answer is dropped.
        """
        return None

    async def check_model(self, request: LlmRequest, response: LlmResponse) -> None:
        """Judge the answer as it will be given out, after every layer's `after_model`. No layer can be passed by.

        Raises:
            Exception: the question fails with this.

        Cancellation: the answer is dropped.
        """

    async def on_model_error(self, request: LlmRequest, error: Exception) -> None:
        """There is no answer. What this raises is logged, and changes nothing.

        Cancellation: the error is dropped.
        """


_HOOKS: Final = {
    "agents": ("before_agent", "around_agent", "after_agent", "on_error", "on_event"),
    "models": ("before_model", "around_model", "after_model", "check_model", "on_model_error"),
    "tools": ("before_tool", "around_tool", "after_tool", "on_tool_error"),
}
"""What a layer stands around → its hooks there."""
