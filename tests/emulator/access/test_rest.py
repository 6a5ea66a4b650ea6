"""Single requests over plain HTTP, asked as strangers would."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from trio_live.emulator import open_emulator

QUESTION = {"contents": [{"role": "user", "parts": [{"text": "What does it cost?"}]}]}


@asynccontextmanager
async def asking(**choices: Any) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with open_emulator(**choices) as emulator:
        base = f"http://127.0.0.1:{emulator.port}"
        async with httpx.AsyncClient(base_url=base, headers={"x-goog-api-key": "good"}) as client:
            yield client


@pytest.mark.parametrize(
    "path",
    [
        "/v1beta/models/gemini-3.8-flash:generateContent",
        "/v1alpha/models/gemini-3.8-flash:generateContent",
        "/v1beta1/projects/p/locations/l/publishers/google/models/gemini-3.8-flash:generateContent",
    ],
)
async def test_the_front_desk_answers_in_text(path: str) -> None:
    async with asking() as client:
        answer = await client.post(path, json=QUESTION)
    assert answer.status_code == 200
    assert "sixty dollars" in answer.json()["candidates"][0]["content"]["parts"][0]["text"]


@pytest.mark.parametrize(
    ("path", "key", "body", "status", "words"),
    [
        ("/v1beta/models/gemini-3.8-flash:generateContent", "bad", QUESTION, 403, "API key not valid"),
        ("/v1beta/models/gemini-3.8-flash:countTokens", "good", QUESTION, 404, "Not Found"),
        ("/v1beta/models/gemini-3.8-live:generateContent", "good", QUESTION, 400, "not supported"),
        ("/v1beta/models/gemini-3.8-flash:generateContent", "good", {"contents": 3}, 400, "Invalid JSON payload"),
        ("/v1beta/models/gemini-3.8-flash:generateContent", "good", {}, 400, "contents is not specified"),
        ("/v1alpha/auth_tokens", "good", {"uses": "x"}, 400, "auth_token.uses"),
    ],
)
async def test_what_is_wrong_is_told_as_google_tells_it(
    path: str, key: str, body: Any, status: int, words: str
) -> None:
    async with asking(keys=["good"]) as client:
        answer = await client.post(path, json=body, headers={"x-goog-api-key": key})
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


async def test_a_token_is_given_out_as_before() -> None:
    async with asking() as client:
        answer = await client.post("/v1alpha/auth_tokens", json={})
    assert answer.json()["name"].startswith("auth_tokens/")
