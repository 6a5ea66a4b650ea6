"""One tree of spans for a session: its connections, its turns, and what ran in them.

::

    invoke_agent                       the session
    ├── connection                     one for each
    ├── generate_content MODEL         a turn: from its first sign of life to its end
    │   ├── execute_tool NAME
    │   └── extract NAME
    └── …

A turn is seen by the telemetry lane, which counts in batches; its span bears the instants of its events all the same.
Whatever runs code (a function, an extractor) has its span while it runs, and that span is the current one there, so what
that code traces hangs below it. Parents are given, never guessed: nothing depends on which task happens to run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

import trio
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from trio_live import wire_events
from trio_live._typing import Json, Seconds
from trio_live.otel import _attributes as names
from trio_live.otel._options import TracingOptions
from trio_live.redaction import Redaction
from trio_live.telemetry._internal import Answering
from trio_live.wire import FunctionCall, Platform, Setup, UsageMetadata
from trio_live.wire._internal import bare_model
from trio_live.wire_events._internal import Passed, SoundRun

_PROVIDERS: Final = {Platform.GOOGLE_AI: "gcp.gemini", Platform.VERTEX: "gcp.vertex_ai"}
_LIVELY: Final = frozenset(
    {
        SoundRun,
        wire_events.Media,
        wire_events.TextDelta,
        wire_events.Thought,
        wire_events.InputTranscription,
        wire_events.OutputTranscription,
        wire_events.VoiceActivityStart,
        wire_events.ToolCall,
        wire_events.Interrupted,
        wire_events.Usage,
    }
)
"""The first signs of life of a turn."""


class SessionSpans:
    """Draws the spans of one session.

    Args:
        options: what the program wants.
        tracer: makes spans.
        session: the span of the session.
        attributes: of the session and its turns.
        redaction: what is hidden in content.
        to_epoch: seconds from Trio's clock to the epoch.
    """

    def __init__(
        self,
        options: TracingOptions,
        tracer: trace.Tracer,
        session: Span,
        attributes: dict[str, Any],
        *,
        redaction: Redaction | None,
        to_epoch: Seconds,
    ) -> None:
        self._content = options.content
        self._tracer = tracer
        self._session = session
        self._below_session = trace.set_span_in_context(session)
        self._attributes = attributes
        self._redaction = redaction
        self._to_epoch = to_epoch
        self._catch_up: Callable[[], None] = lambda: None
        self._turn: Span | None = None
        self._newest = self._below_session
        """Of the newest turn, or of the session before the first."""
        self._connection: Span | None = None
        self._heard: list[str] = []
        self._said: list[str] = []

    # -- what the session tells ---------------------------------------------------------------------------------

    def begin(self, catch_up: Callable[[], None]) -> None:
        """See `Tracing.begin`."""
        self._catch_up = catch_up

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """See `Tracing.observe`."""
        for event, now in routed:
            kind = type(event)
            if kind in _LIVELY and self._turn is None:
                self._begin_turn(now)
            self._note(event, now)

    @contextmanager
    def tools(self, calls: Sequence[FunctionCall]) -> Generator[Answering, None, None]:
        """See `Tracing.tools`. The span of a single call is the current one while it runs."""
        self._catch_up()
        spans = [(call, self._tool(call)) for call in calls]
        current = spans[0][1] if len(spans) == 1 else trace.get_current_span(self._newest)
        try:
            with _current(current):
                yield _ToolSpans(spans, self._fill)
        except BaseException as error:
            for _, span in spans:
                _fail(span, type(error).__name__)
            raise
        finally:
            for _, span in spans:
                span.end()

    @contextmanager
    def extraction(self, name: str) -> Generator[None, None, None]:
        """See `Tracing.extraction`."""
        self._catch_up()
        attributes = {names.OPERATION: "extract", names.EXTRACTOR: name}
        span = self._tracer.start_span(f"extract {name}", self._newest, SpanKind.INTERNAL, attributes)
        try:
            with _current(span):
                yield
        except BaseException as error:
            _fail(span, type(error).__name__)
            raise
        finally:
            span.end()

    def doing(self, what: str, name: str) -> AbstractContextManager[object]:  # noqa: ARG002  # too small for a span
        """See `Tracing.doing`."""
        return nullcontext()

    def dialled(self, generation: int) -> None:
        """See `Tracing.dialled`."""
        self._connection = self._tracer.start_span(
            "connection", self._below_session, SpanKind.CLIENT, {names.GENERATION: generation}
        )

    def connected(self) -> None:
        """See `Tracing.connected`."""
        if self._connection is not None:
            self._connection.add_event("accepted")

    def lost(self, reason: str, code: int | None) -> None:
        """See `Tracing.lost`."""
        span, self._connection = self._connection, None
        if span is None:
            return
        if code is not None:
            span.set_attribute(names.CLOSE_CODE, code)
            _fail(span, str(code))
        self._fill(span, names.CLOSE_REASON, reason)
        span.end()

    def finish(self) -> None:
        """The session is over: what is still open ends with it."""
        self._catch_up = lambda: None
        self.lost("the session is over", None)
        if self._turn is not None:
            self._end_turn(trio.current_time())

    # -- turns --------------------------------------------------------------------------------------------------

    def _begin_turn(self, now: Seconds) -> None:
        model = self._attributes[names.MODEL]
        attributes = {**self._attributes, names.OPERATION: "generate_content"}
        self._turn = self._tracer.start_span(
            f"generate_content {model}", self._below_session, SpanKind.CLIENT, attributes, start_time=self._at(now)
        )
        self._newest = trace.set_span_in_context(self._turn)

    def _note(self, event: Passed, now: Seconds) -> None:
        turn = self._turn
        match event:
            case wire_events.Connected(session_id) if session_id:
                self._session.set_attribute(names.CONVERSATION, session_id)
            case wire_events.Usage(usage) if turn is not None:
                turn.set_attributes(tokens(usage))
            case wire_events.Interrupted(phantom=False) if turn is not None:
                turn.set_attribute(names.INTERRUPTED, True)
            case wire_events.InputTranscription(text) if self._content:
                self._heard.append(text)
            case wire_events.OutputTranscription(text) | wire_events.TextDelta(text) if self._content:
                self._said.append(text)
            case wire_events.TurnComplete() if turn is not None:
                turn.set_attribute(names.TURN, event.tally.turn)
                if event.cut:
                    turn.set_attribute(names.CUT, True)
                self._end_turn(now)

    def _end_turn(self, now: Seconds) -> None:
        turn, self._turn = self._turn, None
        if turn is None:
            return
        for name, role, pieces in (
            (names.INPUT_MESSAGES, "user", self._heard),
            (names.OUTPUT_MESSAGES, "assistant", self._said),
        ):
            if pieces:
                self._fill(turn, name, [{"role": role, "parts": [{"type": "text", "content": "".join(pieces)}]}])
                pieces.clear()
        turn.end(self._at(now))

    # -- small things -------------------------------------------------------------------------------------------

    def _tool(self, call: FunctionCall) -> Span:
        attributes: dict[str, Any] = {
            names.OPERATION: "execute_tool",
            names.TOOL_NAME: call.name,
            names.TOOL_TYPE: "function",
        }
        if call.id:
            attributes[names.TOOL_ID] = call.id
        span = self._tracer.start_span(f"execute_tool {call.name}", self._newest, SpanKind.INTERNAL, attributes)
        self._fill(span, names.TOOL_ARGUMENTS, call.args or {})
        return span

    def _fill(self, span: Span, name: str, content: Json) -> None:
        """Content, as it may be told, where it is asked for."""
        if self._content:
            hidden = content if self._redaction is None else self._redaction.json(content)
            span.set_attribute(name, hidden if isinstance(hidden, str) else json.dumps(hidden, default=str))

    def _at(self, now: Seconds) -> int:
        return round((now + self._to_epoch) * 1e9)


class _ToolSpans:
    """Is told what came of the calls of one batch."""

    def __init__(self, spans: Sequence[tuple[FunctionCall, Span]], fill: Callable[[Span, str, Json], None]) -> None:
        self._spans = spans
        self._fill = fill

    def answered(self, call: FunctionCall, result: Json, error: str | None = None) -> None:
        """See `Answering.answered`."""
        for known, span in self._spans:
            if known is call:
                if error is not None:
                    _fail(span, error)
                self._fill(span, names.TOOL_RESULT, result)


@contextmanager
def _current(span: Span) -> Generator[None, None, None]:
    token = contexts.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        contexts.detach(token)


def _fail(span: Span, error: str) -> None:
    span.set_attribute(names.ERROR, error)
    span.set_status(Status(StatusCode.ERROR))


def tokens(usage: UsageMetadata) -> dict[str, int]:
    """The attributes of a report; what it leaves out is left out. Thoughts are output, by the conventions."""
    thoughts, said = usage.thoughts_token_count, usage.response_tokens
    found = {
        names.INPUT_TOKENS: usage.prompt_token_count,
        names.OUTPUT_TOKENS: None if said is None and thoughts is None else (said or 0) + (thoughts or 0),
        names.CACHED_TOKENS: usage.cached_content_token_count,
        names.THOUGHT_TOKENS: thoughts,
    }
    return {name: count for name, count in found.items() if count is not None}


@contextmanager
def open_spans(
    options: TracingOptions, setup: Setup, platform: Platform, redaction: Redaction | None, now: Callable[[], Seconds]
) -> Generator[SessionSpans, None, None]:
    """The span of a session while the block lasts; it is the current one in it.

    Args:
        options: what the program wants.
        setup: the session's.
        platform: where it goes.
        redaction: what is hidden in content.
        now: seconds since the epoch.
    """
    tracer = trace.get_tracer("trio_live", tracer_provider=options.tracer_provider)
    modalities = (setup.generation_config and setup.generation_config.response_modalities) or ["AUDIO"]
    attributes = {
        names.PROVIDER: _PROVIDERS[platform],
        names.MODEL: bare_model(setup.model),
        names.OUTPUT: "text" if modalities == ["TEXT"] else "speech",
    }
    session = tracer.start_span(
        "invoke_agent", kind=SpanKind.CLIENT, attributes={**attributes, names.OPERATION: "invoke_agent"}
    )
    spans = SessionSpans(
        options, tracer, session, attributes, redaction=redaction, to_epoch=now() - trio.current_time()
    )
    instruction = setup.system_instruction
    if instruction is not None:
        parts = [{"type": "text", "content": part.text} for part in instruction.parts or () if part.text]
        spans._fill(session, names.INSTRUCTIONS, parts)  # noqa: SLF001  # two halves of one mechanism
    try:
        with _current(session):
            yield spans
    except BaseException as error:
        _fail(session, type(error).__name__)
        raise
    finally:
        spans.finish()
        session.end()
