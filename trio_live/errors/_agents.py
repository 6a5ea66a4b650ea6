"""What keeps a text agent from its result."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from trio_live.errors._base import LiveError
from trio_live.errors._models import LlmError


class AgentErrorKind(enum.Enum):
    """What kept a text agent from its result."""

    FAILED = "it raised"
    MODEL = "its model gave no answer"
    TIMED_OUT = "it took too long"
    TOO_MANY_ROUNDS = "its model kept calling functions"
    EMPTY = "there was nobody to do it"
    REJECTED = "a guard rejected its answer"
    REFUSED = "a condition does not hold"
    SHAPE = "its answer has another shape"


class AgentError(LiveError):
    """A text agent has no result. Raised as it is through every agent around it; the original is its ``__cause__``."""

    kind: AgentErrorKind
    agent: str
    """The agent that failed, the innermost one."""
    violations: tuple[str, ...]
    """What guards said, each as ``name: reason``; empty for every other kind."""

    def __init__(
        self,
        text: str,
        *,
        kind: AgentErrorKind = AgentErrorKind.FAILED,
        agent: str = "",
        violations: Iterable[str] = (),
    ) -> None:
        self.text = text
        self.kind = kind
        self.agent = agent
        self.violations = tuple(violations)
        super().__init__(text)

    def __str__(self) -> str:
        return f"the agent {self.agent!r}: {self.text}" if self.agent else self.text

    @property
    def model_error(self) -> LlmError | None:
        """Why the model gave no answer, with its kind; ``None`` when it was something else."""
        return self.__cause__ if isinstance(self.__cause__, LlmError) else None

    @property
    def retryable(self) -> bool:
        """Whether the same work may succeed later."""
        return self.kind is AgentErrorKind.TIMED_OUT or (self.model_error is not None and self.model_error.retryable)
