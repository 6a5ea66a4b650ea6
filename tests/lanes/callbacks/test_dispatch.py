"""Calling user code: the mode, and what an error of it becomes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, araising, forever, raising
from tests.peer import Diary, settled
from trio_live._typing import CallbackErrors
from trio_live.lanes import CallbackMode
from trio_live.lanes._internal import Dispatcher, ErrorDesk


@attrs.define
class Office:
    """An error desk and what reached its ends."""

    policy: CallbackErrors = "report"
    told: list[tuple[str, bool]] = attrs.field(factory=list)
    counted: list[str] = attrs.field(factory=list)
    failures: list[BaseException] = attrs.field(factory=list)
    desk: ErrorDesk = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = ErrorDesk(
            self.policy,
            tell=lambda message, from_on_error: self.told.append((message, from_on_error)),
            count=self.counted.append,
            fail=self.failures.append,
        )

    @property
    def words(self) -> list[str]:
        return [message for message, _ in self.told]


async def test_an_error_is_counted_logged_and_told(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    office, error = Office(), ValueError("wrong")
    office.desk.report("on_text", error)
    assert office.told == [("on_text: wrong", False)]
    assert office.counted == ["on_text"]
    assert office.failures == []
    [record] = caplog.records
    assert record.name == "trio_live.callbacks"
    assert "on_text" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def test_an_error_of_on_error_is_marked_so_that_it_goes_no_further(autojump_clock: MockClock) -> None:
    office = Office()
    office.desk.report("on_error", BoomError("again"))
    assert office.told == [("on_error: again", True)]


async def test_under_raise_the_session_fails_with_the_exception_itself(autojump_clock: MockClock) -> None:
    office, error = Office("raise"), BoomError()
    office.desk.report("on_text", error)
    assert office.failures == [error]
    assert office.told == []
    assert office.counted == ["on_text"]


async def test_a_plain_callback_that_raises_on_every_frame_is_told_once_a_second(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office()
    for _ in range(60):
        office.desk.report("on_audio", BoomError("no speaker"))
        await trio.sleep(0.04)
    assert len(office.counted) == 60
    assert office.words == [
        "on_audio: no speaker",
        "on_audio: no speaker (24 more like it were not reported)",
        "on_audio: no speaker (24 more like it were not reported)",
    ]
    assert len(caplog.records) == 3


async def test_callbacks_are_limited_one_by_one(autojump_clock: MockClock) -> None:
    office = Office()
    for name in ("on_audio", "on_text", "on_audio", "on_usage", "on_usage"):
        office.desk.report(name, BoomError("x"))
    assert office.words == ["on_audio: x", "on_text: x", "on_usage: x"]


@pytest.mark.parametrize("name", ["on_tool_call", "on_turn_complete", "watcher 'angry'"])
async def test_what_runs_once_an_event_is_always_told(name: str, autojump_clock: MockClock) -> None:
    office = Office()
    for number in range(3):
        office.desk.report(name, BoomError(str(number)))
    assert office.words == [f"{name}: 0", f"{name}: 1", f"{name}: 2"]


# -- modes ----------------------------------------------------------------------------------------------------------


async def test_a_blocking_callback_is_awaited_and_named_while_it_runs(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    diary, names = Diary(), list[str | None]()
    dispatcher = Dispatcher(Office().desk, nursery)

    async def look() -> None:
        names.append(dispatcher.in_progress)
        await dispatcher.run("inner", inner)
        names.append(dispatcher.in_progress)

    async def inner() -> None:
        names.append(dispatcher.in_progress)

    await dispatcher.run("slow", diary.anote("slow", takes=3), 1, "two")
    assert diary.entries == [("slow", 1, "two"), ("slow ends",)]
    await dispatcher.run("outer", look)
    assert names == ["outer", "inner", "outer"]
    assert dispatcher.in_progress is None


async def test_what_runs_beside_the_lane_may_end_in_any_order(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    dispatcher = Dispatcher(Office().desk, nursery)
    for name, takes in (("first", 1), ("second", 3)):
        dispatcher.beside(dispatcher.run, name, Diary().anote(name, takes=takes))
    await trio.sleep(0.5)
    assert dispatcher.in_progress in {"first", "second"}
    await trio.sleep(1)
    assert dispatcher.in_progress == "second"
    await trio.sleep(2)
    assert dispatcher.in_progress is None


async def test_a_concurrent_callback_is_not_waited_for(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    diary = Diary()
    dispatcher = Dispatcher(Office().desk, nursery)
    await dispatcher.run("slow", diary.anote("slow", takes=3), mode=CallbackMode.CONCURRENT)
    assert dispatcher.in_progress is None
    assert diary.entries == []
    await trio.sleep(4)
    assert diary.names() == ["slow", "slow ends"]


async def test_an_absent_callback_costs_nothing(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    for mode in CallbackMode:
        await Dispatcher(Office().desk, nursery).run("on_error", None, "words", mode=mode)


@pytest.mark.parametrize("mode", list(CallbackMode))
@pytest.mark.parametrize("callback", [araising(BoomError("x")), raising(BoomError("x"))])
async def test_an_error_is_reported_in_either_mode(
    mode: CallbackMode, callback: Callable[..., Any], autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    office = Office()
    dispatcher = Dispatcher(office.desk, nursery)
    await dispatcher.run("on_go_away", callback, 5.0, mode=mode)
    await settled()
    assert office.words == ["on_go_away: x"]
    assert dispatcher.in_progress is None


async def test_a_plain_function_in_an_async_place_is_named(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    office = Office()
    await Dispatcher(office.desk, nursery).run("on_go_away", Diary().note("plain"), 5.0)  # type: ignore[arg-type]
    [words] = office.words
    assert words.startswith("on_go_away: on_go_away must be an async function")
    assert words.endswith("returned NoneType")


async def test_a_function_that_returns_an_awaitable_is_async_enough(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    diary = Diary()
    told = diary.anote("told")
    await Dispatcher(Office().desk, nursery).run("on_error", lambda words: told(words.upper()), "words")
    assert diary.entries == [("told", "WORDS")]


# -- cancellation ---------------------------------------------------------------------------------------------------


async def test_a_cancellation_is_no_error(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    office = Office()
    dispatcher = Dispatcher(office.desk, nursery)
    with trio.move_on_after(1) as scope:
        await dispatcher.run("slow", forever)
    assert scope.cancelled_caught
    assert office.counted == []
    assert dispatcher.in_progress is None


def failing_clean_up(error: BaseException) -> Callable[..., Awaitable[Any]]:
    """A callback with a nursery of its own, whose clean-up fails."""

    async def task() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise error

    async def callback(*args: object) -> None:
        async with trio.open_nursery() as inner:
            inner.start_soon(task)
            inner.start_soon(trio.sleep_forever)

    return callback


@pytest.mark.parametrize("how", ["run", "ask"])
async def test_a_clean_up_that_fails_is_reported_and_the_cancellation_goes_on(
    how: str, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    office = Office()
    dispatcher = Dispatcher(office.desk, nursery)
    callback = failing_clean_up(BoomError("no broom"))
    with trio.move_on_after(1) as scope:
        if how == "run":
            await dispatcher.run("on_error", callback, "words")
        else:
            await dispatcher.ask("on_tool_call", callback, read=lambda given: given)
    assert scope.cancelled_caught
    assert len(office.words) == 1
    assert office.words[0].endswith("no broom")


async def test_an_interrupt_of_the_program_is_nobodys_error_and_ends_the_session(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    office, pressed = Office(), KeyboardInterrupt()
    dispatcher = Dispatcher(office.desk, nursery)
    with trio.move_on_after(1) as scope:
        await dispatcher.run("on_error", failing_clean_up(pressed), "words")
    assert scope.cancelled_caught
    assert office.failures == [pressed]
    assert office.counted == []


# -- interceptors ---------------------------------------------------------------------------------------------------


async def test_an_interceptor_is_asked_and_its_answer_read(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    dispatcher = Dispatcher(Office().desk, nursery)
    assert await dispatcher.ask("double", Diary().anote("double", answer=21), read=lambda n: n * 2) == 42


@pytest.mark.parametrize("broken", ["the callback", "its answer"])
async def test_an_interceptor_that_fails_is_reported_and_raises(
    broken: str, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    office, error = Office(), BoomError("x")
    dispatcher = Dispatcher(office.desk, nursery)
    callback = araising(error) if broken == "the callback" else Diary().anote("fine")
    with pytest.raises(BoomError) as caught:
        await dispatcher.ask("on_tool_call", callback, read=raising(error))
    assert caught.value is error
    assert office.words == ["on_tool_call: x"]
    assert dispatcher.in_progress is None


async def test_a_synchronous_hook_that_raises_counts_as_silence(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    office = Office()
    dispatcher = Dispatcher(office.desk, nursery)
    assert dispatcher.ask_now("instruction_template", lambda n: n + 1, 1, read=str) == "2"
    assert dispatcher.ask_now("instruction_template", None, 1, read=str) is None
    assert dispatcher.ask_now("instruction_template", raising(BoomError("x")), 1, read=str) is None
    assert office.words == ["instruction_template: x"]
