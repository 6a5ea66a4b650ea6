from __future__ import annotations

from contextlib import suppress

import attrs
import pytest

from trio_live.emulator._persona import Memory
from trio_live.emulator._service import Context, Refused
from trio_live.emulator._session import _handles
from trio_live.emulator._session._handles import ResumptionHandles, Snapshot

SNAPSHOT = Snapshot(1, Memory(state="here"), Context(text=1), "m", 100.0)


def test_a_handle_gives_back_what_was_kept() -> None:
    handles = ResumptionHandles()
    handles.connected(1)
    handles.keep("h", SNAPSHOT)
    handles.ended(1, 50.0)
    assert handles.take("h", "m", 50.0) is SNAPSHOT
    assert handles.take("h", "m", 150.0) is SNAPSHOT


def test_a_handle_dies_some_time_after_its_connection() -> None:
    handles = ResumptionHandles()
    handles.keep("h", SNAPSHOT)
    handles.ended(1, 50.0)
    with pytest.raises(Refused, match="1008 BidiGenerateContent session not found"):
        handles.take("h", "m", 150.1)


def test_a_handle_of_an_open_connection_is_refused() -> None:
    handles = ResumptionHandles()
    handles.connected(1)
    handles.keep("h", SNAPSHOT)
    with pytest.raises(Refused, match="1011"):
        handles.take("h", "m", 0.0)


def test_a_resumed_session_keeps_its_model() -> None:
    handles = ResumptionHandles()
    handles.keep("h", SNAPSHOT)
    with pytest.raises(Refused, match="1007"):
        handles.take("h", "another", 0.0)


def test_an_unknown_handle_is_refused() -> None:
    with pytest.raises(Refused, match="1007 Invalid session handle"):
        ResumptionHandles().take("h", "m", 0.0)


def test_the_oldest_handles_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_handles, "MOST_HANDLES", 2)
    handles = ResumptionHandles()
    for number, name in enumerate("abc"):
        handles.keep(name, attrs.evolve(SNAPSHOT, owner=number))
        handles.ended(number, 0.0)
    assert handles.take("c", "m", 0.0).owner == 2
    with pytest.raises(Refused):
        handles.take("a", "m", 0.0)


def test_handles_hold_a_bounded_memory_whatever_clients_have_said() -> None:
    handles = ResumptionHandles()
    said = "x" * (1024 * 1024)
    for number in range(100):
        handles.keep(str(number), attrs.evolve(SNAPSHOT, owner=number, memory=Memory(state="s", values={"it": said})))
        handles.ended(number, 0.0)
    remembered = 0
    for number in range(100):
        with suppress(Refused):
            remembered += handles.take(str(number), "m", 0.0).owner == number
    assert 25 < remembered <= 32
    assert handles.take("99", "m", 0.0).owner == 99


def test_a_handle_whose_memory_is_too_large_by_itself_is_not_kept() -> None:
    handles = ResumptionHandles()
    handles.keep("h", attrs.evolve(SNAPSHOT, memory=Memory(state="s", values={"it": "x" * 40_000_000})))
    with pytest.raises(Refused):
        handles.take("h", "m", 0.0)
    handles.keep("small", SNAPSHOT)
    assert handles.take("small", "m", 0.0) is SNAPSHOT
