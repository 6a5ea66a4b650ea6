"""Answers piece by piece, over real HTTP: whole, broken, slow, refused, left early; nothing stays open."""

from __future__ import annotations

import gc
import warnings

import pytest
import trio

from tests.llm.server import serving
from tests.llm.streaming import Step, event, streaming
from trio_live import FunctionCall, GoogleAI, Vertex
from trio_live.emulator import open_emulator, parse_persona
from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm import BaseLlm, GeminiLlm, LlmRequest, LlmResponse, MockLlm, TokenUsage

HELLO = LlmRequest.from_text("Hello")


async def read(llm: BaseLlm, request: LlmRequest = HELLO) -> list[LlmResponse]:
    async with llm.generate_stream(request) as pieces:
        return [piece async for piece in pieces]


def gemini(url: str, **options: float) -> GeminiLlm:
    return GeminiLlm("gemini-3.8-flash", GoogleAI("secret", base_url=url), **options)  # type: ignore[arg-type]


async def test_pieces_come_as_they_are_made() -> None:
    usage = b'data: {"usageMetadata": {"promptTokenCount": 2, "totalTokenCount": 5, "candidatesTokenCount": 3}}\n\n'
    whole = event("Hi ") + event("there")
    async with (
        streaming(whole[:20], whole[20:], 0.05, event(".", "STOP"), usage) as server,
        gemini(server.url) as llm,
    ):
        got = await read(llm)
    assert [piece.text() for piece in got] == ["Hi ", "there", ".", ""]
    assert server.asked == ["/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse"]
    answer = got[0]
    for piece in got[1:]:
        answer = answer.append(piece)
    assert (answer.text(), answer.finish_reason) == ("Hi there.", "STOP")
    assert answer.usage == TokenUsage(2, 3, 5)


async def test_vertex_is_asked_at_its_own_address() -> None:
    async with streaming(event("Hi", "STOP")) as server:
        llm = GeminiLlm("gemini-3.8-flash", Vertex("shop", "europe-west4", "token", base_url=server.url))
        async with llm:
            assert len(await read(llm)) == 1
    (path,) = server.asked
    assert path.endswith("/projects/shop/locations/europe-west4/publishers/google/models/gemini-3.8-flash:"
                         "streamGenerateContent?alt=sse")  # fmt: skip


BROKEN: dict[str, tuple[tuple[Step, ...], LlmErrorKind, bool]] = {
    "hung up": ((event("Hi"), None), LlmErrorKind.TRANSPORT, True),
    "broke off": ((event("Hi"),), LlmErrorKind.TRANSPORT, True),
    "garbage": ((event("Hi"), b"data: {nonsense\n\n"), LlmErrorKind.API, True),
    "empty": ((event("Hi"), b"data: {}\n\n"), LlmErrorKind.API, True),
    "refused": (
        (event("Hi"), b'data: {"error": {"code": 429, "message": "slow down"}}\n\n'),
        LlmErrorKind.RATE_LIMITED,
        True,
    ),
    "failed": ((event("Hi"), b'data: {"error": {"code": 500, "message": "oops"}}\n\n'), LlmErrorKind.API, True),
    "kept back": ((event("Hi"), event("", "SAFETY")), LlmErrorKind.CONTENT_FILTERED, False),
    "slow": ((event("Hi"), 60.0), LlmErrorKind.TRANSPORT, True),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_goes_wrong_in_the_middle_is_a_typed_error_behind_what_was_read(name: str) -> None:
    steps, kind, retryable = BROKEN[name]
    said: list[str] = []

    async def listen(llm: GeminiLlm) -> None:
        async with llm.generate_stream(HELLO) as pieces:
            async for piece in pieces:
                said.append(piece.text())  # noqa: PERF401 - also what came before an error

    async with streaming(*steps) as server, gemini(server.url, timeout=1.0) as llm:
        with pytest.raises(LlmError) as failure:
            await listen(llm)
    assert said == ["Hi"]
    assert (failure.value.kind, failure.value.retryable) == (kind, retryable), str(failure.value)


async def test_a_refusal_at_the_beginning_is_that_of_a_whole_answer() -> None:
    body = b'[{"error": {"message": "key secret is not welcome"}}]'
    async with serving(lambda _: (429, body, {"Retry-After": "7"})) as server, gemini(server.url) as llm:
        with pytest.raises(LlmError) as failure:
            await read(llm)
    assert (failure.value.kind, failure.value.retry_after) == (LlmErrorKind.RATE_LIMITED, 7.0)
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("how", ["leaves", "is cancelled", "raises"])
async def test_whoever_stops_reading_closes_the_connection_and_leaves_nothing(how: str) -> None:
    class EnoughError(Exception):
        pass

    async def listen(llm: GeminiLlm) -> None:
        async with llm.generate_stream(HELLO) as pieces:
            async for _ in pieces:
                if how == "leaves":
                    return
                if how == "raises":
                    raise EnoughError
                patience.cancel()

    patience = trio.CancelScope()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with streaming(event("Hi"), 60.0) as server, gemini(server.url) as llm:
            with patience:
                if how == "raises":
                    with pytest.raises(EnoughError):
                        await listen(llm)
                else:
                    await listen(llm)
            assert patience.cancelled_caught is (how == "is cancelled")
            with trio.fail_after(10):
                await server.left.wait()
            gc.collect()
            await trio.lowlevel.checkpoint()


async def test_a_block_in_which_nobody_reads_closes_its_connection_too() -> None:
    async with streaming(event("Hi"), 60.0) as server, gemini(server.url) as llm:
        async with llm.generate_stream(HELLO):
            pass
        with trio.fail_after(10):
            await server.left.wait()


PERSONA = parse_persona("""
name = "test"
[[rule]]
heard = { keywords = ["look"] }
call = { tool = "look_up", args = { what = "it" } }
[[default]]
say = "You said something."
""")


async def test_the_emulator_streams_word_by_word() -> None:
    async with open_emulator(PERSONA) as emulator, gemini(emulator.url) as llm:
        got = await read(llm)
        whole = await llm.generate(HELLO)
    assert [piece.text() for piece in got] == ["You", " said", " something."]
    assert [piece.finish_reason for piece in got] == [None, None, "STOP"]
    assert got[-1].usage == whole.usage
    assert "".join(piece.text() for piece in got) == whole.text()


async def test_a_model_that_cannot_stream_gives_one_piece_and_a_mock_gives_words() -> None:
    class Whole(BaseLlm):
        model_id = "whole"

        async def generate(self, request: LlmRequest) -> LlmResponse:
            return LlmResponse.from_text("All at once.")

    assert [piece.text() for piece in await read(Whole())] == ["All at once."]
    mock = MockLlm.script(["One by one", LlmResponse.from_calls([FunctionCall(name="go"), FunctionCall(name="on")])])
    assert [piece.text() for piece in await read(mock)] == ["One", " by", " one"]
    calls = await read(mock)
    assert [call.name for piece in calls for call in piece.function_calls()] == ["go", "on"]
    assert calls[-1].finish_reason == "STOP"
    assert mock.call_count == 2
    with pytest.raises(LlmError, match="question 3"):
        await read(mock)
