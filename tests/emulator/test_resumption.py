from __future__ import annotations

import pytest

from trio_live.emulator import _resumption
from trio_live.emulator._mind import Memory
from trio_live.emulator._refusals import Refused
from trio_live.emulator._resumption import Handles, Snapshot
from trio_live.emulator._usage import Context

SNAPSHOT = Snapshot(1, Memory(state="here"), Context(text=1))


def test_a_handle_gives_back_what_was_kept() -> None:
    handles = Handles()
    handles.connected(1)
    handles.keep("h", SNAPSHOT)
    handles.ended(1)
    assert handles.take("h") is SNAPSHOT
    assert handles.take("h") is SNAPSHOT


def test_a_handle_of_an_open_connection_is_refused() -> None:
    handles = Handles()
    handles.connected(1)
    handles.keep("h", SNAPSHOT)
    with pytest.raises(Refused, match="1011"):
        handles.take("h")


def test_an_unknown_handle_is_refused() -> None:
    with pytest.raises(Refused, match="session not found"):
        Handles().take("h")


def test_the_oldest_handles_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_resumption, "MOST_HANDLES", 2)
    handles = Handles()
    for name in ("a", "b", "c"):
        handles.keep(name, SNAPSHOT)
    assert handles.take("c") is SNAPSHOT
    with pytest.raises(Refused):
        handles.take("a")
