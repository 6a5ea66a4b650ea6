"""Ephemeral tokens: asked for over a socket, and good for what was agreed and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.llm.server import Answer, serving
from trio_live import ConfigError, ConnectError, ConnectRejected, GoogleAI, Live, LiveEventStream, Vertex, events
from trio_live.emulator import Emulator, FaultPlan, open_emulator, parse_persona
from trio_live.errors import ConnectTimeout
from trio_live.llm import TokenTerms, _auth_tokens, create_auth_token
from trio_live.session import CloseKind
from trio_live.wire import Setup

NAME = b'{"name": "auth_tokens/abc"}'
PERSONA = 'name = "echo"\n[[default]]\nsay = "You said {heard}."\n'


def says(status: int, body: bytes = NAME) -> Answer:
    return lambda _: (status, body)


def agent() -> Live:
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription().instruction("Be kind.")


async def test_it_is_asked_for_by_the_reference() -> None:
    setup = Setup(model="models/m")
    async with serving(says(200)) as server:
        terms = TokenTerms(uses=3, expires_in=600, opens_within=30, locked=["model", "generation_config.top_p"])
        token = await create_auth_token(GoogleAI("secret", server.url), terms, setup)
    (asked,) = server.asked
    assert (asked.path, asked.headers["x-goog-api-key"]) == ("/v1alpha/auth_tokens", "secret")
    body = json.loads(asked.body)
    assert (body["uses"], body["bidiGenerateContentSetup"]) == (3, {"model": "models/m"})
    assert body["fieldMask"] == "model,generationConfig.topP"
    assert body["expireTime"].endswith("Z")
    assert "." not in body["expireTime"]
    assert token.name == "auth_tokens/abc"
    assert token.expires_at - token.opens_until == pytest.approx(570)
    assert token.uses == 3
    assert "abc" not in repr(token)


@pytest.mark.parametrize(
    ("locked", "expected"), [(None, {"uses", "setup"}), ([], {"uses"}), (["model"], {"uses", "setup", "mask"})]
)
async def test_what_is_locked_is_said_and_nothing_else(locked: list[str] | None, expected: set[str]) -> None:
    async with serving(says(200)) as server:
        await create_auth_token(GoogleAI("k", server.url), TokenTerms(locked=locked), Setup(model="m"))
    body = json.loads(server.asked[0].body)
    names = {"uses": "uses", "bidiGenerateContentSetup": "setup", "fieldMask": "mask"}
    assert {names[name] for name in body if name in names} == expected


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (says(403, b'{"error": {"message": "secret is no key"}}'), ConnectRejected, "HTTP 403: … is no key"),
        (says(429, b""), ConnectRejected, "HTTP 429"),
        (says(200, b"{}"), ConnectError, "no ephemeral token"),
        (says(200, b'{"name": "other/1"}'), ConnectError, "no ephemeral token"),
        (says(200, b"[1]"), ConnectError, "no ephemeral token"),
        (says(200, b"\xff"), ConnectError, "no ephemeral token"),
        (lambda _: None, ConnectError, "nobody could be asked"),
    ],
)
async def test_what_goes_wrong_is_told_without_the_key(answer: Answer, error: type[ConnectError], words: str) -> None:
    async with serving(answer) as server:
        with pytest.raises(error, match=words) as caught:
            await create_auth_token(GoogleAI("secret", server.url))
    assert "secret" not in str(caught.value)


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_auth_tokens, "ANSWERED_WITHIN", 0.01)
    listener = (await trio.open_tcp_listeners(0, host="127.0.0.1"))[0]
    async with listener:
        with pytest.raises(ConnectTimeout):
            await create_auth_token(GoogleAI("k", f"ws://127.0.0.1:{listener.socket.getsockname()[1]}"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TokenTerms(uses=-1), "uses is a count"),
        (lambda: TokenTerms(expires_in=0), "expires_in is a number"),
        (lambda: TokenTerms(opens_within=80_000), "opens_within is a number"),
        (lambda: TokenTerms(locked="model"), "not a single string"),
        (lambda: TokenTerms(locked=["modle"]), "no field of a setup"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_once(make: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make()


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (Vertex("p", "global", "t"), "Vertex has no ephemeral tokens"),
        (GoogleAI("auth_tokens/x"), "takes an API key"),
        (GoogleAI(""), "api_key is empty"),
    ],
)
async def test_where_there_are_none_is_told_before_anybody_is_asked(endpoint: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        await create_auth_token(endpoint)


async def test_without_httpx_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ConfigError, match=r"trio-live\[llm\]"):
        await create_auth_token(GoogleAI("k"))


async def test_it_can_be_cancelled_anywhere() -> None:
    async with serving(says(200)) as server:
        assert await cancel_everywhere(lambda: create_auth_token(GoogleAI("k", server.url))) > 1


# -- over the emulator ------------------------------------------------------------------------------------------


async def answer_to(live: Live, server: Emulator, token: str) -> str:
    """What the model says to a question, as far as it is transcribed."""
    async with live.connect_google_ai(token, base_url=server.url) as session, session.events() as stream:
        await session.send_text("a question")
        said = ""
        async for event in stream:
            match event:
                case events.OutputTranscript(text=text, is_final=True):
                    said = text
                case events.TurnComplete():
                    return said
    return said


async def test_a_token_opens_as_many_sessions_as_it_says(caplog: pytest.LogCaptureFixture) -> None:
    async with open_emulator(parse_persona(PERSONA), keys=["good"], pace=None, realtime_playback=False) as server:
        token = await agent().create_auth_token(GoogleAI("good", server.url), TokenTerms(uses=1))
        assert (await answer_to(agent(), server, token.name)) == "You said a question."
        with pytest.raises(ConnectRejected, match="used"):
            await answer_to(agent(), server, token.name)
        with pytest.raises(ConnectRejected) as caught:
            await agent().create_auth_token(GoogleAI("bad", server.url))
        assert caught.value.code == 403
    assert token.name not in caplog.text


async def test_a_token_opens_nothing_after_its_time_and_then_expires(mock_clock: MockClock) -> None:
    mock_clock.rate = 1.0  # over sockets, and with an hour that is jumped over
    async with open_emulator(
        parse_persona(PERSONA), keys=["good"], connection_lifetime=None, idle_timeout=None
    ) as server:
        token = await agent().create_auth_token(GoogleAI("good", server.url), TokenTerms(uses=0, expires_in=600))
        async with agent().connect_google_ai(token.name, base_url=server.url) as session:
            mock_clock.jump(61)
            with pytest.raises(ConnectRejected, match="new sessions"):
                await answer_to(agent(), server, token.name)
            assert session.link.is_up
            mock_clock.jump(600)
            await session.send_text("too late")
            with trio.fail_after(30):
                await session.done()
        assert session.ended is not None
        assert session.ended.kind is CloseKind.AUTHENTICATION


async def test_a_session_that_is_cut_goes_on_with_the_token_that_opened_it(mock_clock: MockClock) -> None:
    mock_clock.rate = 4.0
    cut = FaultPlan.of("cut", "turn_end", after=1)
    async with open_emulator(parse_persona(PERSONA), keys=["good"], faults=cut, realtime_playback=False) as server:
        token = await agent().create_auth_token(GoogleAI("good", server.url), TokenTerms(uses=1))
        async with (
            agent().connect_google_ai(token.name, base_url=server.url) as session,
            session.events() as stream,
        ):
            await session.send_text("a question")
            how = [event.continuation async for event in until_connected(stream, 2)]
            assert how == [events.Continuation.NEW, events.Continuation.RESUMED]


async def until_connected(stream: LiveEventStream[events.LiveEvent], times: int) -> AsyncIterator[events.Connected]:
    async for event in stream:
        if isinstance(event, events.Connected):
            yield event
            times -= 1
            if not times:
                return


async def test_what_is_locked_holds_whatever_the_client_asks_for() -> None:
    async with open_emulator(
        parse_persona(PERSONA),
        keys=["good"],
        pace=None,
        realtime_playback=False,
    ) as server:
        token = await agent().create_auth_token(GoogleAI("good", server.url), TokenTerms(uses=0))
        mute = Live.builder().model("gemini-3.8-live")  # asks for no transcripts; the token does
        assert (await answer_to(mute, server, token.name)) == "You said a question."
        free = await agent().create_auth_token(GoogleAI("good", server.url), TokenTerms(locked=[]))
        assert (await answer_to(mute, server, free.name)) == ""


async def test_phases_cannot_be_locked_by_what_they_change() -> None:
    phased = agent().phase("a").instruction("A.").done().initial_phase("a")
    for terms in (TokenTerms(), TokenTerms(locked=["system_instruction"])):
        with pytest.raises(ConfigError, match="phases change the instruction"):
            await phased.create_auth_token(GoogleAI("k"), terms)
    async with serving(says(200)) as server:
        token = await phased.create_auth_token(GoogleAI("k", server.url), TokenTerms(locked=["model"]))
        assert token.name == "auth_tokens/abc"
