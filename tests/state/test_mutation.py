from __future__ import annotations

import pytest

from trio_live.state import ABSENT, Mutation, MutationOrigin


def test_origins_are_spelled_in_snake_case() -> None:
    assert [str(origin) for origin in MutationOrigin] == ["set", "set_committed", "remove", "clear_prefix", "commit"]


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation(1, "k", ABSENT, None, MutationOrigin.SET, 1.5, delta=False),
        Mutation(2, "k", {"a": [1]}, ABSENT, MutationOrigin.COMMIT, None, delta=True),
    ],
)
def test_a_mutation_survives_its_json_spelling(mutation: Mutation) -> None:
    assert Mutation.from_json(mutation.to_json()) == mutation


def test_the_json_spelling_tells_absent_from_null() -> None:
    mutation = Mutation(1, "k", ABSENT, None, MutationOrigin.SET_COMMITTED, 12.3456, delta=False)
    assert mutation.to_json() == {
        "sequence": 1,
        "key": "k",
        "new": None,
        "origin": "set_committed",
        "timestamp_ms": 12346,
        "delta": False,
    }
