from __future__ import annotations

import pytest

from trio_live.emulator._service import CLOSE_REASONS, MOST_REASON_BYTES


@pytest.mark.parametrize("name", CLOSE_REASONS)
def test_every_close_fits_into_a_frame(name: str) -> None:
    assert len(CLOSE_REASONS[name].reason.encode()) <= MOST_REASON_BYTES
    assert CLOSE_REASONS[name].meaning
