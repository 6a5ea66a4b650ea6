"""The program in the README runs, as it stands there, against the emulator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trio

from trio_live.emulator import open_emulator

README = Path(__file__).parents[2] / "README.md"


async def test_the_first_program_prints_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
    program: dict[str, object] = {"API_KEY": "any"}
    monkeypatch.setattr(trio, "run", lambda _: None)
    exec(compile(source, "README.md", "exec"), program)  # noqa: S102  # that is the test
    async with open_emulator(pace=None, realtime_playback=False) as emulator:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", emulator.url)
        with trio.fail_after(20):
            await program["main"]()  # type: ignore[operator]
    assert "Paris" in capsys.readouterr().out
