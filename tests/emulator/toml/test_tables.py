from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.emulator._toml._tables import Source, find_line, read_source
from trio_live.errors import ConfigError

TEXT = """\
name = "x"
[facts]
deep = { inner = 1 }

[[rule]]
heard.pattern = "a"
[rule.then]
say = "b"

[[rule]]
say = "c"
[rule.then]
say = "d"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 1),
        (("facts",), 2),
        (("facts", "deep", "inner"), 3),
        (("rule", 0), 5),
        (("rule", 0, "heard", "pattern"), 6),
        (("rule", 0, "then", "say"), 8),
        (("rule", 1), 10),
        (("rule", 1, "say"), 11),
        (("rule", 1, "then", "say"), 13),
        (("nothing",), None),
        ((), None),
    ],
)
def test_the_line_of_a_key_is_found(path: tuple[str | int, ...], line: int | None) -> None:
    assert find_line(TEXT, path) == line


@given(st.text(), st.lists(st.one_of(st.text(), st.integers(0, 5)), max_size=4))
def test_looking_for_a_line_never_fails(text: str, path: list[str | int]) -> None:
    line = find_line(text, tuple(path))
    assert line is None or 1 <= line <= max(1, len(text.splitlines()))


def test_a_key_of_the_wrong_type_is_noted_and_read_as_absent() -> None:
    source = Source("f", "a = 1\nb = [1]\nc = 'x'\nd = 'x'\n")
    table = source.parse()
    assert table.string("a", "usual") == "usual"
    assert table.strings("b") == ()
    assert table.number("c", 2.5) == 2.5
    assert not table.flag("d")
    assert len(source.problems) == 4
    with pytest.raises(ConfigError):
        source.check()


def test_keys_nobody_asked_for_are_noted() -> None:
    source = Source("f", "alpha = 1\nbeta = 2\n")
    table = source.parse()
    table.number("alpha", 0)
    table.done()
    assert source.problems == ["f:2: beta is not known; known are alpha"]


def test_a_sound_source_passes() -> None:
    Source("f", "").check()


def test_a_file_that_is_no_text_is_told(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "binary.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"binary\.toml"):
        read_source(path)
