"""Limits and tokens, over memory and over sockets."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import trio
from trio.testing import MockClock

from tests.emulator.callers import Caller, calling, persona, spoken
from trio_live.emulator import Emulation, open_emulator
from trio_live.emulator._access._tokens import read_terms
from trio_live.errors import ConnectRejected, LinkLost
from trio_live.transport import GoogleAI, dial_websocket
from trio_live.wire import SessionResumptionConfig

ECHO = persona('[[default]]\nsay = "You said {heard}."')
HASTY: Any = {"pace": None, "realtime_playback": False, "first_word_after": 0.0}


def minted(emulation: Emulation, **wish: Any) -> str:
    return emulation.lifecycle.admission.mint(
        read_terms(json.dumps(wish).encode(), emulation.lifecycle.admission.now())
    )


# -- limits


async def test_one_connection_too_many_is_turned_away(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO, most_connections=1)
    async with calling(emulation) as caller:
        await caller.setup()
        with pytest.raises(ConnectRejected) as refused:
            async with calling(emulation):
                pass
        assert refused.value.code == 429
    async with calling(emulation) as caller:
        await caller.setup()


async def test_one_session_too_many_is_closed(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO, most_sessions=1)
    async with calling(emulation) as caller:
        await caller.setup()
        async with calling(emulation) as second:
            with pytest.raises(LinkLost, match="1011: You exceeded your current quota"):
                await second.setup()
    async with calling(emulation) as caller:
        await caller.setup()


# -- tokens in memory


async def token_call(emulation: Emulation, token: str) -> Any:
    return emulation.dialer(version="v1alpha", token=token)()


async def test_a_token_is_used_up(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO, keys={"key"})
    token = minted(emulation)
    async with await token_call(emulation, token) as transport:
        caller = Caller(transport)
        await caller.setup(session_resumption=SessionResumptionConfig())
        await caller.ask("hello")
        update = (await caller.next()).session_resumption_update
        assert update is not None
    async with await token_call(emulation, token) as transport:
        with pytest.raises(LinkLost, match="1008: PERMISSION_DENIED: The ephemeral token has been used too many"):
            await Caller(transport).setup()
    async with await token_call(emulation, token) as transport:
        caller = Caller(transport)
        await caller.setup(session_resumption=SessionResumptionConfig(handle=update.new_handle))
        assert await caller.ask("again") == "You said again."


async def test_a_token_that_nobody_gave_out_is_refused_where_keys_count(autojump_clock: MockClock) -> None:
    with pytest.raises(ConnectRejected) as refused:
        async with await token_call(Emulation(ECHO, keys={"key"}), "auth_tokens/forged"):
            pass
    assert refused.value.code == 401


async def test_messages_are_refused_when_the_token_has_expired(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO, idle_timeout=None, connection_lifetime=None)
    token = minted(emulation)
    async with await token_call(emulation, token) as transport:
        caller = Caller(transport)
        await caller.setup()
        await trio.sleep(1700)
        assert await caller.ask("hello") == "You said hello."
        await trio.sleep(100)
        await caller.say("hello?")
        assert await caller.closing() == (1008, "PERMISSION_DENIED: The ephemeral token has expired.")
    with pytest.raises(ConnectRejected):
        async with await token_call(emulation, token):
            pass


async def test_a_token_that_opens_no_sessions_any_more(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO)
    token = minted(emulation)
    await trio.sleep(61)
    async with await token_call(emulation, token) as transport:
        with pytest.raises(LinkLost, match="opens no new sessions"):
            await Caller(transport).setup()


async def test_what_a_token_locks_counts(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO)
    setup = {"model": "models/gemini-3.8-live", "generationConfig": {"responseModalities": ["AUDIO"]}}
    token = minted(emulation, bidiGenerateContentSetup=setup)
    async with await token_call(emulation, token) as transport:
        caller = Caller(transport)
        await caller.setup("models/gemini-2.0-flash-exp")
        await caller.say("hello")
        assert spoken(await caller.turn()) == "", "the token asks for no transcript"


async def test_a_lock_that_cannot_be_read_closes(autojump_clock: MockClock) -> None:
    emulation = Emulation(ECHO)
    token = minted(emulation, bidiGenerateContentSetup={"generationConfig": "hot"})
    async with await token_call(emulation, token) as transport:
        with pytest.raises(LinkLost, match="1007: Invalid"):
            await Caller(transport).setup()


# -- over HTTP


async def post(url: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    address = url.replace("ws://", "http://") + path
    async with httpx.AsyncClient(trust_env=False) as client:
        with trio.fail_after(10):
            return await client.post(address, json=body, headers={"x-goog-api-key": "key", **headers})


@pytest.mark.parametrize("version", ["v1alpha", "v1beta"])
async def test_a_token_is_given_out_over_http_and_opens_a_session(version: str) -> None:
    async with open_emulator(ECHO, keys={"key"}, **HASTY) as emulator:
        response = await post(emulator.url, f"/{version}/auth_tokens", {"uses": 1})
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        token = response.json()["name"]
        assert token.startswith("auth_tokens/")
        async with dial_websocket(GoogleAI(token, base_url=emulator.url))() as transport:
            caller = Caller(transport)
            with trio.fail_after(10):
                await caller.setup()
                assert await caller.ask("hello") == "You said hello."


@pytest.mark.parametrize(
    ("path", "key", "body", "status", "name"),
    [
        ("/v1alpha/auth_tokens", "wrong", {}, 403, "PERMISSION_DENIED"),
        ("/v1alpha/auth_tokens", "", {}, 401, "UNAUTHENTICATED"),
        ("/v1/auth_tokens", "key", {}, 404, "NOT_FOUND"),
        ("/v1beta/models", "key", {}, 404, "NOT_FOUND"),
        ("/v1beta/auth_tokens", "key", {"speed": 1}, 400, "INVALID_ARGUMENT"),
    ],
)
async def test_other_requests_get_the_errors_of_a_rest_server(
    path: str, key: str, body: Any, status: int, name: str
) -> None:
    async with open_emulator(ECHO, keys={"key"}) as emulator:
        response = await post(emulator.url, path, body, **{"x-goog-api-key": key})
        assert response.status_code == status
        assert response.json()["error"]["status"] == name


@pytest.mark.parametrize("request_", [b"POST nonsense", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", b"PO"])
async def test_a_request_that_is_not_finished_harms_nobody(request_: bytes) -> None:
    async with open_emulator(ECHO, raise_errors=True) as emulator:
        stream = await trio.open_tcp_stream("127.0.0.1", emulator.port)
        await stream.send_all(request_)
        await stream.send_eof()
        with trio.fail_after(5):
            assert b"200" not in b"".join([chunk async for chunk in stream])
        await stream.aclose()
        assert (await post(emulator.url, "/v1alpha/auth_tokens")).status_code == 200
