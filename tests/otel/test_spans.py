"""The spans of whole sessions, as an exporter gets them: one tree, its parents, its times, and no content unless asked for."""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from typing import Any

import pytest
import trio
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tests.peer import (
    Frame,
    Peer,
    audio,
    builder,
    call,
    call_of,
    heard,
    interrupted,
    said,
    settled,
    tool_call,
    turn_complete,
    usage,
)
from trio_live import ConfigError, FunctionCall, FunctionResponse, Live, Platform, State
from trio_live.errors import ExtractionFailed
from trio_live.extraction import RuleExtractor, TurnExtractor, number
from trio_live.otel import ATTRIBUTES

SECRET = "4111 1111 1111 1111"


class Spans:
    """What was exported."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    @property
    def all(self) -> Sequence[ReadableSpan]:
        return self.exporter.get_finished_spans()

    def named(self, beginning: str) -> list[ReadableSpan]:
        return [span for span in self.all if span.name.startswith(beginning)]

    def one(self, beginning: str) -> ReadableSpan:
        (span,) = self.named(beginning)
        return span

    def tree(self) -> set[tuple[str, str | None]]:
        """Each span's name, and that of its parent."""
        names = {span.context.span_id: span.name for span in self.all if span.context is not None}
        return {(span.name, names.get(span.parent.span_id) if span.parent is not None else None) for span in self.all}


@pytest.fixture
def spans() -> Spans:
    return Spans()


def told(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def agent(spans: Spans, *, content: bool = False) -> Live:
    tracer = spans.provider.get_tracer("the program")

    async def look_up(city: str) -> str:
        """Look something up."""
        with tracer.start_as_current_span("the tool's own"):
            await trio.sleep(0.2)
        if city == "nowhere":
            raise ValueError(f"no {city}, and {SECRET}")
        return f"sunny in {city}"

    return (
        builder()
        .instruction("Be kind.")
        .transcription()
        .tools(look_up)
        .extractor(RuleExtractor("Guests", {"guests": number()}))
        .tracing(spans.provider, content=content)
    )


async def talk(live: Live, *frames: Frame) -> None:
    async with call(live) as (_, peer):
        for frame in frames:
            await peer.send(frame)
            await settled()
            await trio.sleep(1)


TURN = (
    heard("For 4 guests."),
    tool_call(call_of("look_up", "c1", city="Rome")),
    said("Sunny."),
    audio(b"\1\0"),
    {**turn_complete(), **usage(10, 5)},
)


async def test_a_call_is_one_tree(spans: Spans, autojump_clock: trio.abc.Clock) -> None:
    await talk(agent(spans), *TURN)
    turn = "generate_content gemini-2.5-flash-native-audio-latest"
    assert spans.tree() == {
        ("invoke_agent", None),
        ("connection", "invoke_agent"),
        (turn, "invoke_agent"),
        ("execute_tool look_up", turn),
        ("the tool's own", "execute_tool look_up"),
        ("extract Guests", turn),
    }
    assert len({span.context.trace_id for span in spans.all if span.context is not None}) == 1


async def test_spans_bear_the_names_of_the_conventions_and_no_content(
    spans: Spans, autojump_clock: trio.abc.Clock
) -> None:
    await talk(agent(spans), *TURN)
    common = {
        "gen_ai.provider.name": "gcp.gemini",
        "gen_ai.request.model": "gemini-2.5-flash-native-audio-latest",
        "gen_ai.output.type": "speech",
    }
    assert told(spans.one("invoke_agent")) == {**common, "gen_ai.operation.name": "invoke_agent"}
    assert told(spans.one("generate_content")) == {
        **common,
        "gen_ai.operation.name": "generate_content",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "trio_live.turn": 0,
    }
    assert told(spans.one("execute_tool")) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "look_up",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.type": "function",
    }
    assert told(spans.one("extract")) == {"gen_ai.operation.name": "extract", "trio_live.extractor": "Guests"}
    assert told(spans.one("connection")) == {"trio_live.connection.generation": 1}
    assert {name for span in spans.all for name in told(span)} <= set(ATTRIBUTES)


async def test_a_turn_lasts_from_its_first_sign_of_life_to_its_end(
    spans: Spans, autojump_clock: trio.abc.Clock
) -> None:
    await talk(agent(spans), *TURN)
    turn, tool = spans.one("generate_content"), spans.one("execute_tool")
    assert turn.start_time is not None
    assert turn.end_time is not None
    assert (turn.end_time - turn.start_time) / 1e9 == pytest.approx(4.0, abs=0.3)
    assert tool.start_time is not None


async def test_content_is_told_when_it_is_asked_for_and_redacted(spans: Spans, autojump_clock: trio.abc.Clock) -> None:
    live = agent(spans, content=True).redact()
    await talk(
        live,
        heard(f"My card is {SECRET}."),
        tool_call(call_of("look_up", "c1", city=f"Rome {SECRET}")),
        said(f"So {SECRET}."),
        turn_complete(),
    )
    turn, tool = told(spans.one("generate_content")), told(spans.one("execute_tool"))
    assert json.loads(turn["gen_ai.input.messages"]) == [
        {"role": "user", "parts": [{"type": "text", "content": "My card is [card ending 1111]."}]}
    ]
    assert json.loads(turn["gen_ai.output.messages"])[0]["parts"][0]["content"] == "So [card ending 1111]."
    assert json.loads(tool["gen_ai.tool.call.arguments"]) == {"city": "Rome [card ending 1111]"}
    assert tool["gen_ai.tool.call.result"] == "sunny in Rome [card ending 1111]"
    assert "Be kind." in told(spans.one("invoke_agent"))["gen_ai.system_instructions"]
    assert SECRET not in "".join(span.to_json() for span in spans.all)


async def test_failures_are_errors_without_their_words(spans: Spans, autojump_clock: trio.abc.Clock) -> None:
    class Failing(TurnExtractor):
        name = "Failing"

        async def extract(self, window: object) -> None:
            raise ExtractionFailed("Failing", SECRET)

    live = agent(spans).extractor(Failing())
    await talk(live, heard("Hello"), tool_call(call_of("look_up", "c1", city="nowhere")), said("No."), turn_complete())
    tool, extraction = spans.one("execute_tool"), spans.one("extract Failing")
    assert tool.status.status_code is extraction.status.status_code is StatusCode.ERROR
    assert told(extraction)["error.type"] == "ExtractionFailed"
    assert told(tool)["error.type"]
    assert SECRET not in "".join(span.to_json() for span in (tool, extraction))


async def test_an_interruption_and_the_end_of_a_connection_are_told(
    spans: Spans, autojump_clock: trio.abc.Clock
) -> None:
    peer = Peer()
    async with call(builder().tracing(spans.provider), peer) as (session, _):
        await peer.send(said("Well, "), audio(b"\1\0"), interrupted(), turn_complete())
        await settled()
        peer.close(1011, f"broken {SECRET}")
        await session.done()
    assert told(spans.one("generate_content"))["trio_live.turn.interrupted"] is True
    connection = told(spans.one("connection"))
    assert connection["trio_live.connection.close_code"] == 1011
    assert connection["error.type"] == "1011"
    assert "trio_live.connection.close_reason" not in connection


async def test_calls_that_the_callback_answers_have_spans_too(spans: Spans, autojump_clock: trio.abc.Clock) -> None:
    current: list[object] = []

    async def answer(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        current.append(trace.get_current_span())
        return [FunctionResponse.of(each, {"ok": True}) for each in calls]

    live = builder().add_tool({"name": "a"}).on_tool_call(answer).tracing(spans.provider, content=True)
    await talk(live, tool_call(call_of("a", "1"), call_of("a", "2")), said("Done."), turn_complete())
    tools = spans.named("execute_tool a")
    assert [told(span)["gen_ai.tool.call.id"] for span in tools] == ["1", "2"]
    assert [told(span)["gen_ai.tool.call.result"] for span in tools] == ['{"ok": true}'] * 2
    assert getattr(current[0], "name", "").startswith("generate_content")


async def test_the_session_hangs_below_what_is_traced_around_it(spans: Spans) -> None:
    tracer = spans.provider.get_tracer("the program")
    with tracer.start_as_current_span("the program's"):
        async with call(builder().tracing(spans.provider)):
            with tracer.start_as_current_span("in the block"):
                pass
        assert getattr(trace.get_current_span(), "name", "") == "the program's"
    assert {("invoke_agent", "the program's"), ("in the block", "invoke_agent")} <= spans.tree()


async def test_what_is_still_open_ends_with_the_session(spans: Spans, autojump_clock: trio.abc.Clock) -> None:
    async def fail() -> None:
        async with call(builder().tracing(spans.provider)) as (_, peer):
            await peer.send(said("Well, "))
            await settled()
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await fail()
    assert {span.name.split()[0] for span in spans.all} == {"invoke_agent", "connection", "generate_content"}
    assert told(spans.one("invoke_agent"))["error.type"] == "KeyError"


async def test_the_platform_is_told(spans: Spans) -> None:
    async with call(builder().tracing(spans.provider), platform=Platform.VERTEX):
        pass
    assert told(spans.one("invoke_agent"))["gen_ai.provider.name"] == "gcp.vertex_ai"


def test_a_provider_must_be_one() -> None:
    with pytest.raises(TypeError, match="get_tracer"):
        builder().tracing(object())


def test_without_opentelemetry_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith(("opentelemetry", "trio_live.otel")):
            raise ImportError(name)
        return whole(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ConfigError, match=r"pip install 'trio-live\[otel\]'"):
        builder().tracing()
