from __future__ import annotations

import json
from typing import Any

import pytest

from trio_live import ConfigError, Platform
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay._connections import connections_of, platform_of


def entries(*told: tuple[WireDirection, Any]) -> list[WireEntry]:
    return [
        WireEntry(number, direction, number, frame if isinstance(frame, bytes) else json.dumps(frame).encode())
        for number, (direction, frame) in enumerate(told, 1)
    ]


OUT, IN, CLOSE = WireDirection.OUT, WireDirection.IN, WireDirection.CLOSE
SETUP: tuple[WireDirection, Any] = (OUT, {"setup": {"model": "models/m"}})
ACCEPTED: tuple[WireDirection, Any] = (IN, {"setupComplete": {}})


def test_a_connection_begins_with_its_setup_or_after_an_end() -> None:
    found = connections_of(
        entries(
            SETUP, ACCEPTED, (OUT, {"x": 1}), (CLOSE, b"1006 cut"), SETUP, ACCEPTED, SETUP, (OUT, b"\xff"), ACCEPTED
        )
    )
    assert [(len(each.outgoing), len(each.incoming)) for each in found] == [(2, 1), (1, 1), (2, 1)]
    assert found[0].end is not None
    assert not found[0].ended_here
    assert found[1].end is None
    assert found[0].setup == {"model": "models/m"}


def test_an_end_by_this_side_is_told_from_others() -> None:
    (found,) = connections_of(entries(ACCEPTED, (CLOSE, b"1000 closed by this side")))
    assert found.ended_here
    assert found.setup == {}


@pytest.mark.parametrize("told", [(), (SETUP,), ((CLOSE, b"1000"),)])
def test_without_a_frame_of_a_server_there_is_nothing_to_replay(told: tuple[tuple[WireDirection, Any], ...]) -> None:
    with pytest.raises(ConfigError, match="nothing of a server"):
        connections_of(entries(*told))


@pytest.mark.parametrize(
    ("model", "platform"),
    [
        ("models/m", Platform.GOOGLE_AI),
        ("projects/p/locations/l/publishers/google/models/m", Platform.VERTEX),
        ("publishers/google/models/m", Platform.VERTEX),
    ],
)
def test_the_dialect_is_known_by_the_model(model: str, platform: Platform) -> None:
    assert platform_of(connections_of(entries((OUT, {"setup": {"model": model}}), ACCEPTED))) is platform
