"""What the browser of these tests talks to: the page, the demo's agent, and an emulator that greets. Prints its address.

With a word behind its name, that is the token. Run as a program, so that Chromium and the server each have a process of their own.
"""

from __future__ import annotations

import sys

import attrs
import trio

from trio_live import Live, RepairConfig
from trio_live.cli._demo import build_agent
from trio_live.emulator import Greets, bundled_persona, open_emulator
from trio_live.voice import IMMEDIATE_COMMIT
from trio_live.web import Gate, VoicePage, open_site


def build() -> Live:
    """The demo's agent, which is silenced at the first word."""
    agent = build_agent(scale=1.0, note=lambda _: None).callback_errors("report").repair(RepairConfig(nudge_after=9))
    return agent.client_interruption_authority().turn_commit(IMMEDIATE_COMMIT)


async def main() -> None:
    """Serve until killed."""
    persona = attrs.evolve(bundled_persona("front_desk"), greets=Greets.CONNECTED)
    async with open_emulator(persona, idle_timeout=None, connection_lifetime=None) as emulator:
        page = VoicePage(
            build,
            lambda live: live.connect_google_ai("emulator", base_url=emulator.url),
            about="The front desk of Harbour Clinic, played by the emulator.",
            most_calls=2,
        )
        gate = Gate(token=sys.argv[1] if len(sys.argv) > 1 else None)
        async with open_site(page.routes, gate=gate) as site:
            print(site.url, flush=True)
            await trio.sleep_forever()


if __name__ == "__main__":
    trio.run(main)
