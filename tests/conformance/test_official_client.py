"""The official client, unpatched, over TLS, holds a conversation with the emulator. In both dialects.

Run by ``nox -s conformance``, which installs the client into an environment of its own; skipped elsewhere.
"""

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

from trio_live.emulator import Persona, load_persona, open_emulator

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "docs/examples"
RECORDING = HERE.parents[1] / "trio_live/cli/calls/hello.wav"
WANTED = bool(os.environ.get("TRIO_LIVE_CONFORMANCE"))

if not WANTED and (importlib.util.find_spec("google") is None or importlib.util.find_spec("google.genai") is None):
    pytest.skip("google-genai is not installed here; nox -s conformance installs it", allow_module_level=True)


@asynccontextmanager
async def secure_emulator(tmp_path: Path, persona: Persona | None = None) -> AsyncIterator[tuple[str, Path]]:
    """An emulator behind a throwaway certificate, and the file with its authority."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    trust = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trust))
    async with open_emulator(persona, ssl_context=context, time_scale=10.0, raise_errors=True) as emulator:
        yield f"https://localhost:{emulator.port}", trust


async def converse(tmp_path: Path, scenario: str, dialect: str) -> dict[str, Any]:
    async with secure_emulator(tmp_path) as (address, trust):
        command = [sys.executable, str(HERE / "official_client.py"), scenario, dialect, address, str(RECORDING)]
        environment = {**os.environ, "SSL_CERT_FILE": str(trust), "NO_PROXY": "*"}
        with trio.fail_after(60):
            done = await trio.run_process(
                command, env=environment, capture_stdout=True, capture_stderr=True, check=False
            )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@pytest.mark.parametrize("dialect", ["google_ai", "vertex"])
async def test_it_holds_a_text_turn(tmp_path: Path, dialect: str) -> None:
    seen = await converse(tmp_path, "text", dialect)
    assert tuple(int(part) for part in seen["version"].split(".")[:2]) >= (3, 4)
    assert "Paris" in seen["said"]
    assert seen["audio_bytes"] > 24_000
    assert seen["generated"]
    assert seen["turns"] == 1
    assert seen["tokens"] > 0


@pytest.mark.parametrize("dialect", ["google_ai", "vertex"])
async def test_it_holds_an_audio_turn(tmp_path: Path, dialect: str) -> None:
    seen = await converse(tmp_path, "audio", dialect)
    assert "Maria Lopez" in seen["heard"]
    assert "Doctor Chen" in seen["said"]
    assert seen["audio_bytes"] > 24_000


@pytest.mark.parametrize("dialect", ["google_ai", "vertex"])
async def test_it_holds_a_tool_round(tmp_path: Path, dialect: str) -> None:
    seen = await converse(tmp_path, "tool", dialect)
    assert seen["calls"] == [{"name": "find_slots", "args": {"doctor": "Chen", "day": "Thursday"}}]
    assert "nine" in seen["said"]
    assert seen["audio_bytes"] > 24_000


@pytest.mark.parametrize("program", ["clients/with_google_genai.py", "moving/from_google_genai.py"])
async def test_the_programs_on_the_pages_work_as_they_are_told(tmp_path: Path, program: str) -> None:
    persona = load_persona(HERE.parent / "clients" / "persona.toml")
    async with secure_emulator(tmp_path, persona) as (address, trust):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GEMINI_", "GOOGLE_"))},
            "GOOGLE_API_KEY": "any",
            "GOOGLE_GEMINI_BASE_URL": address,
            "SSL_CERT_FILE": str(trust),
            "NO_PROXY": "*",
        }
        command = [sys.executable, str(EXAMPLES / program)]
        with trio.fail_after(60):
            done = await trio.run_process(
                command, env=environment, capture_stdout=True, capture_stderr=True, check=False
            )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert done.stdout.decode().strip() in ("You said What is the capital of France?", "It is foggy.")
