"""`Live`: the fluent face of everything."""

from __future__ import annotations

import os
import ssl
import subprocess
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Self

import trio

from trio_live._values import value
from trio_live.errors import ConfigError, ConnectError
from trio_live.lanes._internal import SessionPlan
from trio_live.live._agents import begun_by
from trio_live.live._compile import check_without_endpoint, compile_plan, fitted_setup, resolve_abilities
from trio_live.live._open import open_live
from trio_live.live._pages import (
    AgentPage,
    CallbackPage,
    CompositionPage,
    ConnectionPage,
    ControlCallbackPage,
    DurabilityPage,
    ExtractionPage,
    LiveSpec,
    PhasePage,
    ReactivePage,
    ResiliencePage,
    SessionPage,
    VoicePage,
)
from trio_live.transport import Endpoint, GoogleAI, Token, Transport, Vertex, dial_websocket
from trio_live.transport._internal import dial_transport
from trio_live.wire import IgnoredSetting, Platform

if TYPE_CHECKING:
    from trio_live.contract import RuntimeContract
    from trio_live.live._handle import LiveHandle
    from trio_live.llm import AuthToken, TokenTerms

KEY_VARIABLES = ("GEMINI_API_KEY", "GOOGLE_GENAI_API_KEY", "GOOGLE_API_KEY")


@value
class Live(
    SessionPage,
    ConnectionPage,
    DurabilityPage,
    ResiliencePage,
    ExtractionPage,
    CompositionPage,
    PhasePage,
    AgentPage,
    ReactivePage,
    VoicePage,
    CallbackPage,
    ControlCallbackPage,
):
    """A live voice agent, described step by step and connected at the end.

    Immutable: every method returns a new builder, so a half-built agent can be shared and specialised::

        live = Live.builder().model("gemini-3.8-live").instruction("You are a helpful assistant.")
        async with live.connect_google_ai(key) as session:
            await session.send_text("Hello")

    Arguments of the wrong type or range raise at the call. Mistakes that only show when everything is together are
    raised as one `ConfigError` when connecting, before any I/O.
    """

    @classmethod
    def builder(cls) -> Self:
        """A new builder with nothing chosen."""
        return cls()

    def connect_google_ai(
        self,
        api_key: Token,
        *,
        base_url: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        cleartext: bool = False,
    ) -> AbstractAsyncContextManager[LiveHandle]:
        """A session with the Gemini Developer API.

        Args:
            api_key: an API key, an ephemeral token, or a function (plain or async) that returns one at every dial.
            base_url: another address, such as the emulator's; also read from ``GOOGLE_GEMINI_BASE_URL``.
            ssl_context: for ``wss``, instead of the default one; it must verify the server.
            cleartext: allow a ``base_url`` of ``ws`` or ``http`` that leads to another machine; the key is read by whoever
                listens on the way.

        Returns:
            An async context manager. Entering means connected; leaving means that every task is finished.

        Raises:
            ConfigError: on entering, before any I/O: everything that is wrong, at once.
            ConnectError: on entering: there is no session to be had, and why.

        Cancellation: leaves no task and no socket behind.
        """
        base_url = base_url or os.environ.get("GOOGLE_GEMINI_BASE_URL") or None
        return self.connect(GoogleAI(api_key, base_url, cleartext=cleartext), ssl_context)

    def connect_vertex(
        self,
        project: str,
        location: str,
        token: Token,
        *,
        base_url: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        cleartext: bool = False,
    ) -> AbstractAsyncContextManager[LiveHandle]:
        """A session with Vertex AI. Returns, raises and cancels as `connect_google_ai`.

        Args:
            project: the Google Cloud project id.
            location: a region such as ``us-central1``, a multi-region (``us``, ``eu``) or ``global``.
            token: an OAuth access token, or a function (plain or async) that returns one at every dial.
            base_url: another address, such as the emulator's; also read from ``GOOGLE_VERTEX_BASE_URL``.
            ssl_context: for ``wss``, instead of the default one; it must verify the server.
            cleartext: as in `connect_google_ai`.
        """
        base_url = base_url or os.environ.get("GOOGLE_VERTEX_BASE_URL") or None
        return self.connect(Vertex(project, location, token, base_url, cleartext=cleartext), ssl_context)

    def connect(
        self, endpoint: Endpoint, ssl_context: ssl.SSLContext | None = None
    ) -> AbstractAsyncContextManager[LiveHandle]:
        """A session with the given endpoint. Returns, raises and cancels as `connect_google_ai`.

        Args:
            endpoint: `GoogleAI` or `Vertex`, with everything that dialling needs.
            ssl_context: for ``wss``, instead of the default one; it must verify the server.
        """
        return open_live(self.spec, lambda spec: self._plan(spec, endpoint, ssl_context))

    def _plan(self, spec: LiveSpec, endpoint: Endpoint, ssl_context: ssl.SSLContext | None = None) -> SessionPlan:
        dial = dial_websocket(
            endpoint, ssl_context=ssl_context, connect_within=spec.connect_within, kind=spec.transport
        )
        return compile_plan(spec, endpoint, dial)

    def connect_from_env(self) -> AbstractAsyncContextManager[LiveHandle]:
        """A session with whatever the environment names. Returns, raises and cancels as `connect_google_ai`.

        ``GOOGLE_GENAI_USE_VERTEXAI=true``: Vertex, with ``GOOGLE_CLOUD_PROJECT``, ``GOOGLE_CLOUD_LOCATION``
        (``us-central1`` by default) and ``GOOGLE_ACCESS_TOKEN`` (otherwise the gcloud command is asked at every
        dial). Else Google AI, with ``GEMINI_API_KEY``, ``GOOGLE_GENAI_API_KEY`` or ``GOOGLE_API_KEY``. An address of
        another machine without TLS, in ``GOOGLE_…_BASE_URL``, is taken with ``TRIO_LIVE_CLEARTEXT=true`` only.
        """

        def plan(spec: LiveSpec) -> SessionPlan:
            try:
                endpoint = endpoint_from_env()
            except ConfigError as missing:
                problems, _ = check_without_endpoint(spec)
                raise ConfigError([*missing.problems, *problems]) from None
            return self._plan(spec, endpoint)

        return open_live(self.spec, plan)

    def connect_with_transport(
        self, transport: Transport, *, platform: Platform = Platform.GOOGLE_AI
    ) -> AbstractAsyncContextManager[LiveHandle]:
        """The same session over a transport that is already connected; for tests and for other carriers.

        Returns, raises and cancels as `connect_google_ai`. The session closes the transport, and does not reconnect.

        Args:
            transport: whose other end speaks the protocol.
            platform: whose rules the setup and the frames follow.
        """
        endpoint = GoogleAI("-") if platform is Platform.GOOGLE_AI else Vertex("project", "global", "-")
        once = self.reconnect(on=False)  # there is one transport
        return open_live(once.spec, lambda spec: compile_plan(spec, endpoint, dial_transport(transport)))

    def ignored_settings(self, platform: Platform) -> tuple[IgnoredSetting, ...]:
        """What would be left off the wire on this platform, and why. Connects to nothing.

        Args:
            platform: where it would connect to.
        """
        endpoint = GoogleAI("-") if platform is Platform.GOOGLE_AI else Vertex("project", "global", "-")
        abilities = resolve_abilities(self.spec, endpoint)
        return fitted_setup(begun_by(self.spec, None, abilities), endpoint)[1]

    async def create_auth_token(self, endpoint: GoogleAI, terms: TokenTerms | None = None) -> AuthToken:
        """An ephemeral token for somebody else's client, which opens a session of this agent with it. Extra ``llm``.

        Args:
            endpoint: with the API key; ``endpoint_from_env()`` is one, too.
            terms: what the token is to be good for; one session that begins within a minute, every setting of this agent
                locked, unless given.

        Returns:
            The token; its ``name`` is what the client gives as ``api_key``.

        Raises:
            ConfigError: the agent or the endpoint cannot work, or phases say what would be locked; before any I/O.
            ConnectRejected: the server refuses; ``code`` is the HTTP status.
            ConnectTimeout: it did not answer in time.
            ConnectError: it cannot be reached, or its answer makes no sense.

        Cancellation: the request is given up.
        """
        from trio_live.llm import TokenTerms, create_auth_token  # here, so that a session never pays for it

        terms = terms or TokenTerms()
        locks_instruction = terms.locked is None or "systemInstruction" in terms.mask().split(",")
        if self.spec.control.initial_phase is not None and locks_instruction:
            raise ConfigError("phases change the instruction, so it cannot be locked: name other fields in locked")
        return await create_auth_token(endpoint, terms, fitted_setup(self.spec, endpoint)[0])

    def describe_contract(self) -> RuntimeContract:
        """What this agent declares, as a value to be kept and compared. Connects to nothing, and checks nothing.

        Functions are shown by name, schema and behaviour, guards and predicates as booleans and labels. Tools of MCP
        servers are known when connecting, and not in it.
        """
        from trio_live.live._describe import describe  # here, so that a session never pays for it

        return describe(self.spec)


def endpoint_from_env() -> Endpoint:
    """The endpoint that the environment describes; see `Live.connect_from_env`.

    Raises:
        ConfigError: the variables that are missing, all of them.
    """
    cleartext = _is_on("TRIO_LIVE_CLEARTEXT")
    if _is_on("GOOGLE_GENAI_USE_VERTEXAI"):
        project = os.environ.get("GOOGLE_CLOUD_PROJECT")
        if not project:
            raise ConfigError("GOOGLE_GENAI_USE_VERTEXAI is set, but GOOGLE_CLOUD_PROJECT is not")
        location = os.environ.get("GOOGLE_CLOUD_LOCATION") or "us-central1"
        token = os.environ.get("GOOGLE_ACCESS_TOKEN") or _token_from_gcloud
        return Vertex(project, location, token, os.environ.get("GOOGLE_VERTEX_BASE_URL") or None, cleartext=cleartext)
    for variable in KEY_VARIABLES:
        key = os.environ.get(variable)
        if key:
            return GoogleAI(key, os.environ.get("GOOGLE_GEMINI_BASE_URL") or None, cleartext=cleartext)
    raise ConfigError(f"no API key in the environment: set one of {', '.join(KEY_VARIABLES)}")


def _is_on(variable: str) -> bool:
    return os.environ.get(variable, "").lower() in {"1", "true", "yes"}


async def _token_from_gcloud() -> str:
    command = ["gcloud", "auth", "print-access-token"]
    try:
        done = await trio.run_process(command, capture_stdout=True, capture_stderr=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ConnectError(
            f"gcloud gave no access token: {type(error).__name__}",
            advice="set GOOGLE_ACCESS_TOKEN, or run gcloud auth login",
        ) from error
    return done.stdout.decode().strip()
