from __future__ import annotations

import pytest

from trio_live.conversation import SessionType
from trio_live.conversation._internal import LIMITS


def test_every_type_has_a_limit() -> None:
    assert set(LIMITS) == set(SessionType)


@pytest.mark.parametrize(
    ("kind", "value", "limit_ms"),
    [(SessionType.AUDIO_ONLY, "audio_only", 900_000), (SessionType.AUDIO_VIDEO, "audio_video", 120_000)],
)
def test_the_documented_budgets(kind: SessionType, value: str, limit_ms: int) -> None:
    assert (kind.value, kind.limit_ms, kind.limit * 1000) == (value, limit_ms, limit_ms)
