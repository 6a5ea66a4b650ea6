"""Whether a server is reached, over real sockets of this machine; and what its clock comes to."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from email.utils import formatdate

import pytest
import trio

from tests.cancellation import cancel_everywhere
from trio_live.cli._doctor._findings import Status
from trio_live.cli._doctor._network import NotReached, Reached, look_at_clock, look_at_server, reach

Serve = Callable[[trio.SocketStream], Awaitable[None]]


async def reached(serve: Serve, within: float = 5) -> Reached | NotReached:
    """What comes of asking a server that does this with each connection."""
    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        port = listener.socket.getsockname()[1]
        nursery.start_soon(trio.serve_listeners, serve, [listener])
        found = await reach(f"ws://127.0.0.1:{port}/ws/service", within)
        nursery.cancel_scope.cancel()
    return found


def saying(*lines: str) -> Serve:
    async def serve(stream: trio.SocketStream) -> None:
        await stream.receive_some(1000)
        await stream.send_all("\r\n".join([*lines, "", ""]).encode())

    return serve


async def test_any_answer_will_do_and_its_date_is_read() -> None:
    found = await reached(saying("HTTP/1.1 404 Not Found", f"Date: {formatdate(1_700_000_000, usegmt=True)}"))
    assert isinstance(found, Reached)
    assert (found.host, found.status, found.date) == ("127.0.0.1", 404, 1_700_000_000)
    finding = look_at_server(found, is_needed=True)
    assert finding.status is Status.OK
    assert finding.found.startswith("127.0.0.1 answers in ")


@pytest.mark.parametrize("header", ["Server: x", "Date: yesterday"])
async def test_without_a_date_nothing_is_known_of_the_clock(header: str) -> None:
    found = await reached(saying("HTTP/1.1 200 OK", header))
    assert isinstance(found, Reached)
    assert found.date is None
    assert look_at_clock(found, 5).found.startswith("nobody was asked")


async def silent(stream: trio.SocketStream) -> None:
    await trio.sleep_forever()


async def hangs_up(stream: trio.SocketStream) -> None:
    await stream.receive_some(1000)


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (silent, "no answer within 0.2 s"),
        (hangs_up, "it hung up without an answer"),
        (saying("nonsense"), "it does not answer as a server of the web"),
    ],
    ids=["silent", "hangs up", "speaks something else"],
)
async def test_why_a_server_is_not_reached(serve: Serve, why: str) -> None:
    found = await reached(serve, within=0.2)
    assert isinstance(found, NotReached)
    assert why in found.why


async def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:  # bound, and deaf
        taken.bind(("127.0.0.1", 0))
        found = await reach(f"ws://127.0.0.1:{taken.getsockname()[1]}", 5)
    assert isinstance(found, NotReached)
    assert "refused" in found.why


async def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(trio, "open_ssl_over_tcp_stream", unknown)
    found = await reach("wss://nowhere.example", 5)
    assert found == NotReached(
        "nowhere.example", "its name is not known here", "is there a network, and a name server?"
    )


def test_without_a_credential_nobody_needs_the_server() -> None:
    away = NotReached("example.org", "no answer within 5 s")
    assert look_at_server(away, is_needed=True).status is Status.PROBLEM
    offline = look_at_server(away, is_needed=False)
    assert offline.status is Status.WARNING
    assert "emulator" in offline.advice


@pytest.mark.parametrize(
    ("skew", "status", "words"),
    [
        (0, Status.OK, "right"),
        (4, Status.OK, "right"),
        (12, Status.WARNING, "12 s fast"),
        (-12, Status.WARNING, "12 s slow"),
        (3600, Status.PROBLEM, "3600 s fast"),
    ],
)
def test_the_clock(skew: float, status: Status, words: str) -> None:
    answered = Reached("example.org", 0.2, 200, 1_700_000_000)
    finding = look_at_clock(answered, 1_700_000_000 + 0.6 + skew)
    assert finding.status is status
    assert words in finding.found


async def test_cancelled_it_leaves_no_socket() -> None:
    assert await cancel_everywhere(lambda: reached(saying("HTTP/1.1 200 OK"))) > 3
