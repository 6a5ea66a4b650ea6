"""Gemini as a text model, asked over a socket."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
import trio

from tests.cancellation import cancel_everywhere
from tests.llm.server import Answer, serving
from trio_live import ConfigError, GoogleAI, Vertex
from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm import GeminiLlm, LlmRequest

HELLO = LlmRequest.from_text("Hello")
HI = json.dumps({"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}]}).encode()


def says(status: int, body: bytes = HI, **headers: str) -> Answer:
    return lambda _: (status, body, headers)


async def test_google_ai_is_asked_with_a_key_in_a_header_and_one_connection_is_kept() -> None:
    async with (
        serving(says(200)) as server,
        GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url), headers={"X-A": "b"}) as llm,
    ):
        assert (await llm.generate(HELLO)).text() == "Hi"
        assert (await llm.generate(HELLO)).text() == "Hi"
        assert server.connections == 1
    asked = server.asked[0]
    assert asked.path == "/v1beta/models/gemini-3.8-flash:generateContent"
    assert (asked.headers["x-goog-api-key"], asked.headers["x-a"]) == ("secret", "b")
    assert json.loads(asked.body) == {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}


async def test_vertex_is_asked_with_a_token_that_is_fresh_each_time() -> None:
    tokens = iter(["one", "two"])
    async with serving(says(200)) as server:
        endpoint = Vertex("shop", "europe-west4", lambda: next(tokens), base_url=server.url)
        async with GeminiLlm("gemini-3.8-flash", endpoint) as llm:
            await llm.generate(HELLO)
            await llm.generate(HELLO)
    where = "/v1beta1/projects/shop/locations/europe-west4/publishers/google/models/gemini-3.8-flash:generateContent"
    assert [asked.path for asked in server.asked] == [where, where]
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer one", "Bearer two"]


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, LlmErrorKind.CONFIG, False),
        (401, LlmErrorKind.AUTH, False),
        (403, LlmErrorKind.AUTH, False),
        (404, LlmErrorKind.MODEL_NOT_AVAILABLE, False),
        (418, LlmErrorKind.API, False),
        (429, LlmErrorKind.RATE_LIMITED, True),
        (500, LlmErrorKind.API, True),
        (503, LlmErrorKind.API, True),
    ],
)
async def test_a_refusal_is_a_typed_error(status: int, kind: LlmErrorKind, retryable: bool) -> None:  # noqa: FBT001 - a row
    body = b'{"error": {"message": "key secret\\nis not welcome"}}'
    async with (
        serving(says(status, body, **{"Retry-After": "7"})) as server,
        GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url)) as llm,
    ):
        with pytest.raises(LlmError) as failure:
            await llm.generate(HELLO)
    error = failure.value
    assert (error.kind, error.retryable, error.status, error.retry_after) == (kind, retryable, status, 7.0)
    assert "secret" not in str(error)
    assert "\n" not in str(error)


async def test_a_date_to_come_back_at_is_no_number_of_seconds() -> None:
    async with (
        serving(says(503, b"", **{"Retry-After": "Fri, 01 Jan 2027 00:00:00 GMT"})) as server,
        GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url)) as llm,
    ):
        with pytest.raises(LlmError, match=r"HTTP 503$") as failure:
            await llm.generate(HELLO)
    assert failure.value.retry_after is None


async def test_garbage_and_silence_are_typed_errors() -> None:
    replies: list[Any] = [(200, b"<html>"), None]
    async with (
        serving(lambda _: replies.pop(0)) as server,
        GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url)) as llm,
    ):
        with pytest.raises(LlmError, match="cannot be read"):
            await llm.generate(HELLO)
        with pytest.raises(LlmError) as failure:
            await llm.generate(HELLO)
    assert (failure.value.kind, failure.value.retryable) == (LlmErrorKind.TRANSPORT, True)


async def test_a_host_that_is_not_there_is_a_typed_error() -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    await listeners[0].aclose()
    async with GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=f"http://127.0.0.1:{port}")) as llm:
        with pytest.raises(LlmError) as failure:
            await llm.generate(HELLO)
    assert (failure.value.kind, failure.value.retryable) == (LlmErrorKind.TRANSPORT, True)


async def test_a_credential_that_cannot_be_had_is_a_typed_error() -> None:
    def fails() -> str:
        raise OSError("the vault is closed")

    async with GeminiLlm("gemini-3.8-flash", Vertex("shop", "us-central1", fails)) as llm:
        with pytest.raises(LlmError, match="the function given as token raised OSError") as failure:
            await llm.generate(HELLO)
    assert failure.value.kind is LlmErrorKind.AUTH


async def test_an_answer_that_takes_too_long_is_a_typed_error() -> None:
    held = trio.Event()
    async with serving(says(200)) as server, trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")

        async def hold(_: trio.SocketStream) -> None:
            await held.wait()

        nursery.start_soon(trio.serve_listeners, hold, listeners)
        url = f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
        async with GeminiLlm("gemini-3.8-flash", GoogleAI("k", base_url=url), timeout=0.05) as llm:
            with pytest.raises(LlmError, match=r"no answer within 0\.05 s") as failure:
                await llm.generate(HELLO)
        nursery.cancel_scope.cancel()
    assert failure.value.retryable
    assert server.asked == []


async def test_warming_up_asks_once_and_forgives() -> None:
    async with (
        serving(says(500)) as server,
        GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url)) as llm,
    ):
        await llm.warm_up()
        await llm.warm_up()
    (asked,) = server.asked
    assert json.loads(asked.body)["generationConfig"] == {"maxOutputTokens": 1}


async def test_asking_can_be_cancelled_everywhere() -> None:
    async with serving(says(200)) as server:

        async def ask() -> None:
            async with GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=server.url)) as llm:
                await llm.generate(HELLO)

        assert await cancel_everywhere(ask) > 3


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-live-2.5-flash", "gemini-2.5-flash-native-audio-latest"])
def test_a_model_of_the_live_api_is_refused(model: str) -> None:
    with pytest.raises(ConfigError, match="is a model of the Live API"):
        GeminiLlm(model, GoogleAI("k"))


@pytest.mark.parametrize("model", ["gemini-3.8-flash", "gemini-2.5-pro", "delivery-alive-model"])
def test_other_models_are_not(model: str) -> None:
    assert GeminiLlm(model, GoogleAI("k")).model_id == model


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GeminiLlm("", GoogleAI("k")), "the name of a model is a text"),
        (lambda: GeminiLlm("m", GoogleAI("")), "api_key is empty"),
        (lambda: GeminiLlm("m", GoogleAI("auth_tokens/x")), "opens Live sessions only"),
        (lambda: GeminiLlm("m", GoogleAI("k"), timeout=0), "timeout is a number of seconds"),
        (lambda: GeminiLlm("m", GoogleAI("k", base_url="http://example.org")), "without TLS"),
    ],
)
def test_what_cannot_work_is_refused_at_once(make: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make()


def test_without_httpx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ConfigError, match=r"trio-live\[llm\]"):
        GeminiLlm("gemini-3.8-flash", GoogleAI("k"))
