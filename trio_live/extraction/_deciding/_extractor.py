"""What an extractor is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, Final

from trio_live._callables import async_problem, is_async
from trio_live._typing import Json, Seconds
from trio_live.conversation import TranscriptWindow
from trio_live.extraction._deciding._promotion import RESERVED, FieldPromotion
from trio_live.extraction._deciding._triggers import (
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    Interval,
    OnGenerationComplete,
    OnPhaseChange,
)

DEFAULT_WINDOW: Final = 3
"""Turns an extractor sees: a question, its answer, and a correction."""

DEFAULT_TIMEOUT: Final[Seconds] = 10.0
"""How long one run may take. Guards of the same turn wait for it, and a caller who has been waiting for longer than
that believes that the line is dead."""


class TurnExtractor(ABC):
    """Finds facts in what was said. Derive from it, name it, and say how.

    Extractors that are due at the same time run at the same time. When all of them have ended, each in its order of
    registration is merged: the result is stored under the extractor's name, then its fields, as the promotion rules
    say. One that raises, takes too long or returns what is not JSON changes nothing and disturbs no other one.
    """

    name: str
    """What it is called; also the key its whole result is stored under."""
    window_size: int = DEFAULT_WINDOW
    """How many of the last turns it is given."""
    trigger: ExtractionTrigger = EveryTurn()
    """When it runs."""
    promotion_rules: tuple[FieldPromotion, ...] = ()
    """What becomes of the fields of a result that is an object; without a rule every one is stored under its name."""
    timeout: Seconds | None = DEFAULT_TIMEOUT
    """How long one run may take; ``None`` for as long as it likes, which may keep a turn from ever ending."""

    def should_extract(self, window: TranscriptWindow) -> bool:  # noqa: ARG002 - for those who derive
        """Whether a look is worth its cost.

        Args:
            window: the last `window_size` turns; never empty.
        """
        return True

    async def warm_up(self) -> None:  # noqa: B027 - most need none
        """Make the first run quick; called once, when the session begins, beside everything else.

        Cancellation: the session ended.
        """

    @abstractmethod
    async def extract(self, window: TranscriptWindow) -> Json:
        """Find out.

        Args:
            window: the last `window_size` turns; never empty.

        Returns:
            a JSON value: an object whose fields are the facts, or anything else, which is stored whole.

        Raises:
            Exception: nothing could be found out; told as an `events.ExtractionError`.

        Cancellation: the session ended, or the time was up.
        """
        raise NotImplementedError


TRIGGERS: Final = (EveryTurn, Interval, AfterToolCall, OnPhaseChange, OnGenerationComplete)


def extractor_problems(extractors: Iterable[Any]) -> Iterator[str]:
    """A sentence for each reason why these extractors cannot work together."""
    names: set[str] = set()
    for extractor in extractors:
        if not isinstance(extractor, TurnExtractor):
            yield f"{extractor!r} is no extractor; derive its class from TurnExtractor"
            continue
        yield from _problems(extractor)
        name = getattr(extractor, "name", None)
        if isinstance(name, str):
            if name in names:
                yield f"two extractors are called {name!r}, and would overwrite each other's results"
            names.add(name)


def _problems(extractor: Any) -> Iterator[str]:
    name = getattr(extractor, "name", None)
    where = f"the extractor {name!r}" if name else f"an extractor of the class {type(extractor).__name__}"
    if not isinstance(name, str) or not name:
        yield f"{where} needs a name, under which its result is stored"
    elif name.startswith(RESERVED):
        yield f"{where} must not be called by a reserved family of keys ({name.partition(':')[0]}:)"
    if type(extractor.window_size) is not int or extractor.window_size < 1:
        yield f"{where}: window_size is a number of turns, at least 1, not {extractor.window_size!r}"
    if not isinstance(extractor.trigger, TRIGGERS):
        yield f"{where}: {extractor.trigger!r} is no trigger; take one of {', '.join(kind.__name__ for kind in TRIGGERS)}"
    timeout = extractor.timeout
    if timeout is not None and (type(timeout) not in (int, float) or not 0 < timeout < float("inf")):
        yield f"{where}: timeout is a number of seconds above 0, or None, not {timeout!r}"
    if not is_async(extractor.extract):
        yield f"{where}: extract must be an async function"
    if problem := async_problem(extractor.should_extract, f"{where}: should_extract"):
        yield problem
    for rule in extractor.promotion_rules:
        if isinstance(rule, FieldPromotion):
            yield from rule.problems(where)
        else:
            yield f"{where}: {rule!r} is no FieldPromotion"
