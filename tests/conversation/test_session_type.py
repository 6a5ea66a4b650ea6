from __future__ import annotations

import attrs
import pytest

from trio_live.conversation import SessionType
from trio_live.wire import UNKNOWN_MODEL, Platform

LASTING = attrs.evolve(
    UNKNOWN_MODEL[Platform.GOOGLE_AI], session_limit=900.0, video_session_limit=120.0, connection_limit=600.0
)


@pytest.mark.parametrize(
    ("kind", "value", "by_context"),
    [(SessionType.AUDIO_ONLY, "audio_only", 900.0), (SessionType.AUDIO_VIDEO, "audio_video", 120.0)],
)
def test_a_session_lasts_as_long_as_its_context(kind: SessionType, value: str, by_context: float) -> None:
    assert kind.value == value
    assert kind.limit(attrs.evolve(LASTING, connection_limit=3600.0)) == by_context


def test_no_session_lasts_longer_than_its_connection() -> None:
    assert SessionType.AUDIO_ONLY.limit(LASTING) == 600.0
    assert SessionType.AUDIO_VIDEO.limit(LASTING) == 120.0
