"""``trio-live talk``: the voice page with an agent behind it, and the browser in front of it."""

from __future__ import annotations

import webbrowser
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Final

import attrs
import click
import trio

from trio_live import ConfigError, Live, LiveHandle, RepairConfig
from trio_live.cli._builders import find_builder
from trio_live.cli._demo import build_agent
from trio_live.cli._emulator import find_persona
from trio_live.cli._endpoints import chosen_endpoint
from trio_live.emulator import Greets, open_emulator
from trio_live.timeline import CallLogs

try:
    from trio_live.web import Connect, Gate, TimelinePage, VoicePage, open_site
except ImportError as missing:
    raise ConfigError("the voice page needs a newer websockets: pip install 'trio-live[web]'") from missing

EMULATED: Final = (
    "No key is used, so this is the emulator's {}. It reads what you type. What you say it understands "
    "with the extra emulator-speech; without it, you are the caller of a script, and each sentence is its next line."
)
"""Told to the user of the emulator."""

TIMELINE: Final = "timeline/"
"""Where the timeline stands beside the voice page."""


@attrs.frozen(kw_only=True)
class TalkCommand:
    """What was asked for on the command line."""

    builder: str | None
    """The user's agent, as ``module:attribute``; ``None``: the demo's is spoken with."""
    host: str
    port: int
    token: str | None
    origin: tuple[str, ...]
    open_browser: bool
    force_emulator: bool
    persona: str | None = None
    """Who answers in the emulator."""
    timeline: bool = False
    """Whether the calls can be looked at as well."""


async def run_talk(command: TalkCommand) -> None:
    """Serve the page until cancelled.

    Raises:
        ConfigError: the agent cannot be had, or others could reach the page.
        OSError: the port cannot be opened.

    Cancellation: calls are ended in order.
    """
    gate = Gate(token=command.token, origins=command.origin)
    build = _front_desk if command.builder is None else partial(find_builder, command.builder)
    build()  # what is wrong with it is told here
    calls = CallLogs()
    timeline = TimelinePage(calls, command.token)

    def watched() -> Live:
        return build().timeline(calls) if command.timeline else build()

    async with _open_either(command) as (connect, about):
        page = VoicePage(watched, connect, about=about)
        routes = page.routes | timeline.routes.under(TIMELINE) if command.timeline else page.routes
        async with open_site(routes, gate=gate, host=command.host, port=command.port) as site:
            address = site.url if command.token is None else f"{site.url}#token={command.token}"
            click.echo(address)
            if command.timeline:
                click.echo(f"timeline: {timeline.address(f'{site.url}{TIMELINE}')}")
            click.echo("Ctrl-C ends", err=True)
            if command.open_browser:
                await trio.to_thread.run_sync(webbrowser.open, address, abandon_on_cancel=True)
            await trio.sleep_forever()


def _front_desk() -> Live:
    agent = build_agent(scale=1.0, note=lambda text: click.echo(text, err=True))
    patient = RepairConfig(
        nudge_after=2, escalate_after=4
    )  # in the first turn the desk greets, and nobody can have answered
    return agent.callback_errors("report").repair(patient).client_interruption_authority()


@asynccontextmanager
async def _open_either(command: TalkCommand) -> AsyncGenerator[tuple[Connect, str], None]:
    """How sessions are opened, and what the user is to know of it.

    Raises:
        ConfigError: there is no such persona, or it would not be asked.
    """
    desk = find_persona(command.persona or "front_desk")
    endpoint = chosen_endpoint(force_emulator=command.force_emulator, persona=command.persona)
    if endpoint is not None:
        yield lambda live: live.connect(endpoint), ""
        return
    if command.builder is None:
        desk = attrs.evolve(desk, greets=Greets.CONNECTED)  # so that there is something to be heard at once
    served = open_emulator(desk, hearing="auto", speaking="auto", idle_timeout=None, connection_lifetime=None)
    async with served as emulator:

        def connect(live: Live) -> AbstractAsyncContextManager[LiveHandle]:
            return live.connect_google_ai("emulator", base_url=emulator.url)

        yield connect, EMULATED.format(desk.name)
