"""The showpieces among the examples: each is short, says how to run it, and does what it says, with a persona of its own."""

from __future__ import annotations

import ast
import runpy
import sys
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.processes import PLAIN
from trio_live import Live, LiveHandle
from trio_live._tasks import open_service_nursery
from trio_live.emulator import check_persona, load_persona, open_emulator, serve_transport
from trio_live.transport import memory_transport_pair

ROOT = Path(__file__).parents[2]
AGENTS = ROOT / "docs" / "examples" / "agents"
SPEECH = ROOT / "trio_live" / "cli" / "calls" / "hello.wav"
LONGEST = 150
"""Lines of a showpiece: what it shows fits on a few screens."""

AT_ONCE: Final[dict[str, Any]] = {"pace": None, "realtime_playback": False}
FAST: Final[dict[str, Any]] = {"time_scale": 20}

CAMERA = "import sys; sys.stdout.buffer.write((b'\\xff\\xd8' + bytes(94) + b'\\xff\\xd9') * 3)"
"""Writes three pictures of 98 bytes, as far as anybody looks at them."""


@attrs.frozen
class Play:
    """How one is run over a socket, and what it prints among other things, in this order."""

    arguments: tuple[str, ...]
    options: dict[str, Any]
    """Of the emulator."""
    words: tuple[str, ...]


PLAYED: Final = {
    "front_desk.py": Play(
        (),
        AT_ONCE,
        (
            "[now in day]",
            "Take your time. Which day would it be?",
            '[find_slots -> {"output":["13:30","15:30"]}]',
            "[now in booking]",
            '[book_appointment -> {"confirmation_number":"4711"}]',
            "[now in farewell]",
            "Goodbye, and take care!",
        ),
    ),
    "verification.py": Play(
        (),
        AT_ONCE,
        (
            "[disclosure]",
            "[negotiation]",
            "That is noted: 180 dollars on Friday.",
            "[closing]",
            "[promise: {'amount': '180 dollars', 'day': 'Friday'}]",
            "[disclosure]",
            "[colleague]",
            "[promise: None]",
        ),
    ),
    "research.py": Play(
        (),
        FAST,
        (
            "I will have that looked up.",
            "Only in the afternoon.",
            "I have it now: It was built in 1871 and has had electric light since 1922.",
        ),
    ),
    "call_screening.py": Play(
        (),
        AT_ONCE,
        (
            "[calling: Ben]",
            "[put through: her son is ill, says the school]",
            "No, thank you. Goodbye.",
            "[spam: wants a card number]",
            "[calling: Zoe]",
            "[message: asks to be called back]",
        ),
    ),
    "video.py": Play((sys.executable, "-c", CAMERA), AT_ONCE, ("A picture of 98 bytes", "['a picture of 98 bytes']")),
    "many_callers.py": Play(("20",), FAST, ("20 of 20 callers have 60 tickets; 0 calls failed", "first words after")),
}
IN_MEMORY: Final = ("translator.py",)
"""Sound goes at the pace of real time: here, that of a clock that jumps."""

ALL = sorted(path.name for path in AGENTS.glob("*.py"))


def test_every_one_is_played() -> None:
    assert sorted([*PLAYED, *IN_MEMORY]) == ALL


@pytest.mark.parametrize("name", ALL)
def test_it_is_short_and_says_how_to_run_it(name: str) -> None:
    source = (AGENTS / name).read_text(encoding="utf-8")
    assert len(source.splitlines()) < LONGEST
    told = ast.get_docstring(ast.parse(source)) or ""
    assert "\nWhat it shows: " in told
    assert f"--persona docs/examples/agents/{Path(name).stem}.toml" in told
    assert f"\n    GEMINI_API_KEY=… python docs/examples/agents/{name}" in told
    assert "connect_from_env()" in source


@pytest.mark.parametrize("name", ALL)
def test_its_persona_is_sound(name: str) -> None:
    assert check_persona((AGENTS / name).with_suffix(".toml")) == []


@pytest.mark.parametrize("name", PLAYED)
async def test_it_does_what_it_says(name: str, tmp_path: Path) -> None:
    play = PLAYED[name]
    persona = load_persona((AGENTS / name).with_suffix(".toml"))
    async with open_emulator(persona, **play.options) as emulator:
        command = [sys.executable, "-W", "error", str(AGENTS / name), *play.arguments]
        env = {**PLAIN, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        with trio.fail_after(60):
            done = await trio.run_process(
                command, env=env, cwd=tmp_path, capture_stdout=True, capture_stderr=True, check=False
            )
    printed = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    at = 0
    for words in play.words:
        at = printed.find(words, at)
        assert at >= 0, f"{words!r} is not among what {name} printed, or not there:\n{printed}"


async def test_the_translator_says_it_in_the_other_language(
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    persona = load_persona(AGENTS / "translator.toml")

    @asynccontextmanager
    async def connect_in_memory(live: Live) -> AsyncGenerator[LiveHandle, None]:
        ours, theirs = memory_transport_pair()
        async with open_service_nursery("the example is over") as nursery:
            nursery.start_soon(serve_transport, theirs, persona)
            async with live.connect_with_transport(ours) as session:
                yield session

    monkeypatch.setattr(Live, "connect_from_env", connect_in_memory)
    heard = tmp_path / "polish.wav"
    with trio.fail_after(60):
        await runpy.run_path(str(AGENTS / "translator.py"))["main"]("pl", str(SPEECH), str(heard))
    assert capsys.readouterr().out == (
        "Good morning. Where is the station, please?\n    Dzień dobry. Gdzie jest dworzec?\n"
    )
    with wave.open(str(heard), "rb") as sound:
        assert sound.getframerate() == 24_000
        assert any(sound.readframes(sound.getnframes()))
