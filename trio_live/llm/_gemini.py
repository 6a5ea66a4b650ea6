"""Gemini as a text model, over HTTP. Needs the extra ``llm``."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import trio

from trio_live._typing import Seconds
from trio_live._wording import one_line
from trio_live.errors import ConfigError, ConnectError, LlmError, LlmErrorKind
from trio_live.llm._abc import BaseLlm
from trio_live.llm._sse import EventReader, TooLargeError
from trio_live.llm._values import LlmRequest, LlmResponse
from trio_live.llm._wire import (
    decode_response,
    encode_request,
    error_of,
    error_words,
    is_of_the_live_api,
    rest_base,
)
from trio_live.transport import Address, Endpoint, GoogleAI
from trio_live.transport._internal import EPHEMERAL, check_endpoint
from trio_live.wire import Content

if TYPE_CHECKING:
    import httpx

DEFAULT_TIMEOUT: Final[Seconds] = 30.0
"""How long an answer may take, from the first byte sent to the last one read."""

_SHORTEST: Final = LlmRequest([Content.of("Hi")], max_output_tokens=1)


class GeminiLlm(BaseLlm):
    """A Gemini model that is asked and answers in text, on Google AI or on Vertex.

    One HTTP client, made at the first question and kept: connections are reused. Close it with `aclose`, or use the
    model as ``async with``. A question that fails is not asked again here: its error says whether that may help.

    Args:
        model: such as ``gemini-3.8-flash``; none of the Live API.
        endpoint: where it is, and with what right: `GoogleAI` or `Vertex`, or ``endpoint_from_env()``.
        timeout: seconds that one answer may take.
        headers: sent with every question.

    Raises:
        ConfigError: the model or the endpoint cannot work, or httpx is not installed.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        *,
        timeout: Seconds = DEFAULT_TIMEOUT,
        headers: dict[str, str] | None = None,
    ) -> None:
        if problems := [*_problems(model, endpoint, timeout)]:
            raise ConfigError(problems)
        self.model_id = model
        self._endpoint = endpoint
        self._timeout = timeout
        self._headers = dict(headers or {})
        self._client: httpx.AsyncClient | None = None
        self._is_warm = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close its connections. It can be asked again; that opens new ones.

        Cancellation: they are closed without a goodbye.
        """
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def generate(self, request: LlmRequest) -> LlmResponse:
        """Ask, and wait for the whole answer.

        Args:
            request: the question.

        Raises:
            LlmError: there is no answer: see `STATUS_KINDS`. No word of it repeats the credential.

        Cancellation: the connection of this question is given up.
        """
        from trio_live.llm._http import post

        body, address = encode_request(request), await self._address()
        with self._mistakes_told(address):
            with trio.fail_after(self._timeout):
                answer = await post(self._open(), self._url(address, "generateContent"), body, self._sent(address))
        if not answer.is_success:
            raise _refused(answer, address)
        return decode_response(answer.content)

    @asynccontextmanager
    async def generate_stream(self, request: LlmRequest) -> AsyncGenerator[AsyncIterator[LlmResponse], None]:
        """Ask, and read the answer while it is made; see `BaseLlm.generate_stream`.

        Args:
            request: the question.

        Returns:
            An async context manager, which gives an async iterator. The timeout counts anew for every piece.

        Raises:
            LlmError: on entering or on reading: as `generate`. One that is retryable in the middle of an answer means that
                the whole of it is to be asked again.

        Cancellation: the connection of this question is closed, as it is when the block is left early.
        """
        from trio_live.llm._http import streamed

        body, address = encode_request(request), await self._address()
        url = self._url(address, "streamGenerateContent?alt=sse")
        async with AsyncExitStack() as stack:
            with self._mistakes_told(address), trio.fail_after(self._timeout):
                answer, read = await stack.enter_async_context(streamed(self._open(), url, body, self._sent(address)))
                if not answer.is_success:
                    await answer.aread()
            if not answer.is_success:
                raise _refused(answer, address)
            yield _Streamed(read, partial(self._mistakes_told, address), self._timeout)

    async def _address(self) -> Address:
        try:
            return await self._endpoint.address()
        except ConnectError as error:
            raise LlmError(str(error), kind=LlmErrorKind.AUTH) from error

    def _open(self) -> httpx.AsyncClient:
        from trio_live.llm._http import open_client

        self._client = self._client or open_client()
        return self._client

    @contextmanager
    def _mistakes_told(self, address: Address) -> Iterator[None]:
        """What goes wrong on the way as an error of ours, which does not repeat the credential."""
        import httpx

        try:
            yield
        except trio.TooSlowError:
            words = f"no answer within {self._timeout:g} s"
            raise LlmError(words, kind=LlmErrorKind.TRANSPORT, retryable=True) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            words = address.redacted(one_line(str(error) or type(error).__name__))
            raise LlmError(words, kind=LlmErrorKind.TRANSPORT, retryable=True) from None

    async def warm_up(self) -> None:
        """Ask for one token, so that the connection stands and the model is awake. Once; later calls do nothing.

        Cancellation: harmless.
        """
        if self._is_warm:
            return
        self._is_warm = True
        with suppress(LlmError):
            await self.generate(_SHORTEST)

    def _url(self, address: Address, method: str) -> str:
        return f"{rest_base(address)}/{self._endpoint.api_version}/{self._endpoint.resource(self.model_id)}:{method}"

    def _sent(self, address: Address) -> dict[str, str]:
        credential = {name.decode(): value.decode() for name, value in address.headers}
        return {**self._headers, **credential}


class _Streamed(AsyncIterator[LlmResponse]):
    """The pieces of one answer, as they come."""

    def __init__(
        self,
        read: AsyncIterator[bytes],
        mistakes_told: Callable[[], AbstractContextManager[None]],
        timeout: Seconds,
    ) -> None:
        self._read = read
        self._mistakes_told = mistakes_told
        self._timeout = timeout
        self._events = EventReader()
        self._waiting: deque[LlmResponse] = deque()
        self._is_over = self._is_whole = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> LlmResponse:
        while not self._waiting:
            if self._is_over:
                self._check_end()
                raise StopAsyncIteration
            with self._mistakes_told(), trio.fail_after(self._timeout):
                await self._receive()
        return self._waiting.popleft()

    async def _receive(self) -> None:
        try:
            received = self._events.feed(await self._read.__anext__())
        except StopAsyncIteration:
            self._is_over, received = True, self._events.end()
        except TooLargeError as error:
            raise LlmError(str(error), kind=LlmErrorKind.API, retryable=True) from None
        for data in received:
            piece = decode_response(data, is_piece=True)
            self._is_whole = self._is_whole or piece.finish_reason is not None
            self._waiting.append(piece)

    def _check_end(self) -> None:
        """An answer that ends without a reason was broken off."""
        if not self._is_whole:
            self._is_whole = True  # it is told once
            raise LlmError("the answer broke off", kind=LlmErrorKind.TRANSPORT, retryable=True)


def _refused(answer: httpx.Response, address: Address) -> LlmError:
    words = address.redacted(one_line(error_words(answer.content)))
    wait = answer.headers.get("Retry-After", "")
    return error_of(answer.status_code, words, float(wait) if wait.isascii() and wait.isdigit() else None)


def _problems(model: Any, endpoint: Endpoint, timeout: Any) -> list[str]:
    found = []
    try:
        import httpx  # noqa: F401 - an extra
    except ImportError:
        found.append("a GeminiLlm needs httpx: pip install 'trio-live[llm]'")
    if not isinstance(model, str) or not model:
        found.append(f"the name of a model is a text such as 'gemini-3.8-flash', not {model!r}")
    elif is_of_the_live_api(model):
        found.append(f"{model!r} is a model of the Live API, which answers no text requests; take 'gemini-3.8-flash'")
    if type(timeout) not in (int, float) or not 0 < timeout < float("inf"):
        found.append(f"timeout is a number of seconds above 0, not {timeout!r}")
    if isinstance(endpoint, GoogleAI) and isinstance(endpoint.api_key, str) and endpoint.api_key.startswith(EPHEMERAL):
        found.append("an ephemeral token opens Live sessions only; the text API needs an API key")
    return [*found, *check_endpoint(endpoint)]
