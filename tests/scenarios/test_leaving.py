"""A server of calls is told to leave: a process of its own, and a real SIGTERM."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

from tests.processes import PLAIN, serve
from trio_live.persistence import SessionSnapshot

SERVER = """
import json
import sys

import attrs
import trio

from trio_live import Live, events
from trio_live.draining import open_drain
from trio_live.emulator import open_emulator
from trio_live.errors import Draining
from trio_live.persistence import FsPersistence

FOLDER, GRACE = sys.argv[1], float(sys.argv[2])


def say(**words):
    print(json.dumps(words), flush=True)


def agent(name):
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").persistence(FsPersistence(FOLDER)).session_id(name)


async def hand_over(session):
    say(handed_over=session.resume_handle is not None)


async def hold(name, emulator, drain, calls, *, task_status=trio.TASK_STATUS_IGNORED):
    connect = agent(name).connect_google_ai("k", base_url=emulator.url)
    moves = hand_over if name == "moves" else None
    async with drain.admit(connect, hand_over=moves) as session, session.events() as stream:
        await session.send_text("What does it cost?")
        async for event in stream:
            if isinstance(event, events.ResumptionUpdate) and event.resumable:
                break
        task_status.started()
        if name == "says goodbye":
            await drain.wait_started()
            await session.send_text("Goodbye.")
            await session.flush()
        else:
            await session.done()
    say(over=name, reason=session.ended.reason)


async def main():
    async with open_emulator(realtime_playback=False, pace=None) as emulator, open_drain(GRACE) as drain:
        async with trio.open_nursery() as calls:
            for name in ("moves", "says goodbye", "stays"):
                await calls.start(hold, name, emulator, drain, calls)
            with drain.accepting():
                say(ready=True)
                await trio.sleep_forever()
            try:
                async with drain.admit(agent("late").connect_google_ai("k", base_url=emulator.url)):
                    pass
            except Draining as refused:
                say(refused=str(refused))
    say(**attrs.asdict(drain.statistics))


trio.run(main)
"""


def leave(tmp_path: Path, grace: float, *, is_hurried: bool) -> tuple[int, list[dict[str, Any]]]:
    """A server with three calls is told to leave; its status, and what it has said."""
    program = tmp_path / "server.py"
    program.write_text(SERVER, encoding="utf-8")
    command = (sys.executable, str(program), str(tmp_path / "calls"), str(grace))
    with serve(*command, env={**PLAIN, "PYTHONPATH": str(Path(__file__).parents[2])}) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        said: list[dict[str, Any]] = []
        process.send_signal(signal.SIGTERM)
        if is_hurried:  # once the two calls that can leave have left
            said = [json.loads(process.stdout.readline()) for _ in range(4)]
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    return process.returncode, [*said, *map(json.loads, rest.splitlines())]


def test_a_process_hands_over_what_moves_waits_for_what_does_not_and_cuts_what_is_left(tmp_path: Path) -> None:
    status, said = leave(tmp_path, 2.0, is_hurried=False)
    assert status == 0
    assert said[-1] == {
        "active": 0,
        "admitted": 3,
        "refused": 1,
        "handed_over": 1,
        "hand_overs_failed": 0,
        "cut": 1,
    }
    assert {"handed_over": True} in said
    over = [each["over"] for each in said if "over" in each]
    assert (sorted(over), over[-1]) == (["moves", "says goodbye", "stays"], "stays")
    assert {each["reason"] for each in said if "over" in each} == {None}
    snapshot = SessionSnapshot.from_json((tmp_path / "calls" / "moves.json").read_text(encoding="utf-8"))
    assert snapshot.resume_handle
    assert snapshot.turn_count >= 1


def test_a_second_signal_leaves_at_once(tmp_path: Path) -> None:
    status, said = leave(tmp_path, 3600.0, is_hurried=True)
    assert status == 0
    assert (said[-1]["cut"], said[-1]["handed_over"], said[-1]["active"]) == (1, 1, 0)
