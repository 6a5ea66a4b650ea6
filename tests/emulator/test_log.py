from __future__ import annotations

import pytest

from tests.emulator.callers import Notebook, tools
from trio_live.emulator._log import ConnectionLog, Direction, LogRecord, summarise, text_of
from trio_live.wire import (
    Blob,
    ClientContent,
    ClientMessage,
    Content,
    ContextUpdate,
    FunctionResponse,
    Part,
    RealtimeInput,
    Setup,
    ToolResponse,
)


@pytest.mark.parametrize(
    ("message", "summary", "is_media"),
    [
        (ClientMessage(), "nothing", False),
        (ClientMessage(setup=Setup(model="m", tools=tools("f", "g"))), "setup m with f, g", False),
        (
            ClientMessage(client_content=ClientContent(turns=[Content.of("hi")], turn_complete=True)),
            "content user: 'hi'",
            False,
        ),
        (ClientMessage(client_content=ClientContent()), "content without turns, more to come", False),
        (ClientMessage(realtime_input=RealtimeInput(text="hi")), "text 'hi'", False),
        (ClientMessage(realtime_input=RealtimeInput(audio=Blob(data=b"1"))), "audio", True),
        (ClientMessage(realtime_input=RealtimeInput(audio_stream_end=True)), "audio stream end", False),
        (
            ClientMessage(tool_response=ToolResponse([FunctionResponse(name="f", response={"a": 1})])),
            "f answers {'a': 1}",
            False,
        ),
        (ClientMessage(context_update=ContextUpdate()), "context update", False),
    ],
)
def test_a_message_is_told_in_a_line(message: ClientMessage, summary: str, *, is_media: bool) -> None:
    assert summarise(message) == (summary, is_media)


def test_the_words_of_a_turn_leave_thoughts_and_media_out() -> None:
    parts = [Part(text="a"), Part(text="b", thought=True), Part(inline_data=Blob(data=b"")), Part(text="c")]
    assert text_of(Content(parts=parts)) == "a c"


def test_a_log_stamps_its_records() -> None:
    notebook = Notebook()
    log = ConnectionLog(7, notebook, lambda: 1.5)
    log.note("well")
    assert log.is_kept
    assert notebook.records == [LogRecord(7, 1.5, Direction.NOTE, "well", is_media=False)]


def test_a_record_holds_the_message_itself() -> None:
    notebook = Notebook()
    ConnectionLog(7, notebook, lambda: 1.5).write(Direction.RECEIVED, "hears", is_media=True, frame=b"{}")
    assert notebook.records == [LogRecord(7, 1.5, Direction.RECEIVED, "hears", is_media=True, frame=b"{}")]


def test_a_log_nobody_reads_is_not_written() -> None:
    log = ConnectionLog(7, None, lambda: 1 // 0)
    log.note("well")
    assert not log.is_kept
