"""The program in the README runs, as it stands there, against the emulator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trio

from trio_live.emulator import open_emulator

README = Path(__file__).parents[2] / "README.md"


PROGRAMS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
LONGEST_AGENT = 30
"""Lines of the agent with two tools, imports included: what it takes should fit on one screen."""


@pytest.mark.parametrize(("number", "said"), [(0, "Paris"), (1, "Your confirmation number is 4711")])
async def test_the_programs_run_and_print_an_answer(
    number: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program: dict[str, object] = {"API_KEY": "any", "__name__": "readme"}
    monkeypatch.setattr(trio, "run", lambda _: None)
    exec(compile(PROGRAMS[number], "README.md", "exec"), program)  # noqa: S102  # that is the test
    async with open_emulator(pace=None, realtime_playback=False) as emulator:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", emulator.url)
        with trio.fail_after(20):
            await program["main"]()  # type: ignore[operator]
    assert said in capsys.readouterr().out


def test_an_agent_with_two_tools_is_short() -> None:
    assert len(PROGRAMS[1].splitlines()) <= LONGEST_AGENT
    assert PROGRAMS[1].count(".tools(find_slots, book_appointment)") == 1
