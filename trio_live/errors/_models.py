"""What keeps a text model from answering, and an extractor from finding."""

from __future__ import annotations

import enum

from trio_live.errors._base import LiveError


class LlmErrorKind(enum.Enum):
    """What kept a text model from answering."""

    API = "the service failed"
    AUTH = "the credential was refused"
    RATE_LIMITED = "too many questions"
    TRANSPORT = "the service could not be reached"
    CONFIG = "the question cannot be asked like this"
    MODEL_NOT_AVAILABLE = "there is no such model"
    CONTENT_FILTERED = "the answer was kept back"
    OTHER = "it says itself"


class LlmError(LiveError):
    """A text model gave no answer."""

    def __init__(
        self,
        text: str,
        *,
        kind: LlmErrorKind = LlmErrorKind.OTHER,
        retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.text = text
        self.kind = kind
        """What kept the model from answering."""
        self.retryable = retryable
        """Whether the same question may be answered later."""
        self.status = status
        """The HTTP status; ``None`` when there was none."""
        self.retry_after = retry_after
        """Seconds after which the service wants to be asked again, where it said so."""
        super().__init__(text)

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.text}"


class ExtractionFailed(LiveError):
    """An extractor could not make sense of what it got. State is as it was."""

    def __init__(self, extractor: str, why: str) -> None:
        self.extractor = extractor
        self.why = why
        """What was wrong with it, in words."""
        super().__init__(extractor, why)

    def __str__(self) -> str:
        return f"the extractor {self.extractor!r}: {self.why}"
