"""What a session tells whoever draws its spans. Who that is stands above; without anybody it costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

from trio_live._typing import Json, Seconds
from trio_live.wire import FunctionCall
from trio_live.wire_events._internal import Passed


class Answering(Protocol):
    """Is told what came of some function calls."""

    def answered(self, call: FunctionCall, result: Json, error: str | None = None) -> None:
        """A call has an answer; ``error`` is the kind of a failure."""


class Tracing(Protocol):
    """Draws the spans of one session."""

    def begin(self, catch_up: Callable[[], None]) -> None:
        """The session is put together; ``catch_up`` has everything observed that was routed so far."""

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """Sees events, in their order, each with the instant in which it was routed."""

    def tools(self, calls: Sequence[FunctionCall]) -> AbstractContextManager[Answering]:
        """Around what answers some calls."""

    def extraction(self, name: str) -> AbstractContextManager[object]:
        """Around a look of an extractor."""

    def doing(self, what: str, name: str) -> AbstractContextManager[object]:
        """Around something small: a ``step`` of the end of a turn, an ``effect`` of a rule."""

    def dialled(self, generation: int) -> None:
        """A connection is about to be made."""

    def connected(self) -> None:
        """The server has accepted it."""

    def lost(self, reason: str, code: int | None) -> None:
        """It has ended; without a code this side left it."""


class _Nobody:
    """Draws nothing."""

    def begin(self, catch_up: Callable[[], None]) -> None:  # noqa: ARG002  # nobody looks
        return

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:  # noqa: ARG002  # nobody looks
        return

    def tools(self, calls: Sequence[FunctionCall]) -> AbstractContextManager[Answering]:  # noqa: ARG002  # nobody looks
        return _NOTHING

    def extraction(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002  # nobody looks
        return _NOTHING

    def doing(self, what: str, name: str) -> AbstractContextManager[object]:  # noqa: ARG002  # nobody looks
        return _NOTHING

    def dialled(self, generation: int) -> None:  # noqa: ARG002  # nobody looks
        return

    def connected(self) -> None:
        return

    def lost(self, reason: str, code: int | None) -> None:  # noqa: ARG002  # nobody looks
        return

    def answered(self, call: FunctionCall, result: Json, error: str | None = None) -> None:  # noqa: ARG002  # nobody looks
        return


NO_TRACING: Final = _Nobody()
_NOTHING: Final = nullcontext(NO_TRACING)
