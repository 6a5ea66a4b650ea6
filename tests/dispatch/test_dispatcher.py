from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.tools.samples import add, count, sleep
from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ToolError, ToolErrorKind
from trio_live.tools import (
    ConfirmationRequest,
    ToolContext,
    ToolMiddleware,
    tool,
)
from trio_live.wire import FunctionCall


def call(name: str, **args: Any) -> FunctionCall:
    return FunctionCall(id="1", name=name, args=args)


async def test_a_call_runs_the_tool() -> None:
    assert await ToolDispatcher(add).call(call("add", a=1, b=2.0)) == 3


@pytest.mark.parametrize(
    ("name", "args", "kind", "text"),
    [
        ("sub", {}, ToolErrorKind.NOT_FOUND, "Tool not found: sub"),
        ("add", {"a": "x"}, ToolErrorKind.INVALID_ARGUMENTS, "Invalid arguments: a must be an integer, not 'x'"),
        ("fail", {}, ToolErrorKind.FAILED, "Tool execution failed: no line"),
        ("mute", {}, ToolErrorKind.FAILED, "Tool execution failed: ValueError"),
        ("own", {}, ToolErrorKind.OTHER, "ask again tomorrow"),
        ("nan", {}, ToolErrorKind.FAILED, "Tool execution failed: its result cannot be told: nan is not a JSON number"),
    ],
)
async def test_whatever_goes_wrong_is_an_error_with_words_for_the_model(
    name: str, args: dict[str, Any], kind: ToolErrorKind, text: str
) -> None:
    def raising(name: str, error: BaseException) -> Any:
        async def fails() -> None:
            raise error

        return tool(name=name, description="It fails.")(fails)

    async def nan() -> float:
        """Not a number."""
        return float("nan")

    tools = ToolDispatcher(
        add,
        nan,
        raising("fail", OSError("no line")),
        raising("mute", ValueError()),
        raising("own", ToolError("ask again tomorrow", retry=True)),
    )
    with pytest.raises(ToolError) as caught:
        await tools.call(call(name, **args))
    assert (caught.value.kind, str(caught.value)) == (kind, text)


async def test_a_tool_that_sleeps_for_ever_runs_out_of_time(autojump_clock: MockClock) -> None:
    tools, context = ToolDispatcher(sleep), ToolContext(call("sleep", seconds=99))
    with pytest.raises(ToolError, match="timed out after 30 s"):
        await tools.call(context.call, context)
    assert trio.current_time() == 30
    assert context.cancellation.reason == "it took too long"
    assert await tools.call(call("sleep", seconds=99), background=True) == "awake"


async def test_limits_can_be_chosen(autojump_clock: MockClock) -> None:
    tools = ToolDispatcher(sleep, tool(name="nap", timeout=1)(sleep.function), timeout=2, background_timeout=3)
    for name, background, limit in (("sleep", False, 2), ("sleep", True, 3), ("nap", False, 1), ("nap", True, 1)):
        with pytest.raises(ToolError, match=f"after {limit} s"):
            await tools.call(call(name, seconds=99), background=background)
    with pytest.raises(ToolError, match=r"after 0\.5 s"):
        await tools.call_function_with_timeout("sleep", {"seconds": 99}, 0.5)
    assert await tools.call_function_with_timeout("sleep", {"seconds": 0.1}, 0.5) == "awake"


async def test_a_thread_that_blocks_runs_out_of_time() -> None:
    import threading

    release = threading.Event()

    @tool(timeout=0.05)
    def block() -> None:
        """Block the thread."""
        release.wait(30)

    with pytest.raises(ToolError, match="timed out"):
        await ToolDispatcher(block).call(call("block"))
    release.set()


async def test_a_cancellation_passes_through() -> None:
    tools = ToolDispatcher(add, count, tool(cached=True, name="again", description="Again.")(add.function))

    async def work() -> None:
        await trio.lowlevel.checkpoint()
        await tools.call(call("add", a=1))
        await tools.call(call("count", to=2))

    assert await cancel_everywhere(work) > 0


async def test_a_cached_result_is_given_again() -> None:
    runs: list[int] = []

    @tool(cached=True)
    async def look_up(a: int, b: int) -> list[int]:
        """Look up."""
        runs.append(a)
        if a == 0:
            raise LookupError("nothing")
        return [a, b]

    tools = ToolDispatcher(look_up)
    first = await tools.call_function("look_up", {"a": 1, "b": 2})
    first.append(3)
    assert await tools.call_function("look_up", {"b": 2, "a": 1}) == [1, 2]
    assert runs == [1]
    for _ in range(2):
        with pytest.raises(ToolError):
            await tools.call_function("look_up", {"a": 0, "b": 0})
    assert runs == [1, 0, 0]


def test_answers_carry_the_id_and_are_objects() -> None:
    tools, wanted = ToolDispatcher(), call("add")
    assert tools.build_response(wanted, 3, scheduling="SILENT").response == {"output": 3}
    answer = tools.build_response(wanted, ToolError.invalid("a"))
    assert (answer.id, answer.name) == ("1", "add")
    assert answer.response == {"status": "error", "error": "Invalid arguments: a", "retry": True}


# -- around the tools -----------------------------------------------------------------------------------------------


class Recorder(ToolMiddleware):
    def __init__(self, name: str, log: list[str], *, veto: Exception | None = None, fails: bool = False) -> None:
        self.name = name
        self.log = log
        self.veto = veto
        self.fails = fails

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        self.log.append(f"{self.name} before {call.name}")
        if self.veto is not None:
            raise self.veto

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Any) -> None:
        self.log.append(f"{self.name} after {result}")
        if self.fails:
            raise RuntimeError("after")

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        self.log.append(f"{self.name} error {error.kind.name}")
        if self.fails:
            raise RuntimeError("error")


async def test_middleware_stands_around_a_tool_in_its_order() -> None:
    log: list[str] = []
    tools = ToolDispatcher(add, middleware=(Recorder("a", log, fails=True), Recorder("b", log)))
    assert await tools.call(call("add", a=1)) == 1
    assert log == ["a before add", "b before add", "b after 1", "a after 1"]
    log.clear()
    with pytest.raises(ToolError):
        await tools.call(call("add"))
    assert log[2:] == ["a error INVALID_ARGUMENTS", "b error INVALID_ARGUMENTS"]


@pytest.mark.parametrize(
    ("veto", "text"), [(ToolError("not today"), "not today"), (OSError("down"), "Tool execution failed: down")]
)
async def test_the_first_veto_ends_it(veto: Exception, text: str) -> None:
    log: list[str] = []
    tools = ToolDispatcher(add, middleware=(Recorder("a", log, veto=veto), Recorder("b", log)))
    with pytest.raises(ToolError) as caught:
        await tools.call(call("add", a=1))
    assert (caught.value.kind, str(caught.value)) == (ToolErrorKind.DECLINED, text)
    assert log == ["a before add"]


class Desk:
    def __init__(self, verdict: Any) -> None:
        self.verdict = verdict
        self.asked: list[ConfirmationRequest] = []

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        self.asked.append(request)
        if isinstance(self.verdict, Exception):
            raise self.verdict
        verdict: bool | str = self.verdict
        return verdict


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (False, "declined"),
        ("too expensive", "too expensive"),
        (OSError("down"), "the confirmation could not be asked for: down"),
        (None, "pay needs a confirmation, and nobody can give it"),
    ],
)
async def test_nothing_runs_unconfirmed(verdict: Any, text: str) -> None:
    @tool(confirm="Shall I pay?")
    async def pay(euros: float) -> str:
        """Pay."""
        raise AssertionError("it ran")

    tools = ToolDispatcher(pay, confirmation=None if verdict is None else Desk(verdict))
    with pytest.raises(ToolError) as caught:
        await tools.call(call("pay", euros=5))
    assert (caught.value.kind, str(caught.value)) == (ToolErrorKind.DECLINED, text)


async def test_what_is_confirmed_runs() -> None:
    desk = Desk(verdict=True)
    tools = ToolDispatcher(tool(confirm=True)(add.function), sleep, confirmation=desk)
    assert await tools.call(call("add", a=1)) == 1
    assert desk.asked == [ConfirmationRequest(call("add", a=1), None)]
    assert await tools.call(call("sleep", seconds=0)) == "awake"
    assert len(desk.asked) == 1
