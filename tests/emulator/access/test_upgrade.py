from __future__ import annotations

import pytest

from trio_live.emulator._access._upgrade import UpgradeRefusal, admit
from trio_live.emulator._service import Route
from trio_live.wire import Platform

GOOGLE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
LOCKED = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained"
VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
KEY = [(b"x-goog-api-key", b"secret")]
BEARER = [(b"authorization", b"Bearer secret")]
TOKEN = [(b"authorization", b"Token auth_tokens/abc")]


@pytest.mark.parametrize(
    ("target", "headers", "route"),
    [
        (GOOGLE, KEY, Route(Platform.GOOGLE_AI, "v1beta")),
        (GOOGLE, [(b"X-Goog-Api-Key", b"secret")], Route(Platform.GOOGLE_AI, "v1beta")),
        (GOOGLE.replace("v1beta", "v1"), BEARER, Route(Platform.GOOGLE_AI, "v1")),
        (f"{GOOGLE}?key=secret", [], Route(Platform.GOOGLE_AI, "v1beta")),
        (f"{GOOGLE}?access_token=secret&alt=json", [], Route(Platform.GOOGLE_AI, "v1beta")),
        (LOCKED, TOKEN, Route(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc")),
        (
            LOCKED,
            [*TOKEN, (b"x-goog-api-key", b"auth_tokens/abc")],
            Route(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc"),
        ),
        (f"{LOCKED}?access_token=auth_tokens/abc", [], Route(Platform.GOOGLE_AI, "v1alpha", "auth_tokens/abc")),
        (VERTEX, BEARER, Route(Platform.VERTEX, "v1beta1")),
        (VERTEX, KEY, Route(Platform.VERTEX, "v1beta1")),
        (f"/{GOOGLE}?key=secret", [], Route(Platform.GOOGLE_AI, "v1beta")),
        (f"/{VERTEX}", BEARER, Route(Platform.VERTEX, "v1beta1")),
    ],
)
@pytest.mark.parametrize("keys", [None, {"secret"}])
def test_these_requests_are_let_in(
    target: str, headers: list[tuple[bytes, bytes]], route: Route, keys: set[str] | None
) -> None:
    assert admit(target, headers, keys) == route


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
    assert isinstance(verdict, UpgradeRefusal)
    assert verdict.status == status
    assert "secret" not in verdict.words
