"""Routes on a port, over real sockets."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trustme
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.web.pages import browse, fetch
from trio_live import ConfigError
from trio_live._typing import JsonObject
from trio_live.web._site._gate import Gate
from trio_live.web._site._routes import SECURITY, Routes, StaticFile
from trio_live.web._site._serving import LEAVE_WITHIN, ServedSite, open_site
from trio_live.web._site._socket import MOST_BYTES, PageClose, PageSocket, SocketGone

pytestmark = pytest.mark.usefixtures("_quiet")


@pytest.fixture
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "trio_live.web")


async def echo(socket: PageSocket, hello: JsonObject) -> None:
    while True:
        await socket.send(await socket.receive())


ROUTES = Routes(files={"": StaticFile(b"page", "text/html")}, sockets={"call": echo})


@asynccontextmanager
async def site(gate: Gate | None = None, routes: Routes = ROUTES) -> AsyncGenerator[ServedSite, None]:
    with trio.fail_after(20):
        async with open_site(routes, gate=gate) as served:
            yield served


async def test_a_file_comes_with_its_headers() -> None:
    async with site() as served:
        status, headers, body = await fetch(served.url)
        assert (status, body) == (200, b"page")
        assert {name.lower(): text.lower() for name, text in SECURITY.items()}.items() <= headers.items()
        assert (headers["content-type"], headers["content-length"], headers["connection"]) == (
            "text/html",
            "4",
            "close",
        )
        assert "server" not in headers


@pytest.mark.parametrize(
    ("path", "method", "status"), [("?a=1", "GET", 200), ("x", "GET", 404), ("call", "GET", 426), ("", "HEAD", 200)]
)
async def test_other_requests_are_answered(path: str, method: str, status: int) -> None:
    async with site() as served:
        answered, _, body = await fetch(served.url, path, method=method)
        assert answered == status
        assert (method == "HEAD") is (not body)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"X_Forwarded_For": "203.0.113.9"}],
    ids=["by a foreign name", "through a proxy"],
)
async def test_who_may_not_come_in_is_told(headers: dict[str, Any]) -> None:
    async with site() as served:
        status, _, body = await fetch(served.url, **headers)
        assert status == 403
        assert body.startswith(b"Only this machine may use this page")


async def test_over_tls_the_page_and_its_socket_are_served_and_plain_text_is_not() -> None:
    authority = trustme.CA()
    ours, theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(ours)
    authority.configure_trust(theirs)
    with trio.fail_after(20):
        async with open_site(ROUTES, ssl_context=ours) as served:
            assert served.url.startswith("https://127.0.0.1:")
            status, _, body = await fetch(served.url, tls=theirs)
            assert (status, body) == (200, b"page")
            origin = served.url.rstrip("/")
            async with browse(served.url, tls=theirs, origin=origin) as browser:  # "http" → "ws": this is wss
                await browser.say("text", text="over TLS")
                assert (await browser.until("text"))["text"] == "over TLS"
            with pytest.raises(trio.BrokenResourceError):  # it trusts nobody of ours
                async with browse(served.url, tls=ssl.create_default_context()):
                    pass
            with pytest.raises((InvalidMessage, OSError, EOFError)):
                async with browse(served.url.replace("https", "http")):
                    pass
            assert (await fetch(served.url, tls=theirs))[0] == 200  # who came in plain text has broken nothing


async def test_a_socket_speaks_both_ways() -> None:
    async with site() as served, browse(served.url) as browser:
        await browser.socket.send("a")
        assert await browser.socket.recv() == "a"
        await browser.socket.send(b"\0\1")
        assert await browser.socket.recv() == b"\0\1"


async def test_a_foreign_page_gets_no_socket() -> None:
    async with site() as served:
        with pytest.raises(InvalidStatus) as caught:
            async with browse(served.url, origin="https://evil.example"):
                pytest.fail("it was let in")
        assert caught.value.response.status_code == 403
        async with browse(served.url, origin=served.url.rstrip("/")) as browser:
            await browser.socket.send("a")
            assert await browser.socket.recv() == "a"


async def test_two_origins_are_as_good_as_a_foreign_one() -> None:
    async with site() as served:
        ours = served.url.rstrip("/")
        with pytest.raises(InvalidStatus) as caught:
            async with browse(served.url, origin=(ours, "https://evil.example")):
                pytest.fail("it was let in")
        assert caught.value.response.status_code == 403


@pytest.mark.parametrize("token", [None, "another"])
async def test_a_wrong_token_is_told(token: str | None) -> None:
    async with site(Gate(token="a-secret")) as served:
        async with browse(served.url, token=token) as browser:
            assert await browser.end() == (
                PageClose.TOKEN,
                "this address needs a token, and the page does not know it",
            )
        async with browse(served.url, token="a-secret") as browser:
            await browser.socket.send("a")
            assert await browser.socket.recv() == "a"


async def test_garbage_instead_of_a_request_is_closed() -> None:
    async with site() as served:
        stream = await trio.open_tcp_stream("127.0.0.1", served.port)
        async with stream:
            await stream.send_all(b"\x16\x03\x01 nonsense\r\n\r\n")
            answer = b""
            while data := await stream.receive_some():
                answer += data
        assert b" 200 " not in answer
        assert (await fetch(served.url))[0] == 200


async def test_a_message_that_is_too_long_closes_its_socket_only() -> None:
    async with site() as served, browse(served.url) as other:
        async with browse(served.url) as browser:
            await browser.socket.send(bytes(MOST_BYTES + 1))
            assert (await browser.end())[0] == 1009
        await other.socket.send("a")
        assert await other.socket.recv() == "a"


async def test_a_handler_may_outlive_its_socket_and_ends_with_the_site() -> None:
    ended: list[str] = []
    gone = trio.Event()

    async def stay(socket: PageSocket, hello: JsonObject) -> None:
        try:
            with pytest.raises(SocketGone):
                await socket.receive()
            gone.set()
            await trio.sleep_forever()
        finally:
            ended.append("ended")

    async with site(routes=Routes(sockets={"call": stay})) as served:
        async with browse(served.url):
            pass
        await gone.wait()
        assert ended == []
    assert ended == ["ended"]


async def test_leaving_tells_the_pages_that_are_there() -> None:
    async with trio.open_nursery() as nursery:
        ends: list[tuple[int, str]] = []

        async def look(url: str, task_status: trio.TaskStatus[None]) -> None:
            async with browse(url) as browser:
                await browser.socket.send("a")
                await browser.socket.recv()
                task_status.started()
                ends.append(await browser.end())

        async with site() as served:
            await nursery.start(look, served.url)
    assert ends == [(PageClose.LEAVING, "the server is leaving")]


async def test_leaving_does_not_wait_for_a_page_that_does_nothing() -> None:
    async with trio.open_nursery() as nursery:
        async with site() as served:
            stream = await trio.open_tcp_stream("127.0.0.1", served.port)
            nursery.start_soon(stream.send_all, b"GET /")
        await stream.aclose()


async def test_the_blocks_own_error_comes_out_alone() -> None:
    with pytest.raises(ZeroDivisionError):
        async with site():
            raise ZeroDivisionError


async def test_cancelled_it_closes_everything_and_says_goodbye() -> None:
    async with trio.open_nursery() as nursery:
        ends: list[tuple[int, str]] = []

        async def look(url: str, task_status: trio.TaskStatus[None]) -> None:
            async with browse(url) as browser:
                await browser.socket.send("a")
                await browser.socket.recv()
                task_status.started()
                ends.append(await browser.end())

        with trio.CancelScope() as scope:
            async with site() as served:
                await nursery.start(look, served.url)
                began = trio.current_time()
                scope.cancel()
                await trio.sleep_forever()
    assert scope.cancelled_caught
    assert ends == [(PageClose.LEAVING, "the server is leaving")]
    assert trio.current_time() - began < LEAVE_WITHIN
    with pytest.raises(OSError, match="all attempts to connect"):
        await trio.open_tcp_stream("127.0.0.1", served.port)


async def test_an_address_that_others_reach_needs_an_open_gate() -> None:
    with pytest.raises(ConfigError, match="others could reach"):
        async with open_site(ROUTES, host="0.0.0.0"):  # noqa: S104
            pytest.fail("it was opened")
    gate = Gate(token="a-secret", origins=("https://example.org",))
    async with open_site(ROUTES, gate=gate, host="0.0.0.0") as served:  # noqa: S104
        assert served.port


async def test_a_port_that_is_taken_is_told() -> None:
    async with site() as served:
        with pytest.raises(OSError, match=r"in use"):
            async with open_site(ROUTES, port=served.port):
                pytest.fail("it was opened")
