from __future__ import annotations

import pytest

from trio_live.emulator._gate import TurnedAway, admit
from trio_live.emulator._setup_rules import Place
from trio_live.wire import Platform

GOOGLE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
LOCKED = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained"
VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
KEY = [(b"x-goog-api-key", b"secret")]
BEARER = [(b"authorization", b"Bearer secret")]
TOKEN = [(b"authorization", b"Token auth_tokens/abc")]


@pytest.mark.parametrize(
    ("target", "headers", "place"),
    [
        (GOOGLE, KEY, Place(Platform.GOOGLE_AI, "v1beta")),
        (GOOGLE, [(b"X-Goog-Api-Key", b"secret")], Place(Platform.GOOGLE_AI, "v1beta")),
        (GOOGLE.replace("v1beta", "v1"), BEARER, Place(Platform.GOOGLE_AI, "v1")),
        (f"{GOOGLE}?key=secret", [], Place(Platform.GOOGLE_AI, "v1beta")),
        (f"{GOOGLE}?access_token=secret&alt=json", [], Place(Platform.GOOGLE_AI, "v1beta")),
        (LOCKED, TOKEN, Place(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc")),
        (
            LOCKED,
            [*TOKEN, (b"x-goog-api-key", b"auth_tokens/abc")],
            Place(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc"),
        ),
        (f"{LOCKED}?access_token=auth_tokens/abc", [], Place(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc")),
        (VERTEX, BEARER, Place(Platform.VERTEX, "v1beta1")),
        (VERTEX, KEY, Place(Platform.VERTEX, "v1beta1")),
    ],
)
@pytest.mark.parametrize("keys", [None, {"secret"}])
def test_these_requests_are_let_in(
    target: str, headers: list[tuple[bytes, bytes]], place: Place, keys: set[str] | None
) -> None:
    assert admit(target, headers, keys) == place


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/", KEY, 404),
        (f"{GOOGLE}/more", KEY, 404),
        (VERTEX.replace("/Bidi", ".Bidi"), KEY, 404),
        (GOOGLE, [], 401),
        (GOOGLE, [(b"x-goog-api-key", b" ")], 401),
        (f"{GOOGLE}?key=", [], 401),
        (GOOGLE, [(b"authorization", b"Basic abc")], 401),
        (GOOGLE, TOKEN, 401),
        (LOCKED, KEY, 401),
        (GOOGLE, [(b"x-goog-api-key", b"wrong")], 403),
        (VERTEX, [(b"authorization", b"Bearer wrong")], 403),
    ],
)
def test_these_requests_are_turned_away(target: str, headers: list[tuple[bytes, bytes]], status: int) -> None:
    verdict = admit(target, headers, {"secret"})
    assert isinstance(verdict, TurnedAway)
    assert verdict.status == status
    assert "secret" not in verdict.words
