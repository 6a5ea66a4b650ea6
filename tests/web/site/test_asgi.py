"""Routes as an ASGI application: under two servers that run on Trio, and by hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anycorn
import hypercorn
import hypercorn.trio
import pytest
import trio
from anycorn.config import Config as AnycornConfig
from websockets.exceptions import InvalidStatus

from tests.web.pages import HELLO, browse, fetch
from trio_live import ConfigError
from trio_live._typing import JsonObject
from trio_live.web._site._asgi import SiteApp
from trio_live.web._site._gate import Gate
from trio_live.web._site._routes import SECURITY, Routes, StaticFile
from trio_live.web._site._socket import PageClose, PageSocket, SocketGone


async def echo(socket: PageSocket, hello: JsonObject) -> None:
    while True:
        await socket.send(await socket.receive())


async def close(socket: PageSocket, hello: JsonObject) -> None:
    await socket.aclose(PageClose.OVER, "that call is over")
    await socket.aclose(PageClose.FAILED, "not told")
    for doing in (socket.receive(), socket.send("x")):
        with pytest.raises(SocketGone):
            await doing


ROUTES = Routes(files={"": StaticFile(b"page", "text/html")}, sockets={"call": echo, "close": close})


async def on_anycorn(app: Any, stop: trio.Event, task_status: trio.TaskStatus[str]) -> None:
    config = AnycornConfig()
    config.bind, config.graceful_timeout = ["127.0.0.1:0"], 1
    await _serve(anycorn.serve, app, config, stop, task_status)


async def on_hypercorn(app: Any, stop: trio.Event, task_status: trio.TaskStatus[str]) -> None:
    config = hypercorn.Config()
    config.bind, config.graceful_timeout = ["127.0.0.1:0"], 1
    await _serve(hypercorn.trio.serve, app, config, stop, task_status)


async def _serve(serve: Any, app: Any, config: Any, stop: trio.Event, task_status: trio.TaskStatus[str]) -> None:
    async with trio.open_nursery() as nursery:
        (bound,) = await nursery.start(_started, serve, app, config, stop)
        task_status.started(f"{bound}/")


async def _started(
    serve: Any, app: Any, config: Any, stop: trio.Event, *, task_status: trio.TaskStatus[list[str]]
) -> None:
    await serve(app, config, shutdown_trigger=stop.wait, task_status=task_status)


SERVERS = pytest.mark.parametrize("serve", [on_anycorn, on_hypercorn])


@asynccontextmanager
async def mounted(serve: Callable[..., Awaitable[None]], gate: Gate | None = None) -> AsyncGenerator[str, None]:
    stop = trio.Event()
    logging.getLogger(f"{serve.__name__[3:]}.error").setLevel(logging.CRITICAL)
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            yield await nursery.start(serve, SiteApp(ROUTES, gate), stop)
            stop.set()


@SERVERS
async def test_files_and_sockets_are_served(serve: Callable[..., Awaitable[None]]) -> None:
    async with mounted(serve) as url:
        status, headers, body = await fetch(url)
        assert (status, body) == (200, b"page")
        assert {name.lower(): text.lower() for name, text in SECURITY.items()}.items() <= headers.items()
        assert (await fetch(url, "nowhere"))[0] == 404
        async with browse(url) as browser:
            await browser.socket.send("a")
            assert await browser.socket.recv() == "a"
            await browser.socket.send(b"\0\1")
            assert await browser.socket.recv() == b"\0\1"


@SERVERS
async def test_who_may_not_come_in_gets_no_socket(serve: Callable[..., Awaitable[None]]) -> None:
    async with mounted(serve) as url:
        with pytest.raises(InvalidStatus) as caught:
            async with browse(url, origin="https://evil.example"):
                pytest.fail("it was let in")
        assert caught.value.response.status_code == 403
        assert (await fetch(url, Host="evil.example"))[0] == 403


@SERVERS
async def test_how_a_socket_is_closed_is_told(serve: Callable[..., Awaitable[None]]) -> None:
    async with mounted(serve, Gate(token="a-secret")) as url:
        async with browse(url, path="close", token="a-secret") as browser:
            assert await browser.end() == (PageClose.OVER, "that call is over")
        async with browse(url) as browser:
            assert (await browser.end())[0] == PageClose.TOKEN


# -- by hand ----------------------------------------------------------------------------------------------------------


class Server:
    """What an ASGI server gives to an application, and takes from it."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.waiting = list(events)
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        await trio.lowlevel.checkpoint()
        return self.waiting.pop(0)

    async def send(self, event: Any) -> None:
        await trio.lowlevel.checkpoint()
        self.sent.append(event)


def scope(kind: str, path: str, **more: Any) -> dict[str, Any]:
    headers = [(b"host", b"localhost")]
    return {"type": kind, "method": "GET", "path": path, "headers": headers, "client": ("127.0.0.1", 7), **more}


@pytest.mark.parametrize(("path", "root"), [("/app/", "/app"), ("/", ""), ("/", "/app"), ("/app/", "/app/")])
async def test_it_may_be_mounted_anywhere(path: str, root: str) -> None:
    server = Server()
    await SiteApp(ROUTES)(scope("http", path, root_path=root), server.receive, server.send)
    start, body = server.sent
    assert (start["status"], body["body"]) == (200, b"page")


async def test_a_folder_keeps_the_place_it_is_mounted_at() -> None:
    server = Server()
    app = SiteApp(ROUTES.under("talk/"))
    await app(scope("http", "/app/talk", root_path="/app"), server.receive, server.send)
    assert (b"location", b"/app/talk/") in server.sent[0]["headers"]


async def test_a_head_request_gets_no_body() -> None:
    server = Server()
    await SiteApp(ROUTES)(scope("http", "/", method="HEAD"), server.receive, server.send)
    assert server.sent[1]["body"] == b""


async def test_a_server_that_does_not_know_its_client_is_refused() -> None:
    server = Server()
    await SiteApp(ROUTES)(scope("http", "/", client=None), server.receive, server.send)
    assert server.sent[0]["status"] == 403


async def test_lifespan_is_answered() -> None:
    server = Server({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    await SiteApp(ROUTES)({"type": "lifespan"}, server.receive, server.send)
    assert [each["type"] for each in server.sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_another_kind_of_connection_is_a_mistake() -> None:
    server = Server()
    with pytest.raises(ValueError, match="mqtt is no kind of connection"):
        await SiteApp(ROUTES)({"type": "mqtt"}, server.receive, server.send)


def test_under_another_loop_it_says_what_to_do() -> None:
    async def call() -> None:
        server = Server()
        await SiteApp(ROUTES)(scope("http", "/"), server.receive, server.send)

    with pytest.raises(ConfigError, match="serve it with anycorn under trio"):
        asyncio.run(call())


async def test_cancelled_it_closes_its_socket() -> None:
    hello = str(HELLO).replace("'", '"').replace("None", "null")
    server = Server({"type": "websocket.connect"}, {"type": "websocket.receive", "text": hello})

    async def wait() -> Any:
        if server.waiting:
            return await Server.receive(server)
        return await trio.sleep_forever()

    with trio.move_on_after(0.05) as patience:
        await SiteApp(ROUTES)(scope("websocket", "/call"), wait, server.send)
    assert patience.cancelled_caught
    assert [each["type"] for each in server.sent] == ["websocket.accept", "websocket.close"]
    assert server.sent[-1]["code"] == PageClose.LEAVING
