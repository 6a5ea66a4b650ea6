"""The official client, over TLS, does the rarer things a conversation can do. In both dialects where both have them."""

from __future__ import annotations

import importlib.util
import json
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trustme

from trio_live.emulator import open_emulator, parse_fault, parse_persona

HERE = Path(__file__).parent
RECORDING = HERE.parents[1] / "trio_live/cli/calls/hello.wav"
WANTED = bool(os.environ.get("TRIO_LIVE_CONFORMANCE"))
BOTH = pytest.mark.parametrize("dialect", ["google_ai", "vertex"])

if not WANTED and (importlib.util.find_spec("google") is None or importlib.util.find_spec("google.genai") is None):
    pytest.skip("google-genai is not installed here; nox -s conformance installs it", allow_module_level=True)

PERSONA = parse_persona("""
name = "forecaster"
utterances = ["I interrupt you."]

[[rule]]
heard = { keywords = ["weather"] }
call = [{ tool = "temperature" }, { tool = "wind" }]
then = "I see: {temperature} and {wind}."

[[rule]]
heard = { pattern = 'my name is (?P<who>\\w+)' }
say = "Hello {who}."

[[rule]]
heard = { keywords = ["who am i"] }
say = "You are {who}."

[[rule]]
heard = { keywords = ["long story"] }
say = ["Once upon a time there was a very patient listener.", "He listened, and listened, and listened."]

[[default]]
say = "You said {heard}."
""")


@asynccontextmanager
async def secure_emulator(tmp_path: Path, **choices: Any) -> AsyncIterator[tuple[str, Path]]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    trust = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trust))
    settings = {"time_scale": 10.0, "raise_errors": True} | choices
    async with open_emulator(PERSONA, ssl_context=context, **settings) as emulator:
        yield f"https://localhost:{emulator.port}", trust


async def play(tmp_path: Path, scenario: str, dialect: str, argument: str = "", **choices: Any) -> dict[str, Any]:
    async with secure_emulator(tmp_path, **choices) as (address, trust):
        command = [sys.executable, "-m", "tests.conformance.official_scenarios", scenario, dialect, address, argument]
        environment = {**os.environ, "SSL_CERT_FILE": str(trust), "NO_PROXY": "*"}
        with trio.fail_after(60):
            done = await trio.run_process(
                command, env=environment, cwd=HERE.parents[1], capture_stdout=True, capture_stderr=True, check=False
            )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@BOTH
async def test_it_is_interrupted_by_speech(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "barge_in", dialect, str(RECORDING), time_scale=5.0)
    assert seen["interrupted"]
    assert seen["said"] == "You said I interrupt you.."


@BOTH
async def test_it_answers_parallel_calls_one_by_one(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "parallel", dialect)
    assert seen["calls"] == ["temperature", "wind"]
    assert seen["said"].strip() == "I see: temperature is low and wind is low."


@BOTH
@pytest.mark.parametrize("scheduling", ["INTERRUPT", "WHEN_IDLE", "SILENT"])
async def test_it_schedules_the_answers_of_functions_that_do_not_block(
    tmp_path: Path, dialect: str, scheduling: str
) -> None:
    seen = await play(tmp_path, "schedule", dialect, scheduling)
    assert seen["cut_in"] is (scheduling == "INTERRUPT")
    assert seen["said"] == ("" if scheduling == "SILENT" else "I see: temperature is low and wind is low.")


@BOTH
async def test_it_is_told_that_calls_are_cancelled(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "cancel", dialect)
    assert seen["cancelled"]
    assert seen["said"] == "You said Never mind."


@BOTH
async def test_it_resumes_a_session_that_was_cut(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "resume", dialect, faults=parse_fault("cut@turn_end+10s/1"))
    assert seen["ended"] == 1006
    assert seen["said"] == "You are Ann."


@BOTH
async def test_it_is_told_to_go_away(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "go_away", dialect, connection_lifetime=70.0)
    assert seen["time_left"] == ("6s" if dialect == "google_ai" else "3s")


async def test_it_talks_under_the_terms_of_an_ephemeral_token(tmp_path: Path) -> None:
    seen = await play(tmp_path, "token", "google_ai", keys={"throwaway"})
    assert seen["token"] == "auth_tokens"
    assert seen["said"] == "You said hello."
    assert seen["second"][0] == 1008
    assert "too many times" in seen["second"][1]


@BOTH
async def test_it_begins_with_a_history(tmp_path: Path, dialect: str) -> None:
    seen = await play(tmp_path, "history", dialect)
    assert seen["said"] == "You said Tell me something."
