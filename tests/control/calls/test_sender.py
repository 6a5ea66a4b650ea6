"""Answers on their way out: accepted once, remembered, published, and written as one message."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering, executions, responses
from tests.peer import builder, call, call_of, cancels, reading, settled, tool_call, turn_complete
from trio_live import events


async def test_what_is_sent_is_published_and_stands_in_the_transcript(autojump_clock: MockClock) -> None:
    async with call(builder().on_tool_call(answering())) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1", city="Oslo"), call_of("f", "2", city="Rome")))
        await settled()
        assert len(peer.answers) == 1
        await peer.send(turn_complete())
        await settled()
        [turn] = session._conversation.buffer.snapshot_window(1).turns
        summaries = turn.tool_calls
        assert [summary.args_summary for summary in summaries] == ['{"city":"Oslo"}', '{"city":"Rome"}']
    assert executions(seen) == [
        events.ToolExecution("f", {"city": city}, {"output": "done"}) for city in ("Oslo", "Rome")
    ]


async def test_an_answer_that_comes_too_late_is_neither_sent_nor_told_of(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "trio_live.tools")
    async with call(builder().on_tool_call(answering(takes=1))) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1"), call_of("f", "2")))
        await settled()
        await peer.send(cancels("1"))
        await trio.sleep(2)
        assert responses(peer) == [("2", {"output": "done"})]
    assert len(executions(seen)) == 1
