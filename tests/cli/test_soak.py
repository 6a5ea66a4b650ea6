"""A soak of a few seconds: real processes, sockets and cuts."""

from __future__ import annotations

import pytest
import trio
from click.testing import CliRunner

from trio_live.cli import _soak
from trio_live.cli._commands import cli
from trio_live.cli._soak import SoakCommand, memory_mb, soak


async def test_a_short_soak_loses_nothing() -> None:
    found = await soak(SoakCommand(minutes=0, sessions=3, cut_every=0.8, seed=1), 3.0)
    assert found.problems() == []
    assert sum(ledger.cuts for ledger in found.ledgers) >= 3
    assert all(ledger.gaps for ledger in found.ledgers)
    assert found.struck >= 3
    assert {ledger.platform for ledger in found.ledgers} == {"google-ai", "vertex"}
    assert len(found.memory) == _soak.SAMPLES
    assert sum(found.reads.values()) >= 3
    assert sum(sum(ledger.answers.values()) for ledger in found.ledgers) >= 1


def test_what_was_found_is_printed_and_trouble_is_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_soak, "ANSWERED_WITHIN", 0.0)
    done = CliRunner().invoke(cli, ["soak", "--minutes", "0.01", "--sessions", "1", "--cut-every", "60"])
    assert done.exit_code == 1
    assert "questions asked" in done.output
    assert "were lost in silence" in done.output
    assert "nothing was cut" in done.output


def test_memory_is_measured() -> None:
    assert memory_mb() > 10


async def test_a_soak_can_be_given_up() -> None:
    with trio.move_on_after(1.0) as scope:
        await soak(SoakCommand(minutes=1, sessions=2, cut_every=1.0, seed=1), 60.0)
    assert scope.cancelled_caught
