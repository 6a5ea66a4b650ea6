"""A Twilio of somebody else's calls our telephone: `streamdouble`, which knows the protocol from Twilio's pages, and complains.

Run by ``nox -s clients``, which makes an environment for it; skipped elsewhere.
"""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from tests.clients.clients import SPEECH, STREAMDOUBLE, environments, needs
from trio_live import Live
from trio_live.emulator import open_emulator
from trio_live.phone import TWILIO, HungUp, PhoneCall, open_phone_server
from trio_live.voice._internal import energy_dbfs

if "TRIO_LIVE_CLIENTS" not in os.environ:
    pytest.skip("streamdouble is not installed here; nox -s clients installs it", allow_module_level=True)

pytestmark = needs(STREAMDOUBLE)

LIMIT_SECONDS = 90.0
INTERRUPTS = """
name: interrupt the greeting
steps:
  - wait_for: audio
  - wait: 1.0
  - dtmf: "5"
  - say: {speech}
  - expect: clear
  - wait_for: audio
  - wait_for: mark
  - hangup
"""


@attrs.define
class Judged:
    """One call, from both ends."""

    status: int
    report: dict[str, Any]
    ended: HungUp
    call: PhoneCall
    keys: list[str]


async def judged(*arguments: str, folder: Path, options: Sequence[str] = ()) -> Judged:
    """Have an agent called. ``ADDRESS`` among the arguments stands for ours."""
    calls: list[PhoneCall] = []
    ended: list[HungUp] = []
    keys: list[str] = []

    async def on_dtmf(digit: str) -> None:
        keys.append(digit)

    live = Live.builder().model("gemini-3.8-live").greeting("Greet the caller.", protected=0).on_dtmf(on_dtmf)
    with trio.fail_after(LIMIT_SECONDS):
        async with open_emulator() as emulator:

            async def answer(call: PhoneCall) -> None:
                calls.append(call)
                async with call.equip(live).connect_google_ai("any", base_url=emulator.url) as session:
                    ended.append(await call.talk(session))

            async with open_phone_server(answer, TWILIO) as server:
                program = environments() / STREAMDOUBLE.name / STREAMDOUBLE.program
                told = [server.address if each == "ADDRESS" else each for each in arguments]
                out = ("--out", str(folder / "reply.wav"), "--json", "--param", "customer=Ann")
                command = STREAMDOUBLE.command(environments(), program, *told, *out, *options)
                done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, check=False)
                while not ended:  # noqa: ASYNC110
                    await trio.sleep(0.02)
    assert done.stdout, done.stderr.decode()
    return Judged(done.returncode, json.loads(done.stdout), ended[0], calls[0], keys)


def reply(folder: Path) -> bytes:
    with wave.open(str(folder / "reply.wav"), "rb") as file:
        return file.readframes(file.getnframes())


async def test_a_caller_interrupts_presses_a_key_and_hangs_up(tmp_path: Path) -> None:
    scenario = tmp_path / "interrupts.yaml"
    scenario.write_text(INTERRUPTS.format(speech=SPEECH), encoding="utf-8")
    seen = await judged("scenario", str(scenario), "ADDRESS", folder=tmp_path)
    assert seen.status == 0, seen.report
    assert seen.report["violations"] == []
    assert seen.report["unknown_events"] == []
    assert seen.report["expectations"] == [{"what": "expect clear", "passed": True}]
    assert seen.report["clears_received"] == seen.call.statistics.clears == 1
    assert seen.report["marks_echoed"] > 0
    assert seen.keys == ["5"]
    assert seen.call.parameters == {"customer": "Ann"}
    assert seen.ended is HungUp.CALLER
    assert energy_dbfs(reply(tmp_path)) > -40, "the agent was heard"


@pytest.mark.parametrize(
    "options",
    [
        ("--packet-loss", "0.1", "--chaos-seed", "7"),
        ("--jitter", "40", "--chaos-seed", "7"),
        ("--latency", "200"),
        ("--no-echo-marks",),
    ],
    ids=["loss", "jitter", "latency", "no marks"],
)
async def test_a_bad_line_breaks_no_rule(options: Sequence[str], tmp_path: Path) -> None:
    seen = await judged("call", "ADDRESS", "--audio", str(SPEECH), folder=tmp_path, options=options)
    assert seen.status == 0, seen.report
    assert seen.report["violations"] == []
    assert seen.report["unknown_events"] == []
    assert not seen.report["closed_early"]
    assert seen.report["media_frames_received"] > 0
    assert seen.ended is HungUp.CALLER
