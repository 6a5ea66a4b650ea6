"""Which library carries the frames, and that it is loaded only where it is dialled with."""

from __future__ import annotations

import pytest

from tests.processes import finish_code
from tests.transport.servers import KEY, echo, open_server, talking
from trio_live.transport import GoogleAI, TransportKind, WebSocketTransport, dial_websocket
from trio_live.transport._lean import LeanTransport


async def test_the_lean_transport_is_dialled_unless_another_is_asked_for() -> None:
    async with open_server(talking(echo)) as url, dial_websocket(GoogleAI(KEY, base_url=url))() as transport:
        assert isinstance(transport, LeanTransport)


@pytest.mark.parametrize(
    ("kind", "carrier"),
    [(TransportKind.LEAN, LeanTransport), (TransportKind.TRIO_WEBSOCKET, WebSocketTransport)],
)
async def test_each_kind_has_its_carrier(kind: TransportKind, carrier: type) -> None:
    async with open_server(talking(echo)) as url, dial_websocket(GoogleAI(KEY, base_url=url), kind=kind)() as transport:
        assert type(transport) is carrier


def test_neither_library_is_imported_before_it_is_needed() -> None:
    code = "import sys, trio_live; print(sorted({'websockets', 'trio_websocket', 'wsproto'} & set(sys.modules)))"
    shown = finish_code(code)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.strip() == "[]"
