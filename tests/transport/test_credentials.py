"""Credentials: asked for at every dial, sent in a header, never shown."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.errors import ConnectError
from trio_live.transport import Address, Endpoint, GoogleAI, Vertex
from trio_live.transport._internal import check_endpoint

VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)
SECRETS = st.text(VISIBLE, max_size=40).map(lambda tail: "Xq7" + tail + "zK9")
"""Credentials that can be told from any other text."""


async def resolved(endpoint: Endpoint) -> Address:
    return await endpoint.address()


class Tokens:
    """Gives a new token each time."""

    def __init__(self, prefix: str = "token") -> None:
        self.asked = 0
        self.prefix = prefix

    def plain(self) -> str:
        self.asked += 1
        return f"{self.prefix}-{self.asked}"

    async def slow(self) -> str:
        await trio.lowlevel.checkpoint()
        return self.plain()

    def promised(self) -> Awaitable[str]:
        return self.slow()


@pytest.mark.parametrize("kind", ["plain", "slow", "promised"])
async def test_a_function_is_asked_for_a_fresh_credential_each_time(kind: str) -> None:
    tokens = Tokens()
    ask: Callable[[], str | Awaitable[str]] = getattr(tokens, kind)
    for endpoint in (GoogleAI(ask), Vertex("p", "us", ask)):
        assert check_endpoint(endpoint) == []
        first, second = await resolved(endpoint), await resolved(endpoint)
        assert first.credential != second.credential
        assert first.credential.encode() in first.headers[0][1]
    assert tokens.asked == 4


async def test_a_function_may_hand_out_ephemeral_tokens() -> None:
    endpoint = GoogleAI(Tokens("auth_tokens/t").slow)
    address = await endpoint.address()
    assert address.url.endswith(".v1alpha.GenerativeService.BidiGenerateContentConstrained")
    assert address.headers == ((b"Authorization", b"Token auth_tokens/t-1"),)
    assert endpoint.url().endswith(".v1beta.GenerativeService.BidiGenerateContent")


@pytest.mark.parametrize("answer", [None, "", b"bytes", 5, "line\nbreak", "with blank", "ключ"])
async def test_an_answer_that_is_no_credential_is_a_connect_error(answer: Any) -> None:
    async def slow() -> Any:
        await trio.lowlevel.checkpoint()
        return answer

    for function in (lambda: answer, slow):
        for endpoint in (GoogleAI(function), Vertex("p", "us", function)):
            with pytest.raises(ConnectError):
                await endpoint.address()


async def test_a_function_that_fails_is_the_cause_of_a_connect_error() -> None:
    class RefreshError(Exception):
        pass

    def fails() -> str:
        raise RefreshError("the metadata server is away")

    async def fails_later() -> str:
        await trio.lowlevel.checkpoint()
        return fails()

    for function in (fails, fails_later):
        with pytest.raises(ConnectError) as caught:
            await resolved(Vertex("p", "us", function))
        assert isinstance(caught.value.__cause__, RefreshError)
        assert str(caught.value) == "the function given as token raised RefreshError"


async def test_a_function_that_is_cancelled_stays_cancelled() -> None:
    async def forever() -> str:
        await trio.sleep_forever()

    with trio.CancelScope() as scope:
        scope.cancel()
        await GoogleAI(forever).address()
    assert scope.cancelled_caught


def test_a_credential_that_cannot_be_sent_is_refused_at_the_dial_too() -> None:
    async def dial() -> None:
        with pytest.raises(ConnectError, match="line break"):
            await GoogleAI("key\n").address()
        with pytest.raises(ConnectError, match="no credential in api_key"):
            await GoogleAI("").address()

    trio.run(dial)


# -------------------------------------------------------------------------------------------------------------- secrets


def shown(value: object) -> str:
    return f"{value!r} {value!s} {value}"


@settings(deadline=None)
@given(SECRETS)
def test_no_endpoint_shows_its_credential(secret: str) -> None:
    for endpoint in (GoogleAI(secret), GoogleAI("auth_tokens/" + secret), Vertex("p", "us", secret)):
        address = trio.run(resolved, endpoint)
        assert secret in address.headers[0][1].decode()
        assert secret not in shown(endpoint) + shown(address) + endpoint.url() + address.url
        assert secret not in shown(attrs.evolve(endpoint, base_url="ws://host"))
        assert secret not in address.redacted(f"what is {address.credential}? {address.credential}!")
        assert check_endpoint(endpoint) == []


@settings(deadline=None)
@given(SECRETS, st.sampled_from([" ", "\n", "\r\n", "\t", "\0", "é", "\x7f", "\ud800"]))
def test_no_error_shows_a_credential(secret: str, flaw: str) -> None:
    flawed = secret + flaw
    for endpoint in (GoogleAI(flawed), GoogleAI(lambda: flawed), Vertex("p", "us", flawed), Vertex("", "?", flawed)):
        with pytest.raises(ConnectError) as caught:
            trio.run(resolved, endpoint)
        assert secret not in "".join(traceback.format_exception_only(caught.value)) + shown(caught.value)
        assert secret not in " ".join(check_endpoint(endpoint))
