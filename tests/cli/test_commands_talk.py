"""What ``trio-live talk`` refuses before it serves anything."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from trio_live.cli._commands import cli


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "others could reach 0.0.0.0: give the gate a token and origins"),  # noqa: S104
        (["--origin", "https://example.org"], "origins let others in, and they need a token"),
        (["--origin", "example.org", "--token", "a"], "'example.org' is no origin"),
    ],
    ids=["an open address", "origins alone", "no origin"],
)
def test_a_page_that_others_could_reach_is_refused(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(cli, ["talk", "--no-open", "--port", "0", *arguments])
    assert result.exit_code == 1
    assert words in result.output


def test_without_the_extra_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("trio_live.web", "trio_live.cli._talk"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "websockets.trio.server", None)
    result = CliRunner().invoke(cli, ["talk", "--no-open"])
    assert result.exit_code == 1
    assert result.output == "Error: the voice page needs a newer websockets: pip install 'trio-live[web]'\n"
