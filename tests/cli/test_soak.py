"""A soak of a few seconds: real processes, sockets and cuts."""

from __future__ import annotations

import pytest
import trio
from click.testing import CliRunner

from trio_live.cli import _soak
from trio_live.cli._commands import cli
from trio_live.cli._soak import SoakCommand, memory_mb, soak
from trio_live.cli._soak_figures import Ledger, Soak


async def test_a_short_soak_loses_nothing() -> None:
    found = await soak(SoakCommand(minutes=0, sessions=3, cut_every=1.0, seed=1), 3.0)
    assert found.problems() == []
    assert any(ledger.gaps for ledger in found.ledgers)
    assert found.struck
    assert {ledger.platform for ledger in found.ledgers} == {"google-ai", "vertex"}
    assert all(len(ledger.asked) >= _soak.LEAST for ledger in found.ledgers)
    assert sum(found.reads.values())
    assert found.memory


def test_what_was_found_is_printed_and_trouble_is_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(_command: SoakCommand, seconds: float) -> Soak:
        await trio.lowlevel.checkpoint()
        ledger = Ledger("vertex", asked=["a"], told={"a"}, cuts=int(seconds == 600))
        return Soak(ledgers=[ledger], reads={}, struck=1, memory=[(1.0, 40.0)], tasks_left=0)

    monkeypatch.setattr(_soak, "soak", found)
    done = CliRunner().invoke(cli, ["soak"])
    assert (done.exit_code, "questions asked" in done.output) == (0, True)
    failed = CliRunner().invoke(cli, ["soak", "--minutes", "1"])
    assert (failed.exit_code, "nothing was cut" in failed.output) == (1, True)


def test_memory_is_measured() -> None:
    assert memory_mb() > 10


async def test_a_soak_can_be_given_up() -> None:
    with trio.move_on_after(1.0) as scope:
        await soak(SoakCommand(minutes=1, sessions=2, cut_every=1.0, seed=1), 60.0)
    assert scope.cancelled_caught
