"""The wire specification's own frames, all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.frames import EXAMPLES, Example, canonical, client, server, written
from trio_live.errors import RemoteProtocolError
from trio_live.wire import ServerMessage

ACCEPTED = [row for row in EXAMPLES if row.direction == "client" and row.expect_close is None]
REFUSED = [row for row in EXAMPLES if row.expect_close is not None]
SERVER = [row for row in EXAMPLES if row.direction == "server"]

LOST_ON_PURPOSE: dict[str, dict[str, Any]] = {
    "ODD: unknown field inside a known message": {"serverContent": {"turnComplete": True}},
    "ODD: unknown message": {},
}
"""What is left of a frame that holds more than anybody knows."""


def test_the_examples_are_all_there() -> None:
    assert (len(ACCEPTED), len(REFUSED), len(SERVER)) == (43, 2, 64)


@pytest.mark.parametrize("row", ACCEPTED, ids=str)
@pytest.mark.parametrize("strict", [False, True])
def test_a_client_frame_is_written_back_in_its_one_spelling(row: Example, *, strict: bool) -> None:
    assert written(client(row.frame, strict=strict)) == canonical(row.frame)


@pytest.mark.parametrize("row", REFUSED, ids=str)
def test_a_server_refuses_what_google_refuses(row: Example) -> None:
    client(row.frame)
    with pytest.raises(RemoteProtocolError):
        client(row.frame, strict=True)


@pytest.mark.parametrize("row", SERVER, ids=str)
def test_nothing_known_is_lost_from_a_server_frame(row: Example) -> None:
    message = server(row.frame)
    assert message.problems is None
    assert written(message) == LOST_ON_PURPOSE.get(row.note, canonical(row.frame))


@pytest.mark.parametrize("row", SERVER, ids=str)
def test_something_is_recognised_in_every_server_frame(row: Example) -> None:
    message = server(row.frame)
    assert message != ServerMessage()
    assert (message.unknown is not None) == (row.note == "ODD: unknown message")
