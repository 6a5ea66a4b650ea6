"""``trio-live phone``: an agent on a telephone line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, TypeAlias

import attrs
import click
import trio

from trio_live import ConfigError, Live, LiveHandle
from trio_live.cli._builders import find_builder
from trio_live.cli._demo import build_agent
from trio_live.cli._emulator import find_persona
from trio_live.cli._endpoints import chosen_endpoint
from trio_live.draining import open_drain
from trio_live.emulator import open_emulator
from trio_live.instruments import tuned_collector

try:
    from trio_live.phone import (
        ASTERISK_WEBSOCKET,
        AUDIOSOCKET,
        PLIVO,
        TELNYX,
        TWILIO,
        Admission,
        BasicAuth,
        Dialect,
        PhoneCall,
        SecretPath,
        TelnyxToken,
        TwilioSignature,
        open_phone_server,
    )
except ImportError as missing:
    raise ConfigError(f"the telephone needs {missing.name}: pip install 'trio-live[phone]'") from missing

NAMES: Final[dict[str, tuple[Dialect, Callable[[str, str], Admission] | None]]] = {
    "twilio": (TWILIO, TwilioSignature),
    "telnyx": (TELNYX, lambda secret, _: TelnyxToken(secret)),
    "plivo": (PLIVO, lambda secret, _: SecretPath(secret)),
    "audiosocket": (AUDIOSOCKET, None),
    "asterisk": (ASTERISK_WEBSOCKET, lambda secret, _: BasicAuth("asterisk", secret)),
}
"""Dialect by name, and how its calls are admitted by a secret and the public URL."""

Connect: TypeAlias = Callable[[Live], AbstractAsyncContextManager[LiveHandle]]


@attrs.frozen(kw_only=True)
class PhoneCommand:
    """What was asked for on the command line."""

    dialect: str
    builder: str | None
    """The user's agent, as ``module:attribute``; ``None``: the demo's answers."""
    host: str
    port: int
    secret: str | None
    url: str
    """Where the provider believes the server to be."""
    grace: float
    force_emulator: bool
    persona: str | None = None
    """Who answers in the emulator."""

    def admission(self) -> Admission | None:
        """Who may call.

        Raises:
            ConfigError: the secret is none, or nobody looks at it.
        """
        make = NAMES[self.dialect][1]
        if self.secret is None:
            return None
        if make is None:
            raise ConfigError(f"--secret is of no use: {self.dialect} has no way to tell it")
        return make(self.secret, self.url)


async def run_phone(command: PhoneCommand) -> None:
    """Answer until the process is told to leave.

    Raises:
        ConfigError: the agent cannot be had, or anybody could call.
        OSError: the port cannot be opened.

    Cancellation: calls are ended in order.
    """
    live = _front_desk() if command.builder is None else find_builder(command.builder)
    dialect, _ = NAMES[command.dialect]
    async with _open_either(command) as connect, open_drain(command.grace) as drain:

        async def answer(call: PhoneCall) -> None:
            click.echo(f"{call.call_id} is on the line", err=True)
            async with drain.admit(connect(call.equip(live))) as session:
                ended = await call.talk(session)
            click.echo(f"{call.call_id}: {ended.value}" + (f" ({call.why})" if call.why else ""), err=True)

        options = {"host": command.host, "port": command.port, "admission": command.admission()}
        with tuned_collector():
            async with open_phone_server(answer, dialect, drain=drain, **options) as server:  # type: ignore[arg-type]
                click.echo(server.address)
                await server.wait_closed()


def _front_desk() -> Live:
    agent = build_agent(scale=1.0, note=lambda text: click.echo(text, err=True))
    return agent.callback_errors("report").greeting("Greet the caller.")


@asynccontextmanager
async def _open_either(command: PhoneCommand) -> AsyncGenerator[Connect, None]:
    """How sessions are opened: the real API when the environment names one, otherwise an emulator.

    Raises:
        ConfigError: there is no such persona, or it would not be asked.
    """
    persona = None if command.persona is None else find_persona(command.persona)
    endpoint = chosen_endpoint(force_emulator=command.force_emulator, persona=command.persona)
    if endpoint is not None:
        yield lambda live: live.connect(endpoint)
        return
    async with open_emulator(persona, idle_timeout=None, connection_lifetime=None) as emulator:
        click.echo(f"this is the emulator's {emulator.persona.name}", err=True)
        yield lambda live: live.connect_google_ai("emulator", base_url=emulator.url)
        await trio.lowlevel.checkpoint()
