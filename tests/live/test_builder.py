"""Where a builder connects to, and with what; above all, that nobody reads the credential."""

from __future__ import annotations

import logging
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, call
from trio_live import ConfigError, ConnectError, GoogleAI, Live, LiveHandle, Platform, TransportKind, Vertex
from trio_live.lanes._internal import SessionPlan
from trio_live.live import _builder, endpoint_from_env
from trio_live.live._compile import compile_plan
from trio_live.transport import Dialer, Endpoint
from trio_live.transport._internal import dial_transport
from trio_live.wire import DEFAULT_MODEL

SECRET = "sk-very-secret-1234567890"
VARIABLES = [
    "GOOGLE_GENAI_USE_VERTEXAI",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_ACCESS_TOKEN",
    "GEMINI_API_KEY",
    "GOOGLE_GENAI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
    "GEMINI_LIVE_MODEL",
    "GEMINI_MODEL",
]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


class Switchboard:
    """Puts every dial through to a peer in memory and remembers where it was meant to go."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []
        self.options: list[dict[str, Any]] = []
        self.peer = Peer()

    def dial(self, endpoint: Endpoint, **options: Any) -> Dialer:
        self.endpoints.append(endpoint)
        self.options.append(options)
        return dial_transport(self.peer.client)

    async def answer(self, opening: AbstractAsyncContextManager[LiveHandle]) -> Endpoint:
        await self.peer.ready()
        async with opening:
            pass
        [endpoint] = self.endpoints
        return endpoint


@pytest.fixture
def switchboard(monkeypatch: pytest.MonkeyPatch) -> Switchboard:
    board = Switchboard()
    monkeypatch.setattr(_builder, "dial_websocket", board.dial)
    return board


# -- where to -------------------------------------------------------------------------------------------------------


async def test_google_ai_is_dialled_with_a_key(switchboard: Switchboard, autojump_clock: MockClock) -> None:
    assert await switchboard.answer(Live.builder().connect_google_ai("k")) == GoogleAI("k")
    assert switchboard.peer.setup["model"] == f"models/{DEFAULT_MODEL}"


async def test_vertex_is_dialled_with_a_token(switchboard: Switchboard, autojump_clock: MockClock) -> None:
    opening = Live.builder().model("m").connect_vertex("p", "europe-west4", "t")
    assert await switchboard.answer(opening) == Vertex("p", "europe-west4", "t")
    assert switchboard.peer.setup["model"] == "projects/p/locations/europe-west4/publishers/google/models/m"


async def test_an_endpoint_brings_its_own_model(switchboard: Switchboard, autojump_clock: MockClock) -> None:
    await switchboard.answer(Live.builder().connect(GoogleAI("k", model="its-own")))
    assert switchboard.peer.setup["model"] == "models/its-own"


ADDRESSES = [
    (None, None, None),
    (None, "ws://127.0.0.1:1", "ws://127.0.0.1:1"),
    ("ws://127.0.0.1:2", "ws://127.0.0.1:1", "ws://127.0.0.1:2"),
]
"""What the caller gives, what stands in the environment, and what is dialled."""


@pytest.mark.parametrize("addresses", ADDRESSES)
@pytest.mark.parametrize("platform", list(Platform))
async def test_another_address_is_given_or_in_the_environment(
    platform: Platform,
    addresses: tuple[str | None, str | None, str | None],
    switchboard: Switchboard,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, variable, used = addresses
    name = "GOOGLE_GEMINI_BASE_URL" if platform is Platform.GOOGLE_AI else "GOOGLE_VERTEX_BASE_URL"
    if variable:
        monkeypatch.setenv(name, variable)
    live = Live.builder()
    if platform is Platform.GOOGLE_AI:
        opening = live.connect_google_ai("k", base_url=given)
    else:
        opening = live.connect_vertex("p", "global", "t", base_url=given)
    assert (await switchboard.answer(opening)).base_url == used


async def test_the_timeout_for_dialling_reaches_the_dialer(switchboard: Switchboard, autojump_clock: MockClock) -> None:
    await switchboard.answer(Live.builder().timeouts(connect=3).connect_google_ai("k"))
    assert switchboard.options == [{"ssl_context": None, "connect_within": 3, "kind": TransportKind.LEAN}]


async def test_the_chosen_transport_reaches_the_dialer(switchboard: Switchboard, autojump_clock: MockClock) -> None:
    await switchboard.answer(Live.builder().transport(TransportKind.TRIO_WEBSOCKET).connect_google_ai("k"))
    assert switchboard.options[0]["kind"] is TransportKind.TRIO_WEBSOCKET


@pytest.mark.parametrize("platform", list(Platform))
async def test_a_transport_is_spoken_to_as_its_platform_wants(platform: Platform, autojump_clock: MockClock) -> None:
    async with call(Live.builder().model("m"), platform=platform) as (_, peer):
        assert peer.setup["model"].startswith("models/" if platform is Platform.GOOGLE_AI else "projects/")


# -- the environment ------------------------------------------------------------------------------------------------

ENVIRONMENTS: list[tuple[dict[str, str], Endpoint]] = [
    ({"GEMINI_API_KEY": "a", "GOOGLE_GENAI_API_KEY": "b", "GOOGLE_API_KEY": "c"}, GoogleAI("a")),
    ({"GOOGLE_GENAI_API_KEY": "b", "GOOGLE_API_KEY": "c"}, GoogleAI("b")),
    ({"GOOGLE_API_KEY": "c", "GOOGLE_GEMINI_BASE_URL": "ws://127.0.0.1:1"}, GoogleAI("c", "ws://127.0.0.1:1")),
    ({"GOOGLE_API_KEY": "c", "GOOGLE_GEMINI_BASE_URL": ""}, GoogleAI("c")),
    ({"GEMINI_API_KEY": "a", "GOOGLE_GENAI_USE_VERTEXAI": "false", "GOOGLE_CLOUD_PROJECT": "p"}, GoogleAI("a")),
    (
        {
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_CLOUD_PROJECT": "p",
            "GOOGLE_ACCESS_TOKEN": "t",
            "GEMINI_API_KEY": "a",
        },
        Vertex("p", "us-central1", "t"),
    ),
    (
        {
            "GOOGLE_GENAI_USE_VERTEXAI": "1",
            "GOOGLE_CLOUD_PROJECT": "p",
            "GOOGLE_CLOUD_LOCATION": "eu",
            "GOOGLE_ACCESS_TOKEN": "t",
            "GOOGLE_VERTEX_BASE_URL": "ws://127.0.0.1:1",
        },
        Vertex("p", "eu", "t", "ws://127.0.0.1:1"),
    ),
]


@pytest.mark.parametrize(("environment", "endpoint"), ENVIRONMENTS, ids=range(len(ENVIRONMENTS)))
async def test_the_environment_describes_an_endpoint(
    environment: dict[str, str],
    endpoint: Endpoint,
    switchboard: Switchboard,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert endpoint_from_env() == endpoint
    assert await switchboard.answer(Live.builder().connect_from_env()) == endpoint


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "set one of GEMINI_API_KEY, GOOGLE_GENAI_API_KEY, GOOGLE_API_KEY"),
        ({"GOOGLE_GENAI_USE_VERTEXAI": "TRUE"}, "GOOGLE_CLOUD_PROJECT is not"),
    ],
)
async def test_what_is_missing_in_the_environment_is_told_with_all_the_rest(
    environment: dict[str, str], words: str, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    opening = Live.builder().initial_phase("nowhere").connect_from_env()
    with pytest.raises(ConfigError) as caught:
        async with opening:
            pytest.fail("there is no session")
    assert words in caught.value.problems[0]
    assert "nowhere" in caught.value.problems[1]


async def test_gcloud_is_asked_when_no_token_is_named(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    commands: list[list[str]] = []

    class Done:
        stdout = b"ya29.token\n"

    async def run_process(command: list[str], **_: Any) -> Done:
        await trio.lowlevel.checkpoint()
        commands.append(command)
        return Done()

    monkeypatch.setattr(trio, "run_process", run_process)
    endpoint = endpoint_from_env()
    assert commands == []
    assert (await endpoint.address()).credential == "ya29.token"
    assert commands == [["gcloud", "auth", "print-access-token"]]


async def test_a_missing_gcloud_is_a_connect_error_with_advice(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")

    async def run_process(command: list[str], **_: Any) -> None:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(trio, "run_process", run_process)
    with pytest.raises(ConnectError) as caught:
        await endpoint_from_env().address()
    told = f"{caught.value} {caught.value.__cause__}"
    assert "GOOGLE_ACCESS_TOKEN" in told


# -- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", [GoogleAI(SECRET), Vertex("p", "global", SECRET)])
async def test_no_repr_and_no_log_shows_a_credential(
    endpoint: Endpoint, switchboard: Switchboard, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live.builder().proactive_audio()
    plans: list[SessionPlan] = [compile_plan(live.spec, endpoint, dial_transport(switchboard.peer.client))]
    await switchboard.peer.ready()
    with caplog.at_level(logging.DEBUG):
        opening = live.connect(endpoint)
        shown = [repr(thing) for thing in (live, live.spec, endpoint, opening, *plans)]
        async with opening as session:
            shown += [repr(session), repr(session.session), repr(vars(session))]
            await switchboard.peer.send("no frame at all")
            switchboard.peer.close(1008, "permission_denied")
            await session.done()
    assert not any(SECRET in text for text in shown)
    assert SECRET not in caplog.text


async def test_no_mistake_repeats_a_credential(autojump_clock: MockClock) -> None:
    wrong = f"{SECRET} with a blank"
    for opening in (
        Live.builder().connect_google_ai(wrong),
        Live.builder().connect_google_ai("k", base_url=f"https://example.org/?key={SECRET}"),
        Live.builder().connect_vertex("p", "global", wrong),
    ):
        with pytest.raises(ConfigError) as caught:
            async with opening:
                pytest.fail("there is no session")
        assert SECRET not in str(caught.value)
        assert SECRET not in repr(caught.value)
