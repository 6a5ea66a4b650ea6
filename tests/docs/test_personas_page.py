"""Whoever follows docs/how-to/personas.md step by step gets what the page promises."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.processes import TRIO_LIVE, finish
from trio_live.cli._emulator import find_persona
from trio_live.emulator import bundled_personas, check_persona, load_persona, open_emulator
from trio_live.emulator._persona import SECTIONS, reference
from trio_live.emulator._toml import Table

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "personas.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the page has its reader put together."""
    monkeypatch.chdir(tmp_path)
    path = Path("library.toml")
    path.write_text("\n".join(blocks("toml")), encoding="utf-8")
    return path


def test_the_pieces_make_a_sound_persona(written: Path) -> None:
    persona = load_persona(written)
    assert persona.name == "library"
    assert {call.tool for rule in persona.rules for call in rule.reply.calls} == {"find_book", "lend_book"}


def test_the_check_says_what_the_page_says_and_the_mistake_is_found_where_it_says(written: Path) -> None:
    check, _ = (shlex.split(command) for command in blocks("sh"))
    assert check == ["trio-live", "emulator", "check", str(written)]
    done = finish(*TRIO_LIVE, *check[1:], cwd=written.absolute().parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"it says `{done.stdout.strip()}`." in PAGE
    assert check_persona(written) == []
    written.write_text(written.read_text().replace('goto = "found"', 'goto = "fuond"'), encoding="utf-8")
    assert check_persona(written) == blocks("text")[0].splitlines()


async def test_it_is_served_as_the_command_does(written: Path) -> None:
    _, serve = (shlex.split(command) for command in blocks("sh"))
    assert serve == ["trio-live", "emulator", "--persona", str(written), "--port", "0"]
    with trio.fail_after(10):
        async with open_emulator(find_persona(serve[3]), port=int(serve[5])) as emulator:
            assert emulator.url.startswith("ws://")


def test_the_program_prints_what_the_page_shows(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = blocks("python")
    run = trio.run

    def run_at_once(main: Callable[[], Any]) -> None:
        run(main, clock=MockClock(autojump_threshold=0))

    monkeypatch.setattr(trio, "run", run_at_once)
    exec(compile(program, "personas.md", "exec"), {"__name__": "__main__"})  # noqa: S102  # that is the test
    assert capsys.readouterr().out == blocks("text")[1]


def test_every_bundled_persona_has_its_section() -> None:
    part = PAGE.split("## Personas that come along")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^### (\w+)$", part, re.MULTILINE)) == list(bundled_personas())


def test_the_reference_is_the_one_that_the_code_draws() -> None:
    begins, ends = "<!-- reference: begins -->\n\n", "\n<!-- reference: ends -->"
    shown = PAGE.split(begins)[1].split(ends)[0]
    assert shown == reference(), "docs/how-to/personas.md shows other keys than trio_live.emulator._persona._file_keys"


EVERYTHING = """
name = "all"
greeting.say = "x"
default = [{ say = { text = "x" } }]
on_context = [{ heard = { any = true }, say = "x" }]
on_silence = [{ after = 1, say = "x" }]
on_interrupted = [{ say = "x" }]
[[rule]]
heard = { any = true }
call = { tool = "f" }
then = { say = "x" }
on_wait = { after = 1, say = "x" }
"""

KINDS = {
    "": (0,),
    "greeting": (1, 5),
    "rule": (2, 5),
    "on_context": (3, 5),
    "on_silence": (3, 5),
    "on_interrupted": (3, 5),
    "heard": (4,),
    "default": (5,),
    "then": (5,),
    "say": (6,),
    "call": (7,),
    "on_wait": (8, 5),
}
"""Last key of a table's path → the sections of the reference that list its keys."""


def test_the_reference_lists_the_keys_that_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, set[str]] = {}

    def note(table: Table) -> None:
        name = next((step for step in reversed(table.path) if isinstance(step, str)), "")
        asked.setdefault(name, set()).update(table.asked)

    monkeypatch.setattr(Table, "done", note)
    (tmp_path / "all.toml").write_text(EVERYTHING, encoding="utf-8")
    load_persona(tmp_path / "all.toml")
    assert set(asked) == set(KINDS)
    listed = [{key.name for key in section.keys} for section in SECTIONS]
    for kind, sections in KINDS.items():
        known = set().union(*(listed[section] for section in sections))
        assert asked[kind] <= known, f"{kind or 'the top'} reads keys that the reference does not list"
    read = set().union(*asked.values())
    assert set().union(*listed) <= read, "the reference lists keys that nothing reads"
