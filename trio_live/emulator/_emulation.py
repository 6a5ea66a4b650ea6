"""The emulator without its sockets: conversations with one persona, over any transport."""

from __future__ import annotations

from typing import Final, Unpack

from trio_live.emulator._connections import Connections, ConnectionStatistics
from trio_live.emulator._lifecycle import Lifecycle
from trio_live.emulator._log import LogHook
from trio_live.emulator._memory import MemoryDialer
from trio_live.emulator._options import Choices, EmulatorOptions
from trio_live.emulator._persona import Persona, bundled_persona
from trio_live.emulator._service import Route
from trio_live.transport import Dialer, Transport
from trio_live.wire import Platform

DEFAULT_PERSONA: Final = "front_desk"


class Emulation:
    """A Live server for one persona; `serve` is one connection, and many may run at once.

    Args:
        persona: who answers; the bundled front desk when nobody is named.
        on_log: called with every record of what happens.
        choices: see `EmulatorOptions`.

    Raises:
        ConfigError: the options or the persona's recordings cannot be used.
    """

    def __init__(
        self, persona: Persona | None = None, *, on_log: LogHook | None = None, **choices: Unpack[Choices]
    ) -> None:
        self.persona = persona or bundled_persona(DEFAULT_PERSONA)
        self.options = EmulatorOptions(**choices)
        self.registry = Connections(on_log)
        """Numbers and counts the connections."""
        self.lifecycle = Lifecycle(self.persona, self.options, self.registry)
        """Holds the connections."""

    @property
    def connections(self) -> ConnectionStatistics:
        """Connections so far."""
        return self.registry.statistics

    async def wait_idle(self) -> None:
        """Wait until no connection is open. Always a checkpoint.

        Cancellation: nothing is lost.
        """
        await self.registry.wait_idle()

    async def serve(
        self,
        transport: Transport,
        *,
        platform: Platform = Platform.GOOGLE_AI,
        version: str = "v1beta",
        token: str | None = None,
    ) -> None:
        """Hold one conversation, until the client leaves or is refused; then close the transport.

        Args:
            transport: a connection whose first message will be the setup.
            platform: the platform to play.
            version: the API version the client addressed.
            token: the ephemeral token the client came in with.

        Raises:
            Exception: whatever broke, with ``raise_errors``; the transport is then left to whoever opened it.

        Cancellation: the client is told that the server goes away.
        """
        log = self.registry.new_log()
        await self.lifecycle.hold(transport, Route(platform, version, token), log, self.lifecycle.new_injector(log))

    def dialer(
        self, *, platform: Platform = Platform.GOOGLE_AI, version: str = "v1beta", token: str | None = None
    ) -> Dialer:
        """A dialer whose every connection is one to this emulation, in memory: no sockets, no real time.

        Args:
            platform: the platform to play.
            version: the API version that is addressed.
            token: the ephemeral token to come in with.
        """
        return MemoryDialer(self.registry, self.lifecycle, Route(platform, version, token))


async def serve_transport(
    transport: Transport,
    persona: Persona | None = None,
    *,
    platform: Platform = Platform.GOOGLE_AI,
    version: str = "v1beta",
    on_log: LogHook | None = None,
    **choices: Unpack[Choices],
) -> None:
    """Hold one conversation over a transport; see `Emulation`, which many connections share.

    ``on_log`` and ``choices`` are as there, ``version`` is as in `Emulation.serve`.

    Raises:
        ConfigError: the options or the persona's recordings cannot be used.
    """
    await Emulation(persona, on_log=on_log, **choices).serve(transport, platform=platform, version=version)
