"""The page with the timelines of calls that run: its files, its socket, its token."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.timeline.frames import EPOCH, setup, sound
from tests.web.pages import MemorySocket, browse, fetch
from trio_live import ConfigError
from trio_live.timeline import CallLogs, Note
from trio_live.web import Gate, PageClose, TimelinePage, open_site
from trio_live.web._timeline_page import MOST_NAME, read_ask


@attrs.frozen
class Page:
    """A page in memory that asks."""

    socket: MemorySocket

    async def ask(self, **what: Any) -> bytes | None:
        number = len(self.socket.sent) + 1
        self.socket.to_server.send_nowait(json.dumps({"ask": number, **what}))
        await trio.testing.wait_all_tasks_blocked()
        answer = self.socket.sent[-1]
        assert isinstance(answer, bytes)
        assert struct.unpack("<I", answer[:4]) == (number,)
        return zlib.decompress(answer[4:]) if answer[4:] else None

    async def index(self, call: str | None = None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.ask(call=call) or b"")
        return found


@asynccontextmanager
async def looking(calls: CallLogs, **hello: Any) -> AsyncGenerator[Page, None]:
    page, socket = TimelinePage(calls, "secret"), MemorySocket()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(page.routes.sockets["parts"], socket, {"type": "hello", "token": "secret", **hello})
        yield Page(socket)
        nursery.cancel_scope.cancel()


async def test_a_page_sees_a_call_grow(autojump_clock: MockClock) -> None:
    calls = CallLogs()
    async with looking(calls) as page:
        assert await page.index() == {"calls": []}
        assert await page.ask(part="tile/0/0") is None
        with calls.call(None) as log:
            assert await page.index() == {"calls": []}  # nothing has happened in it
            for frame in (setup(), sound(1.0, 1.0)):
                log.record(frame.direction, frame.payload, frame.ts_ms / 1000)
            index = await page.index()
            assert (index["live"], index["call"], index["calls"]) == (True, "1", ["1"])
            assert {span["row"] for span in index["open"]} == {"connection", "turn", "received"}
            assert json.loads(await page.ask(part="turns/0") or b"")[0]["first_byte"] == pytest.approx(1.0)
            log.note(Note(EPOCH + 5, "step", {"name": "x"}))
            assert (await page.index())["length"] == pytest.approx(5.0)
        assert not (await page.index())["live"]
        assert await page.ask(part="tile/0/0")
        assert await page.ask(part="nothing/0") is None


async def test_of_several_calls_the_newest_is_shown_unless_another_is_named(autojump_clock: MockClock) -> None:
    calls = CallLogs()
    for at in (1.0, 2.0):
        with calls.call(None) as log:
            log.note(Note(EPOCH + at, "contract", {}))
    async with looking(calls) as page:
        assert (await page.index())["call"] == "2"
        assert (await page.index("1"))["call"] == "1"
        assert (await page.index("gone"))["call"] == "2"


@pytest.mark.parametrize("token", [None, "", "wrong", 5, "secrét"])
async def test_whoever_does_not_know_the_token_sees_nothing(token: Any, autojump_clock: MockClock) -> None:
    async with looking(CallLogs(), token=token) as page:
        await trio.testing.wait_all_tasks_blocked()
        assert page.socket.closed is not None
        assert page.socket.closed[0] is PageClose.TOKEN
        assert page.socket.sent == []


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[]",
        "{}",
        '{"ask": "1"}',
        '{"ask": -1}',
        '{"ask": true}',
        '{"ask": 1, "part": 5}',
        b"\0\0",
        json.dumps({"ask": 1, "part": "a" * (MOST_NAME + 1)}),
    ],
    ids=["text", "list", "nothing", "word", "negative", "truth", "number", "bytes", "long"],
)
async def test_a_page_that_sends_garbage_is_told(message: str | bytes, autojump_clock: MockClock) -> None:
    with pytest.raises(ValueError):
        read_ask(message)
    async with looking(CallLogs()) as page:
        page.socket.to_server.send_nowait(message)
        await trio.testing.wait_all_tasks_blocked()
        assert page.socket.closed is not None
        assert page.socket.closed[0] is PageClose.GARBAGE


async def test_the_page_and_its_socket_over_a_real_port() -> None:
    calls = CallLogs()
    with calls.call(None) as log:
        log.note(Note(EPOCH, "contract", {}))
    page = TimelinePage(calls)
    with trio.fail_after(20):
        async with open_site(page.routes.under("timeline/"), gate=Gate(token=page.token)) as site:
            url = f"{site.url}timeline/"
            assert page.address(url) == f"{url}#{page.token}"
            status, headers, body = await fetch(site.url, "timeline/")
            assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
            linked = re.findall(r'(?:src|href)="([^"]+)"', body.decode())
            assert len(linked) == 5
            modules = [*linked, "source.js", "store.js", "draw.js", "graph.js", "filters.js", "panel.js"]
            for name in modules:
                assert (await fetch(site.url, f"timeline/{name}"))[0] == 200, name
            assert b"<script>" not in body
            async with browse(site.url, path="timeline/parts", token=page.token) as browser:
                await browser.socket.send(json.dumps({"ask": 7}))
                answer = await browser.socket.recv()
                assert isinstance(answer, bytes)
                assert json.loads(zlib.decompress(answer[4:]))["calls"] == ["1"]
            async with browse(site.url, path="timeline/parts", token="wrong") as browser:
                assert (await browser.end())[0] == PageClose.TOKEN


def test_every_page_has_a_token() -> None:
    assert TimelinePage(CallLogs()).token != TimelinePage(CallLogs()).token
    with pytest.raises(ConfigError, match="keeps nobody out"):
        TimelinePage(CallLogs(), " ")
