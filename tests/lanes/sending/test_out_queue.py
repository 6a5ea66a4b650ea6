"""What waits to be written: its order, its room, and what a time without a connection does to it."""

from __future__ import annotations

from collections import Counter

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from trio_live.events._internal import Command, SendAudio, SendText, SendVideo
from trio_live.lanes._sending._out_queue import PICTURES, SOUND, OutQueue, Unfinished

QUARTER = SendAudio(bytes(8000))
"""A quarter of a second."""


def queue(capacity: int = 10, dropped: Counter[str] | None = None) -> OutQueue:
    counts = Counter[str]() if dropped is None else dropped
    return OutQueue(capacity, 1.0, lambda name: counts.update([name]))


def fill(waiting: OutQueue, *commands: Command) -> None:
    for command in commands:
        waiting.take_room()
        waiting.put((command,))


async def test_what_is_put_is_taken_in_order_and_gives_its_room_back() -> None:
    waiting = queue()
    fill(waiting, SendText("a"), SendText("b"))
    assert not waiting.is_free
    assert [item.commands for item in await waiting.take()] == [(SendText("a"),), (SendText("b"),)]
    assert waiting.is_free


async def test_whoever_waits_for_room_gets_it_in_turn(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    waiting, order = queue(1), list[int]()

    async def put(number: int) -> None:
        await waiting.wait_for_room()
        order.append(number)
        waiting.put((SendText(str(number)),))

    for number in range(3):
        nursery.start_soon(put, number)
        await wait_all_tasks_blocked()
    for _ in range(3):
        await waiting.take()
        await wait_all_tasks_blocked()
    assert order == [0, 1, 2]


async def test_a_writer_is_let_go_by_a_gap_and_what_waits_waits() -> None:
    waiting = queue()
    fill(waiting, SendText("a"))
    waiting.open_gap()
    assert await waiting.take() == []
    waiting.put_first([SendText("first")])
    waiting.end_gap()
    assert [item.commands[0] for item in await waiting.take()] == [SendText("first"), SendText("a")]


async def test_a_closed_queue_is_still_emptied() -> None:
    waiting = queue()
    fill(waiting, SendText("a"))
    waiting.close()
    assert len(await waiting.take()) == 1
    assert await waiting.take() == []


def test_a_gap_hands_back_what_was_encoded_for_the_old_connection() -> None:
    waiting = queue()
    begun = Unfinished(SendText("a"), ["frame"], [], [])
    waiting.take_room()
    waiting.put(begun)
    fill(waiting, SendText("b"))
    assert waiting.open_gap() == [begun]
    assert waiting.waiting == [SendText("b")]


@given(st.lists(st.sampled_from([QUARTER, SendText("a"), SendVideo(b"jpeg")]), max_size=30), st.integers(0, 30))
def test_of_sound_and_pictures_the_newest_is_kept_and_everything_else_is(commands: list[Command], before: int) -> None:
    dropped = Counter[str]()
    waiting = queue(100, dropped)
    fill(waiting, *commands[:before])
    waiting.open_gap()
    for command in commands[before:]:
        if isinstance(command, SendText):
            fill(waiting, command)
        else:
            waiting.put_media((command,))
    sounds, pictures = commands.count(QUARTER), commands.count(SendVideo(b"jpeg"))
    kept = waiting.waiting
    assert kept.count(QUARTER) == min(4, sounds)
    assert kept.count(SendVideo(b"jpeg")) == min(1, pictures)
    assert kept.count(SendText("a")) == commands.count(SendText("a"))
    assert (dropped[SOUND], dropped[PICTURES]) == (max(0, sounds - 4), max(0, pictures - 1))


async def test_room_is_neither_lost_nor_made_by_a_gap() -> None:
    waiting = queue(3)
    fill(waiting, QUARTER, SendVideo(b"1"), SendVideo(b"2"))
    waiting.open_gap()
    for _ in range(9):
        waiting.put_media((QUARTER,))
    waiting.end_gap()
    await waiting.take()
    assert waiting.is_free


def test_commands_that_wait_can_be_given_another_form() -> None:
    waiting = queue()
    fill(waiting, SendText("a"), SendText("b"))
    waiting.replace(lambda command: None if command == SendText("a") else SendText("c"))
    assert waiting.waiting == [SendText("c")]
    assert len(waiting) == 2, "an empty batch keeps its place: somebody may wait for it"


@pytest.mark.parametrize("in_gap", [False, True])
async def test_taking_can_be_cancelled(in_gap: bool, autojump_clock: MockClock) -> None:  # noqa: FBT001
    waiting = queue()
    with trio.move_on_after(1) as patience:
        await waiting.take()
    assert patience.cancelled_caught
    if in_gap:
        waiting.open_gap()
        waiting.end_gap()
    fill(waiting, SendText("a"))
    assert len(await waiting.take()) == 1
