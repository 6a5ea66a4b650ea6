from __future__ import annotations

from typing import Any

import pytest

from trio_live.state import ABSENT, Evidence, Mutation, MutationOrigin
from trio_live.state._evidence import weigh

NEWEST = Mutation(7, "k", ABSENT, 1, MutationOrigin.SET, None, delta=False)


def test_all_pieces_are_put_together() -> None:
    evidence = weigh("k", 1, {"source": "extraction", "confidence": 0.5, "field": "f"}, NEWEST)
    assert evidence == Evidence("k", True, 1, "extraction", 0.5, 7, MutationOrigin.SET)


def test_missing_pieces_are_none() -> None:
    assert weigh("k", ABSENT, ABSENT, None) == Evidence("k", False, None, None, None, None, None)


@pytest.mark.parametrize(
    ("meta", "source", "confidence"),
    [
        ("extraction", None, None),
        (None, None, None),
        ({"source": 1, "confidence": "high"}, None, None),
        ({"source": "llm", "confidence": True}, "llm", None),
        ({"confidence": 1.1}, None, None),
        ({"confidence": -0.1}, None, None),
        ({"confidence": 1}, None, 1.0),
    ],
)
def test_provenance_in_another_shape_counts_as_unknown(meta: Any, source: str | None, confidence: float | None) -> None:
    evidence = weigh("k", None, meta, None)
    assert (evidence.present, evidence.source, evidence.confidence) == (True, source, confidence)
