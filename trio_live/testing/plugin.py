"""The pytest plug-in: fixtures for testing agents. Needs the extra ``testing``.

Installed with the package; pytest finds it by itself. Nothing happens until a test asks for a fixture. All but one are
plain fixtures, so they do not care who runs your async tests; `emulator` is Trio's, whether or not your project has
``trio_mode`` switched on.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from trio.testing import MockClock

from trio_live._tasks import open_service_nursery
from trio_live.live import Live, LiveHandle
from trio_live.testing._play import Talk, play
from trio_live.testing._run import Run
from trio_live.testing._script import Script
from trio_live.transport import memory_transport_pair
from trio_live.wire import Platform

if TYPE_CHECKING:
    from trio_live.emulator import Emulator, Persona

try:
    import pytest_trio  # type: ignore[import-untyped]
except ImportError:  # a project without it has no use for `emulator`, and must not stumble over it
    trio_fixture = pytest.fixture
else:
    trio_fixture = pytest_trio.trio_fixture


class Scripted(Protocol):
    """What the fixture `scripted` gives: `trio_live.testing.play`."""

    async def __call__(
        self, live: Live, script: Script, *, during: Talk | None = None, platform: Platform = Platform.GOOGLE_AI
    ) -> Run:
        """See `trio_live.testing.play`."""
        ...


class LiveSession(Protocol):
    """What the fixture `live_session` gives."""

    def __call__(
        self, live: Live, *, platform: Platform = Platform.GOOGLE_AI
    ) -> AbstractAsyncContextManager[LiveHandle]:
        """A session of this agent with an emulator of its own, in memory. What a callback raises comes out of it."""
        ...


@pytest.fixture
def virtual_clock(autojump_clock: MockClock) -> MockClock:
    """A clock that jumps to the next thing that will happen: a test that asks for it never waits.

    It is pytest-trio's ``autojump_clock``; ask for one of the two. Not for tests with real sockets: while the network
    is busy Trio has nothing to do, and the clock would jump over every timeout.
    """
    return autojump_clock


@pytest.fixture
def emulator_persona() -> Persona | None:
    """Who answers in `emulator` and `live_session`; override it. ``None``: the bundled front desk."""
    return None


@pytest.fixture
def emulator_options() -> dict[str, Any]:
    """How `emulator` and `live_session` behave, see `EmulatorOptions`; override it."""
    return {"raise_errors": True}


@trio_fixture
async def emulator(
    emulator_persona: Persona | None, emulator_options: dict[str, Any]
) -> AsyncGenerator[Emulator, None]:
    """An emulator on a port of this machine, in real time; its ``url`` is a ``base_url``."""
    from trio_live.emulator import open_emulator

    async with open_emulator(emulator_persona, **emulator_options) as running:
        yield running


@pytest.fixture
def live_session(emulator_persona: Persona | None, emulator_options: dict[str, Any]) -> LiveSession:
    """Sessions with an emulator in memory.

    Use it as ``async with live_session(live) as session``.
    """

    @asynccontextmanager
    async def open_session(live: Live, *, platform: Platform = Platform.GOOGLE_AI) -> AsyncGenerator[LiveHandle, None]:
        from trio_live.emulator import Emulation

        near, far = memory_transport_pair()
        emulation = Emulation(emulator_persona, **emulator_options)
        async with open_service_nursery("the session is over") as nursery:
            nursery.start_soon(partial(emulation.serve, far, platform=platform))
            async with live.callback_errors("raise").connect_with_transport(near, platform=platform) as session:
                yield session

    return open_session


@pytest.fixture
def scripted() -> Scripted:
    """Plays scripts, and raises what a callback raises.

    Use it as ``run = await scripted(live, script)``.
    """
    return play


__all__ = [
    "LiveSession",
    "Scripted",
    "emulator",
    "emulator_options",
    "emulator_persona",
    "live_session",
    "scripted",
    "virtual_clock",
]
