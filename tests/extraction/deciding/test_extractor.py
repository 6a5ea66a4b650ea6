"""What makes an extractor, and what keeps one from working."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extraction.samples import Fixed, window
from trio_live.extraction import FieldPromotion, TurnExtractor
from trio_live.extraction._deciding._extractor import extractor_problems


def test_an_extractor_needs_a_name_and_a_way_and_nothing_else() -> None:
    class Bare(TurnExtractor):
        name = "Bare"

        async def extract(self, window: object) -> object:
            return {}

    assert list(extractor_problems([Bare()])) == []
    assert Bare().should_extract(window("Hello")) is True
    assert (Bare.window_size, Bare.timeout) == (3, 10.0)


def broken(**changes: Any) -> Fixed:
    extractor = Fixed()
    for name, value in changes.items():
        setattr(extractor, name, value)
    return extractor


async def _later(_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("extractors", "words"),
    [
        ([Fixed("A"), Fixed("A")], "two extractors are called 'A'"),
        (["Order"], "derive its class from TurnExtractor"),
        ([broken(name="")], "needs a name"),
        ([broken(name="session:phase")], "reserved family of keys (session:)"),
        ([broken(window_size=0)], "window_size is a number of turns"),
        ([broken(window_size=True)], "window_size is a number of turns"),
        ([broken(trigger="always")], "'always' is no trigger; take one of EveryTurn"),
        ([broken(timeout=0)], "timeout is a number of seconds"),
        ([broken(timeout=float("nan"))], "timeout is a number of seconds"),
        ([broken(extract=lambda _: {})], "extract must be an async function"),
        ([broken(should_extract=_later)], "should_extract must be a plain function"),
        ([broken(promotion_rules=["name"])], "'name' is no FieldPromotion"),
        ([broken(promotion_rules=[FieldPromotion.overwrite("")])], "needs the name of a field"),
    ],
)
def test_extractors_that_cannot_work_say_why(extractors: list[Any], words: str) -> None:
    problems = list(extractor_problems(extractors))
    assert len(problems) == 1
    assert words in problems[0]
