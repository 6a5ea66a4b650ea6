from __future__ import annotations

import re

import pytest

from trio_live.emulator._service._dialect import CallIds
from trio_live.emulator._service._ids import IdSource


@pytest.mark.parametrize(
    ("form", "pattern"),
    [(CallIds.WORDY, r"function-call-\d{19}"), (CallIds.SHORT, r"fc_\d{19}"), (CallIds.UUID, r"[0-9a-f-]{36}")],
)
def test_call_ids_look_like_the_servers(form: CallIds, pattern: str) -> None:
    assert re.fullmatch(pattern, IdSource().call_id(form))


def test_names_differ_within_and_between_emulators() -> None:
    one, other = IdSource(), IdSource()
    assert len({ids.unique() for ids in (one, other) for _ in range(100)}) == 200


def test_the_same_seed_gives_the_same_names() -> None:
    assert IdSource("seed").unique() == IdSource("seed").unique()
