from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trio_live
from trio_live.emulator import bundled_personas
from trio_live.emulator._toml._positions import lines_of

BUNDLED = Path(trio_live.__file__).parent / "emulator" / "_persona" / "bundled"
TEXT = '''\
# [not] = "a table"
a.b = 1  # c = 2
"quoted key" = 'x # y'
text = """
fake = 1
[[fake]]
"""
list = [
    "one",  # two
    { k = "three, four]", l = [5,
      6] },
]
[t]
x = {y = {z = "}"}}
[[r]]
n = 1
[r.deep]
n = 2
[[r]]
[[r.sub]]
n = '\\'
[[r.sub]]
n = 4
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("a", "b"), 2),
        (("quoted key",), 3),
        (("text",), 4),
        (("list", 0), 9),
        (("list", 1, "k"), 10),
        (("list", 1, "l", 1), 11),
        (("t", "x", "y", "z"), 14),
        (("r", 0, "n"), 16),
        (("r", 0, "deep"), 17),
        (("r", 0, "deep", "n"), 18),
        (("r", 1), 19),
        (("r", 1, "sub", 0, "n"), 21),
        (("r", 1, "sub", 1, "n"), 23),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert lines_of(TEXT)[path] == line


def test_what_only_looks_like_a_key_is_none() -> None:
    assert not [path for path in lines_of(TEXT) if "fake" in path or "not" in path or "c" in path]


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to everything in a parsed file."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in ((*path, key), *paths(inner, (*path, key)))]


@pytest.mark.parametrize("name", bundled_personas())
def test_it_finds_what_the_parser_finds(name: str) -> None:
    text = (BUNDLED / f"{name}.toml").read_text(encoding="utf-8")
    assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


@given(st.text(alphabet="ab=.[]{}\"'#,\\ \n1") | st.text())
def test_it_comes_to_an_end_with_any_text(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())


@given(st.text(alphabet="ab=.[]{}\"',\n1 "))
def test_it_finds_what_the_parser_finds_in_any_sound_text(text: str) -> None:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(paths(parsed)) <= set(lines_of(text))
