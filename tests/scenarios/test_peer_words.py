"""What the server writes into closes and errors: it may repeat the key, and it may try to forge a line of the log."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
import trio

from tests.peer import Diary, builder
from trio_live import ConnectRejected, TransportKind
from trio_live.emulator import open_emulator
from trio_live.transport import Transport
from trio_live.wire import Platform

KEY = "AIzaSyVerySecret"
WORDS = f"bad key {KEY}\nERROR root: forged \x1b[2J"

Answer = Callable[[Transport], Awaitable[None]]


async def close(transport: Transport) -> None:
    await transport.aclose(1008, WORDS)  # type: ignore[call-arg]  # a server's transport can


async def complain(transport: Transport) -> None:
    error = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": WORDS}}
    await transport.send([json.dumps(error)])
    await trio.sleep_forever()


@pytest.mark.parametrize("kind", TransportKind)
@pytest.mark.parametrize("answer", [close, complain])
@pytest.mark.parametrize("accepts", [True, False])
async def test_a_key_that_the_server_repeats_reaches_nobody(
    answer: Answer, kind: TransportKind, caplog: pytest.LogCaptureFixture, *, accepts: bool
) -> None:
    caplog.set_level("DEBUG", "trio_live")

    async def handle(transport: Transport, _: Platform) -> None:
        await transport.receive()
        if accepts:
            await transport.send(['{"setupComplete": {}}'])
        await answer(transport)

    diary, told = Diary(), list[str]()
    live = builder().on_error(diary.anote("error")).on_disconnected(diary.anote("bye")).transport(kind)
    async with open_emulator(handler=handle) as emulator:
        with trio.fail_after(20):
            try:
                async with live.connect_google_ai(KEY, base_url=emulator.url) as session, session.events() as stream:
                    told += [str(event) async for event in stream]
                    assert session.ended is not None
                    told += [str(session.ended), repr(session.ended), json.dumps(session.state.to_dict())]
            except ConnectRejected as rejected:
                told += [str(rejected), rejected.reason, repr(rejected.__context__)]
    told += [str(entry) for entry in diary.entries]
    told += [record.getMessage() for record in caplog.records]
    assert any("bad key …" in words for words in told), told
    everything = "".join(told) + caplog.text
    assert KEY not in everything
    assert "\nERROR root" not in everything
    assert "\x1b" not in everything
