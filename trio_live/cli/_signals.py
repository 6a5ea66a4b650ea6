"""A command ends in order when it is told to, whatever it inherited.

A background job of a shell, and many a CI runner, starts with SIGINT ignored; Python then raises no
`KeyboardInterrupt`, and Trio leaves the signal alone. And nobody turns SIGTERM into an orderly end unless they say so.
Both are received here as values, and end the command by cancelling it.
"""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable

import trio

from trio_live._tasks import cancel, open_service_nursery

ENDING = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a command in order."""


async def run_until_told(main: Callable[[], Awaitable[object]]) -> signal.Signals | None:
    """Run a command; SIGINT and SIGTERM cancel it. A second signal ends the process at once.

    Returns:
        The signal that ended it, or nothing when it came to its own end.
    """
    told: list[signal.Signals] = []

    async def listen(scope: trio.CancelScope, *, task_status: trio.TaskStatus[None]) -> None:
        with trio.open_signal_receiver(*ENDING) as signals:
            task_status.started()
            told.append(signal.Signals(await anext(signals)))
        for each in ENDING:
            signal.signal(each, signal.SIG_DFL)
        cancel(scope, f"{told[0].name} was received")

    async with open_service_nursery("the command is over") as nursery:
        await nursery.start(listen, nursery.cancel_scope)
        await main()
    return told[0] if told else None
