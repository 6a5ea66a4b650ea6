"""The program in the README runs, as it stands there, against the emulator."""

from __future__ import annotations

import re
import tomllib
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


def test_it_names_every_dependency_and_every_extra() -> None:
    project = tomllib.loads((README.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    depends, extras = re.search(r"Depends on (.*?); extras:\n(.*?)\. MIT", README.read_text(encoding="utf-8")).groups()  # type: ignore[union-attr]
    needed = {re.split(r"[<>=;\[ ]", each)[0] for each in project["dependencies"]}
    assert set(re.split(r", | and ", depends)) == needed
    assert set(re.findall(r"`([\w-]+)`", extras)) == set(project["optional-dependencies"])
