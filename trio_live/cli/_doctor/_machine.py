"""What this machine can do: keep time, hear and play, and hold a call with an emulator of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import trio

from trio_live import ConfigError, Live, LiveError
from trio_live._typing import Seconds
from trio_live._wording import describe, one_line
from trio_live.audio import AudioDeviceInfo, list_devices
from trio_live.cli._doctor._findings import Finding, Status
from trio_live.emulator import open_emulator

NAP: Final[Seconds] = 0.02
"""The pace of a microphone."""
NAPS: Final = 10
LATE: Final[Seconds] = 0.01
"""Sound that is sent or played so much too late is heard to be."""
TALK_WITHIN: Final[Seconds] = 10.0


async def time_naps() -> Seconds:
    """By how much the machine wakes a program too late, in the worst of some short sleeps. Cancellation: harmless."""
    worst = 0.0
    for _ in range(NAPS):
        began = time.monotonic()
        await trio.sleep(NAP)
        worst = max(worst, time.monotonic() - began - NAP)
    return worst


def look_at_timer(late: Seconds) -> Finding:
    """Whether the machine keeps the pace of speech."""
    found = f"a sleep of {NAP * 1000:.0f} ms ends at most {late * 1000:.1f} ms late"
    if late <= LATE:
        return Finding("timer", Status.OK, found)
    return Finding("timer", Status.WARNING, found, "sound may stutter: this machine is busy, or saves power")


def look_at_devices() -> Finding:
    """Whether there are a microphone and speakers."""
    try:
        return judge_devices(list_devices())
    except ConfigError as missing:
        return Finding(
            "sound", Status.WARNING, f"not looked at: {missing}", "only `chat --voice` and `devices` need it"
        )


def judge_devices(devices: Sequence[AudioDeviceInfo]) -> Finding:
    """Whether they can be used."""
    hears = [each for each in devices if each.inputs]
    plays = [each for each in devices if each.outputs]
    if not (hears and plays):
        lacking = "microphone" if plays else "speakers" if hears else "audio device"
        advice = "`chat --voice` needs both; `chat --said FILE --played FILE` needs neither"
        return Finding("sound", Status.WARNING, f"this machine has no {lacking}", advice)
    chosen = [next((each for each in hears if each.is_default_input), hears[0])]
    chosen += [next((each for each in plays if each.is_default_output), plays[0])]
    return Finding("sound", Status.OK, " and ".join(each.name for each in chosen), "`trio-live devices` lists all")


async def hold_talk() -> Finding:
    """Whether a call over a real socket of this machine works, from the setup to the answer.

    Cancellation: the call is ended.
    """
    live = Live.builder().model("gemini-3.8-live").transcription()
    began = trio.current_time()
    try:
        with trio.fail_after(TALK_WITHIN):
            async with (
                open_emulator(pace=None, realtime_playback=False) as emulator,
                live.connect_google_ai("doctor", base_url=emulator.url) as session,
            ):
                answer = await session.ask("Hello!")
    except (LiveError, OSError, trio.TooSlowError) as error:
        found = f"a call to the emulator failed: {one_line(describe(error)) or type(error).__name__}"
        return Finding("loopback", Status.PROBLEM, found, "does a firewall forbid connections to 127.0.0.1?")
    passed = trio.current_time() - began
    return Finding("loopback", Status.OK, f"the emulator answered {len(answer.text)} characters in {passed:.1f} s")
