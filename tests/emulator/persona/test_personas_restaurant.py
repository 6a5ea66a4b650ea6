from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import trio
from trio.testing import MockClock

from tests.emulator.persona_calls import talking
from trio_live.emulator import bundled_persona

RESTAURANT = bundled_persona("restaurant")
DISHES = {"main": ["bouillabaisse", "a risotto"], "dessert": ["lemon tart"]}


class House:
    """The functions of a restaurant, and what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.began: list[float] = []
        self.closed = False

    async def find_table(self, args: Mapping[str, Any]) -> Any:
        await self._note("find_table", args)
        if self.closed:
            raise LookupError("the book is closed")
        return {"table": 7, "time": "19:30"}

    async def todays_menu(self, args: Mapping[str, Any]) -> Any:
        await self._note("todays_menu", args)
        return {"dishes": DISHES[args["course"]]}

    async def reserve(self, args: Mapping[str, Any]) -> Any:
        await self._note("reserve", args)
        return {"number": "R-12"}

    async def _note(self, name: str, args: Mapping[str, Any]) -> None:
        self.asked.append((name, dict(args)))
        self.began.append(trio.current_time())
        await trio.sleep(1)

    @property
    def functions(self) -> dict[str, Any]:
        return {"find_table": self.find_table, "todays_menu": self.todays_menu, "reserve": self.reserve}


async def test_a_table_is_reserved_with_three_calls_at_once_and_one_that_needs_their_answers(
    autojump_clock: MockClock,
) -> None:
    house = House()
    async with talking(RESTAURANT, functions=house.functions) as talk:
        said = await talk.ask("A table for four on Friday, please.")
        assert sorted(house.asked, key=str) == [
            ("find_table", {"day": "Friday", "guests": 4}),
            ("todays_menu", {"day": "Friday", "course": "dessert"}),
            ("todays_menu", {"day": "Friday", "course": "main"}),
        ]
        assert len(set(house.began)) == 1
        assert "Table 7 is free on Friday at seven thirty." in said
        assert "We will have bouillabaisse and a risotto, and lemon tart afterwards." in said
        assert await talk.ask("Yes, please. My name is Ada.") == "Thank you, Ada. Your reservation is R-12."
        assert house.asked[-1] == ("reserve", {"table": 7, "day": "Friday", "time": "19:30", "name": "Ada"})
        assert await talk.ask("Goodbye.") == "We look forward to seeing you on Friday!"


async def test_when_one_of_the_calls_fails_the_guest_is_told_which(autojump_clock: MockClock) -> None:
    house = House()
    house.closed = True
    async with talking(RESTAURANT, functions=house.functions) as talk:
        assert "I am sorry, find_table cannot be reached." in await talk.ask("For two on Monday")
        house.closed = False
        assert "Table 7 is free on Sunday" in await talk.ask("Then for 3 on Sunday")


async def test_a_name_is_only_heard_where_it_was_asked_for(autojump_clock: MockClock) -> None:
    async with talking(RESTAURANT) as talk:
        assert await talk.ask("My name is Ada.") == (
            "I only keep the book of The Blue Door. For what day and how many guests?"
        )
        assert await talk.ask("For two, tonight") == "The book is not at hand, so just come by on Tonight!"
