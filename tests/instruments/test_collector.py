"""The collector of cycles looks seldom within a block, and as before after it."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
import trio
import trio.lowlevel

from benchmarks.loads import COLLECTOR
from tests.processes import finish
from trio_live.instruments import tuned_collector
from trio_live.instruments._collector import MANY_OBJECTS, OLD_LOOKS, YOUNG_LOOKS


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """The generations that were looked at, one entry a look."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


async def sleepers(count: int, times: int) -> None:
    """As many tasks as calls have, each of which sleeps and wakes."""

    async def sleep_and_wake() -> None:
        for _ in range(times):
            with trio.move_on_after(10):
                await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(sleep_and_wake)


def test_tasks_that_sleep_and_wake_are_not_looked_at(looks: list[int]) -> None:
    trio.run(sleepers, 400, 5)
    usual = len(looks)
    with tuned_collector():
        looks.clear()
        trio.run(sleepers, 400, 5)
        assert not looks
    assert usual


@pytest.fixture
def nothing_frozen() -> None:
    """Python 3.12 starts with some objects frozen."""
    gc.unfreeze()


@pytest.mark.usefixtures("nothing_frozen")
def test_everything_is_as_before_when_the_block_has_ended_also_by_an_error() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with tuned_collector(objects=10_000):
        assert gc.get_threshold()[0] == 10_000
        assert gc.get_freeze_count() > before[1]
    with pytest.raises(KeyError), tuned_collector():
        raise KeyError
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_what_the_interpreter_has_frozen_is_not_taken_for_somebody_elses() -> None:
    script = (
        "import gc; from trio_live.instruments import tuned_collector as tuned\n"
        "with tuned(): pass\n"
        "raise SystemExit(gc.get_freeze_count() > 1000)"
    )
    assert finish(sys.executable, "-c", script).returncode == 0


@pytest.mark.usefixtures("nothing_frozen")
def test_what_somebody_else_has_frozen_stays_so() -> None:
    gc.freeze()
    with tuned_collector():
        pass
    assert gc.get_freeze_count()
    gc.unfreeze()


def test_garbage_is_still_found() -> None:
    class Circle:
        def __init__(self) -> None:
            self.itself = self

    with tuned_collector(objects=1000):
        gone = weakref.ref(Circle())
        kept: list[list[int]] = [[] for _ in range(2000)]
        assert gone() is None
    assert len(kept) == 2000


@pytest.mark.parametrize("objects", [0, -1, 699])
def test_often_is_not_seldom(objects: int) -> None:
    with pytest.raises(ValueError, match="from 700 on"), tuned_collector(objects=objects):
        pass


def test_the_benchmarks_run_every_client_like_this() -> None:
    assert COLLECTOR == (MANY_OBJECTS, YOUNG_LOOKS, OLD_LOOKS)
