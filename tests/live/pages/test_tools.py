"""Typed functions as tools of an agent: what is declared, and what is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.setups import setup_of
from trio_live import FunctionDeclaration, Live, Platform
from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ConfigError
from trio_live.tools import Background, CommitGuard, ToolMiddleware, tool


async def find_slots(doctor: str, day: str) -> list[str]:
    """Free times of a doctor on a day."""
    return [doctor, day]


@tool(behavior="NON_BLOCKING")
def jingle() -> None:
    """Play a jingle."""


@tool(confirm=True)
async def pay(euros: float) -> str:
    """Pay."""
    return f"{euros}"


def declared(live: Live, platform: Platform = Platform.GOOGLE_AI) -> dict[str, dict[str, Any]]:
    """The functions of the setup, by name."""
    tools = setup_of(live, platform).get("tools", [])
    return {each["name"]: each for group in tools for each in group.get("functionDeclarations", ())}


NEW: Any = Live.builder().model("gemini-3.8-live")


def test_functions_are_declared_with_what_they_say_of_themselves() -> None:
    assert declared(NEW.tools(find_slots)) == {
        "find_slots": {
            "name": "find_slots",
            "description": "Free times of a doctor on a day.",
            "parameters": {
                "type": "OBJECT",
                "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}},
                "required": ["doctor", "day"],
            },
            "behavior": "BLOCKING",
        }
    }


def test_functions_of_both_kinds_stand_in_one_group() -> None:
    live = NEW.tools(find_slots, jingle).add_tool(FunctionDeclaration(name="by_hand")).google_search()
    tools = setup_of(live, Platform.GOOGLE_AI)["tools"]
    assert [[each["name"] for each in group.get("functionDeclarations", ())] for group in tools] == [
        ["by_hand", "find_slots", "jingle"],
        [],
    ]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gemini-3.8-live", ("BLOCKING", "NON_BLOCKING")),
        ("gemini-3.8-live-extended-thinking", ("NON_BLOCKING", "NON_BLOCKING")),
    ],
)
def test_every_declaration_says_its_behaviour(model: str, expected: tuple[str, str]) -> None:
    found = declared(Live.builder().model(model).tools(find_slots, jingle))
    assert (found["find_slots"]["behavior"], found["jingle"]["behavior"]) == expected


def test_the_background_can_be_chosen_before_and_after() -> None:
    for live in (
        NEW.tools(find_slots).tool_background("find_slots"),
        NEW.tool_background("find_slots").tools(find_slots),
    ):
        assert declared(live)["find_slots"]["behavior"] == "NON_BLOCKING"
        assert live.spec.tools.dispatcher().mode("find_slots") == Background()


def test_what_was_chosen_for_the_background_adds_up() -> None:
    class Formatter:
        format_running = format_result = format_cancelled = print

    formatter: Any = Formatter()
    live = NEW.tool_background_with_formatter("f", formatter).tool_background_with_scheduling("f", "silent")
    assert live.spec.tools.mode("f") == Background(formatter=formatter, scheduling="SILENT")


def test_a_dispatcher_brings_everything_it_knows() -> None:
    around = ToolMiddleware()
    given = ToolDispatcher(find_slots, timeout=5, background_timeout=60, middleware=(around,))
    given.set_mode("find_slots", Background())
    made = NEW.tools(jingle).tools(given).spec.tools.dispatcher()
    assert [*made] == ["find_slots", "jingle"]
    assert (made.mode("find_slots"), made.timeout, made.background_timeout) == (Background(), 5, 60)
    assert made.middleware == (around,)


def test_what_a_dispatcher_leaves_open_stays_as_it_was_chosen() -> None:
    made = (
        NEW.tool_timeouts(inline=2, background=9).tools(ToolDispatcher(find_slots, threads=3)).spec.tools.dispatcher()
    )
    assert (made.timeout, made.background_timeout, made.threads) == (2, 9, 3)


def test_of_two_tools_of_one_name_the_later_stays() -> None:
    live = NEW.tools(find_slots).tools(tool(name="find_slots", description="Later.")(jingle.function))
    assert declared(live)["find_slots"]["description"] == "Later."


def test_each_session_gets_a_dispatcher_of_its_own() -> None:
    options = NEW.tools(find_slots).spec.tools
    assert options.dispatcher() is not options.dispatcher()


def test_limits_are_handed_on() -> None:
    made = NEW.tool_timeouts(inline=2).tool_timeouts(background=9).spec.tools.dispatcher()
    assert (made.timeout, made.background_timeout) == (2, 9)


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        (NEW.tool_background("find_slot").tools(find_slots), "names 'find_slot', which is no tool of this agent; there are find_slots"),
        (NEW.tools(tool(name="book", commit=CommitGuard("{day}", compensate="undo"))(find_slots)), "undone by 'undo', which is no tool"),
        (NEW.tools(pay), "'pay' needs a confirmation"),
        (NEW.tools(find_slots).add_tool(FunctionDeclaration(name="find_slots")), "declared 2 times"),
        (Live.builder().model("gemini-3.1-flash-live-preview").tools(find_slots).tool_background("find_slots"), "runs in the background, and the 3.1 flash live model"),
        (Live.builder().model("gemini-3.1-flash-live-preview").tools(jingle), "asks for NON_BLOCKING"),
        (Live.builder().model("gemini-3.5-transcribe-live").tools(find_slots), "calls no functions"),
        (Live.builder().model("gemini-3.8-live-extended-thinking").tools(find_slots).tool_background_with_scheduling("find_slots", "SILENT"), "schedules its result"),
        (NEW.tools(find_slots).phase("a").tools(["find_slot"]).done().initial_phase("a"), "find_slot"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told_before_connecting(live: Live, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        async with live.connect_google_ai("k", base_url="ws://127.0.0.1:9"):
            raise AssertionError("it connected")
    assert any(reason in problem for problem in caught.value.problems), caught.value


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: NEW.tools(lambda a: a), ConfigError),
        (lambda: NEW.tools(5), ConfigError),
        (lambda: NEW.tool_background(""), ValueError),
        (lambda: NEW.mcp("http://127.0.0.1:9/mcp"), TypeError),
        (lambda: NEW.tool_background_with_formatter("f", object()), TypeError),
        (lambda: NEW.tool_background_with_scheduling("f", "LATER"), ValueError),
        (lambda: NEW.tool_timeouts(inline=0), ValueError),
        (lambda: NEW.middleware(object()), TypeError),
        (lambda: NEW.confirmation_provider(object()), TypeError),
    ],
)
def test_wrong_arguments_raise_at_the_call(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()
