from __future__ import annotations

import logging

import pytest
import trio
from trio.testing import MockClock

from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ToolError
from trio_live.state import State
from trio_live.tools import CommitGuard, ToolContext, tool
from trio_live.wire import FunctionCall


class Clinic:
    """Books and cancels; remembers what it did."""

    def __init__(self, *, timeout: float = 30) -> None:
        self.log: list[str] = []
        self.state = State()
        guard = CommitGuard("{patient}", compensate="cancel")
        self.tools = ToolDispatcher(tool(timeout=timeout, commit=guard)(self.book), tool(self.cancel))

    async def book(self, patient: str, seconds: float = 0) -> str:
        """Book."""
        self.log.append(f"book {patient}")
        await trio.sleep(seconds)
        if patient == "Nobody":
            raise LookupError("who?")
        return f"number {len(self.log)}"

    async def cancel(self, patient: str, seconds: float = 0) -> None:
        """Cancel."""
        await trio.sleep(1)
        self.log.append(f"cancel {patient}")
        if seconds == 99:
            raise OSError("no line")

    async def ask(self, patient: str, seconds: float = 0) -> object:
        call = FunctionCall(name="book", args={"patient": patient, "seconds": seconds})
        return await self.tools.call(call, ToolContext(call, self.state))


async def test_the_same_thing_is_done_once() -> None:
    clinic = Clinic()
    assert [await clinic.ask("Ann"), await clinic.ask("Ann"), await clinic.ask("Bob")] == [
        "number 1",
        "number 1",
        "number 2",
    ]
    assert clinic.state.get("idempotency:book:Ann") == "number 1"


async def test_the_same_thing_asked_for_twice_at_once_is_done_once(autojump_clock: MockClock) -> None:
    clinic = Clinic()
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(clinic.ask, "Ann", 2)
    assert clinic.log == ["book Ann"]


async def test_what_fails_is_undone_and_still_reported(autojump_clock: MockClock) -> None:
    clinic = Clinic()
    with pytest.raises(ToolError, match="who"):
        await clinic.ask("Nobody")
    assert clinic.log == ["book Nobody", "cancel Nobody"]
    assert clinic.state.get("compensated:book") is True
    assert "idempotency:book:Nobody" not in clinic.state


async def test_what_takes_too_long_is_undone(autojump_clock: MockClock) -> None:
    clinic = Clinic(timeout=2)
    with pytest.raises(ToolError, match="timed out"):
        await clinic.ask("Ann", 50)
    assert clinic.log == ["book Ann", "cancel Ann"]


async def test_what_is_cancelled_is_undone_first(autojump_clock: MockClock) -> None:
    clinic = Clinic()
    with trio.move_on_after(0.5) as scope:
        await clinic.ask("Ann", 5)
    assert scope.cancelled_caught
    assert trio.current_time() == 1.5
    assert clinic.log == ["book Ann", "cancel Ann"]


async def test_what_cannot_be_undone_is_logged(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    clinic = Clinic(timeout=2)
    with pytest.raises(ToolError, match="timed out"), caplog.at_level(logging.ERROR):
        await clinic.ask("Ann", 99)
    assert "book failed, and cancel could not undo it: Tool execution failed: no line" in caplog.messages
    assert "compensated:book" not in clinic.state


async def test_arguments_that_do_not_fit_undo_nothing() -> None:
    clinic = Clinic()
    with pytest.raises(ToolError, match="Invalid arguments"):
        await clinic.tools.call_function("book", {"patient": 5})
    assert clinic.log == []


async def test_without_a_key_it_just_runs(caplog: pytest.LogCaptureFixture) -> None:
    runs = []

    @tool(commit=CommitGuard("{app:caller}"))
    async def send() -> None:
        """Send."""
        runs.append(1)

    tools = ToolDispatcher(send)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            await tools.call_function("send")
    assert len(runs) == 2
    assert "send is not guarded against being run twice" in caplog.text
