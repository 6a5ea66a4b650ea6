"""Where each platform is, and what is said about an endpoint that cannot be."""

from __future__ import annotations

import traceback
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.transport import Endpoint, GoogleAI, Vertex
from trio_live.transport._internal import check_endpoint, websocket_url
from trio_live.wire import Platform

GOOGLE_PATH = "/ws/google.ai.generativelanguage"
GOOGLE = "wss://generativelanguage.googleapis.com" + GOOGLE_PATH
METHOD = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
FLAW = "holds a blank, a line break or another character that no credential has"


def vertex(location: str = "us-central1", **settings: Any) -> Vertex:
    return Vertex("my-project", location, "ya29.token", **settings)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (GoogleAI("key"), GOOGLE + ".v1beta.GenerativeService.BidiGenerateContent"),
        (GoogleAI("key", version="v1alpha"), GOOGLE + ".v1alpha.GenerativeService.BidiGenerateContent"),
        (GoogleAI("auth_tokens/x"), GOOGLE + ".v1alpha.GenerativeService.BidiGenerateContentConstrained"),
        (
            GoogleAI("key", base_url="ws://127.0.0.1:8080/"),
            f"ws://127.0.0.1:8080{GOOGLE_PATH}.v1beta.GenerativeService.BidiGenerateContent",
        ),
        (
            GoogleAI("auth_tokens/x", base_url="http://[::1]:80/proxy/"),
            f"ws://[::1]:80/proxy{GOOGLE_PATH}.v1alpha.GenerativeService.BidiGenerateContentConstrained",
        ),
        (vertex(), "wss://us-central1-aiplatform.googleapis.com" + METHOD),
        (vertex("global"), "wss://aiplatform.googleapis.com" + METHOD),
        (vertex("us"), "wss://aiplatform.us.rep.googleapis.com" + METHOD),
        (vertex("eu"), "wss://aiplatform.eu.rep.googleapis.com" + METHOD),
        (vertex("europe-west4"), "wss://europe-west4-aiplatform.googleapis.com" + METHOD),
        (vertex(base_url="https://proxy.example"), "wss://proxy.example" + METHOD),
        (
            vertex(version="v1"),
            "wss://us-central1-aiplatform.googleapis.com" + METHOD.replace("v1beta1", "v1"),
        ),
    ],
)
async def test_each_platform_and_place_has_its_address(endpoint: Endpoint, url: str) -> None:
    assert endpoint.url() == url
    assert (await endpoint.address()).url == url
    assert check_endpoint(endpoint) == []


@pytest.mark.parametrize(
    ("endpoint", "headers"),
    [
        (GoogleAI("key"), [(b"x-goog-api-key", b"key")]),
        (GoogleAI("auth_tokens/x"), [(b"Authorization", b"Token auth_tokens/x")]),
        (vertex(), [(b"Authorization", b"Bearer ya29.token")]),
        (
            vertex(quota_project="payer"),
            [(b"Authorization", b"Bearer ya29.token"), (b"x-goog-user-project", b"payer")],
        ),
    ],
)
async def test_the_credential_travels_in_a_header_of_its_kind(
    endpoint: Endpoint, headers: list[tuple[bytes, bytes]]
) -> None:
    assert list((await endpoint.address()).headers) == headers


@pytest.mark.parametrize(
    ("endpoint", "model", "resource"),
    [
        (GoogleAI("k"), "gemini-3.8-live", "models/gemini-3.8-live"),
        (GoogleAI("k"), "models/gemini-3.8-live", "models/gemini-3.8-live"),
        (GoogleAI("k"), "tunedModels/mine", "tunedModels/mine"),
        (vertex(), "m", "projects/my-project/locations/us-central1/publishers/google/models/m"),
        (vertex("global"), "models/m", "projects/my-project/locations/global/publishers/google/models/m"),
        (vertex(), "publishers/google/models/m", "publishers/google/models/m"),
        (
            vertex(),
            "projects/p/locations/l/publishers/google/models/m",
            "projects/p/locations/l/publishers/google/models/m",
        ),
    ],
)
def test_a_model_is_named_as_the_platform_names_it(endpoint: Endpoint, model: str, resource: str) -> None:
    assert endpoint.resource(model) == resource


def test_each_endpoint_knows_its_platform() -> None:
    assert GoogleAI("k").platform is Platform.GOOGLE_AI
    assert vertex().platform is Platform.VERTEX


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("ws://127.0.0.1:8080", "ws://127.0.0.1:8080"),
        ("wss://host/a/b//", "wss://host/a/b"),
        ("http://host", "ws://host"),
        ("https://host:444", "wss://host:444"),
        ("WSS://Host", "wss://Host"),
        ("ws://[::1]:9", "ws://[::1]:9"),
        ("ws://münchen.example", "ws://münchen.example"),
    ],
)
def test_a_base_becomes_a_websocket_address(base: str, url: str) -> None:
    assert websocket_url(base) == url


NOT_ADDRESSES = [
    "",
    "host",
    "host:80",
    "ftp://host",
    "ws://",
    "ws:///path",
    "ws://:80",
    "ws://host:port",
    "ws://host:0",
    "ws://host:99999",
    "ws://[::1",
    "ws://a b",
    "ws://host/a b",
    "ws://host/ä",
    "ws://.",
    "ws://" + "a" * 64,
    "ws://" + "ä" * 64,
]
MORE_THAN_AN_ADDRESS = ["ws://host/?key=SECRET", "ws://host/#SECRET", "ws://me:SECRET@host", "ws://SECRET@host"]


@pytest.mark.parametrize("base", [*NOT_ADDRESSES, *MORE_THAN_AN_ADDRESS])
def test_what_is_no_address_is_a_mistake_and_is_not_repeated(base: str) -> None:
    with pytest.raises(ConfigError) as caught:
        websocket_url(base)
    assert caught.value.__cause__ is None
    assert "SECRET" not in "".join(traceback.format_exception_only(caught.value))
    assert check_endpoint(GoogleAI("k", base_url=base)) == list(caught.value.problems)
    assert check_endpoint(vertex(base_url=base)) == list(caught.value.problems)


@settings(deadline=None)
@given(st.text() | st.text().map(lambda rest: "ws://" + rest))
def test_any_base_is_an_address_or_a_mistake(base: str) -> None:
    try:
        url = websocket_url(base)
    except ConfigError:
        return
    assert websocket_url(url) == url


@pytest.mark.parametrize(
    ("endpoint", "problems"),
    [
        (GoogleAI(""), ["api_key is empty: pass a Gemini API key or an ephemeral token"]),
        (
            GoogleAI("key\n"),
            [f"api_key {FLAW}; was it read from a file together with the line's end?"],
        ),
        (Vertex("", "us", "t"), ["project is empty: pass the Google Cloud project id"]),
        (vertex("us central1"), ["location 'us central1' is not a Vertex location such as 'us-central1' or 'global'"]),
        (vertex(""), ["location '' is not a Vertex location such as 'us-central1' or 'global'"]),
        (vertex("-"), ["location '-' is not a Vertex location such as 'us-central1' or 'global'"]),
        (vertex("é"), ["location 'é' is not a Vertex location such as 'us-central1' or 'global'"]),
        (Vertex("p", "us", ""), ["token is empty: pass an OAuth access token, or a function that returns one"]),
        (vertex(quota_project="a\r\nb"), ["quota_project 'a\\r\\nb' is not a Google Cloud project id"]),
    ],
)
def test_each_mistake_is_told_in_a_sentence(endpoint: Endpoint, problems: list[str]) -> None:
    assert check_endpoint(endpoint) == problems


def test_all_mistakes_are_told_at_once() -> None:
    assert len(check_endpoint(Vertex("", "?", "", base_url="nowhere"))) == 4


@pytest.mark.parametrize(
    "base", ["ws://10.0.0.7:8080", "http://example.com", "ws://localhost.example.com", "ws://127.0.0.1.nip.io"]
)
def test_a_credential_goes_to_another_machine_with_tls_or_by_name_only(base: str) -> None:
    for endpoint in (GoogleAI("k", base), Vertex("p", "us", "t", base)):
        (problem,) = check_endpoint(endpoint)
        assert "without TLS" in problem
        assert check_endpoint(attrs.evolve(endpoint, cleartext=True)) == []
        assert check_endpoint(attrs.evolve(endpoint, base_url="wss://example.com")) == []


@pytest.mark.parametrize("base", ["ws://127.0.0.1:8080", "http://localhost:8080", "ws://[::1]:1", "ws://127.1.2.3"])
def test_this_machine_is_reached_without_tls(base: str) -> None:
    assert check_endpoint(GoogleAI("k", base)) == []
