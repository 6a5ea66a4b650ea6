from __future__ import annotations

import threading

import trio
import trio.lowlevel

from trio_live.emulator._speech._workers import WORKERS, Workers


async def test_a_model_is_loaded_once_in_a_thread_when_it_is_needed() -> None:
    loaded: list[int] = []

    def load() -> str:
        loaded.append(threading.get_ident())
        return "model"

    workers = Workers(load)
    assert loaded == []
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(workers.load)
    assert await workers.run(str.upper) == "MODEL"
    (thread,) = loaded
    assert thread != threading.get_ident()


async def test_no_more_threads_work_than_there_is_room_for() -> None:
    workers = Workers(lambda: "model")
    inside, most, lock, go_on = 0, 0, threading.Lock(), threading.Event()

    def work(_model: str) -> None:
        nonlocal inside, most
        with lock:
            inside, most = inside + 1, max(most, inside + 1)
        go_on.wait()
        with lock:
            inside -= 1

    async with trio.open_nursery() as nursery:
        for _ in range(WORKERS + 3):
            nursery.start_soon(workers.run, work)
        while inside < WORKERS:
            await trio.lowlevel.checkpoint()
        go_on.set()
    assert most == WORKERS


async def test_a_cancelled_call_waits_for_its_thread() -> None:
    workers = Workers(lambda: "model")
    begun, go_on, done = threading.Event(), threading.Event(), []

    def work(_model: str) -> None:
        begun.set()
        go_on.wait()
        done.append(True)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(workers.run, work)
        while not begun.is_set():
            await trio.lowlevel.checkpoint()
        nursery.cancel_scope.cancel()
        go_on.set()
    assert done == [True]
