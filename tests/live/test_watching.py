"""Sessions that are looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.peer import builder, call, call_of, interrupted, said, settled, tool_call, turn_complete
from trio_live import ConnectError, State
from trio_live.live._watching import tree_of
from trio_live.timeline import CallLogs, read_notes


async def test_a_session_is_noted_to_its_last_event(autojump_clock: MockClock, tmp_path: Path) -> None:
    path = tmp_path / "call.notes"
    live = (
        builder()
        .record_notes(path)
        .phase("a")
        .needs(["day"])
        .transition_with("b", lambda s: s.is_known("day"), "known")
        .done()
    )
    live = live.phase("b").terminal().done().initial_phase("a")
    async with call(live) as (session, peer):
        await trio.sleep(0.1)
        session.state.set("day", "Monday")
        await peer.send(said("Hello"), turn_complete())
        await trio.sleep(1)
    notes = read_notes(path)
    kinds = {note.kind for note in notes}
    assert kinds >= {"contract", "connection", "event", "mutation", "step", "sample", "explanation"}
    told = [note.data["event"] for note in notes if note.kind == "event"]
    assert "PhaseTransition" in told
    assert told[-1] == "Disconnected"
    explained = [note.data for note in notes if note.kind == "explanation"]
    assert explained[-1]["phase"] == "b"
    assert explained[0]["ways"][0]["obstacles"] == ["the guard says no"]
    (written,) = [note.data for note in notes if note.kind == "mutation" and note.data["key"] == "day"]
    assert written["who"].startswith("task ")
    looks = [note.data for note in notes if "queues" in note.data]
    assert looks[0]["link"]["generation"] == 1
    assert looks[0]["room"]["fast"] == 512
    assert "tasks" in looks[0]


async def test_a_guard_is_told_again_when_the_state_changes_between_turns(
    autojump_clock: MockClock, tmp_path: Path
) -> None:
    path = tmp_path / "call.notes"
    live = builder().record_notes(path).phase("a").transition("b", lambda s: s.is_known("day")).done()
    live = live.phase("b").terminal().done().initial_phase("a")
    async with call(live) as (session, _):
        await trio.sleep(1)
        session.state.set("day", "Monday")  # nobody says a word
        await trio.sleep(1)
        session.state.remove("day")
        await trio.sleep(1)
    told = [(note.at, note.data["ways"][0]["open"]) for note in read_notes(path) if note.kind == "explanation"]
    assert [is_open for _, is_open in told] == [False, True, False]
    assert told[1][0] - told[0][0] == pytest.approx(1, abs=0.21)
    assert told[2][0] - told[1][0] == pytest.approx(1, abs=0.21)


async def test_the_timeline_of_a_session_grows_while_it_runs(autojump_clock: MockClock) -> None:
    calls = CallLogs()
    state = State()
    async with call(builder().timeline(calls).state(state)) as (_, peer):
        await peer.send(said("Hello"))
        await trio.sleep(0.3)
        (log,) = calls
        assert [turn.model for turn in log.timeline().turns] == ["Hello"]
        assert log.timeline().turns[0].ends is None
        await peer.send(interrupted(), turn_complete())
        await trio.sleep(0.3)
        assert log.timeline().turns[0].interrupted
    assert log.is_over
    before = len(log.timeline().changes)
    state.set("after", 1)  # the State goes on, and nobody looks any more
    assert len(log.timeline().changes) == before


async def test_both_are_kept_at_once_and_a_builder_serves_many_sessions(
    autojump_clock: MockClock, tmp_path: Path
) -> None:
    calls = CallLogs()
    live = builder().timeline(calls).record_notes(tmp_path / "n")
    for _ in range(2):
        async with call(live):
            await trio.sleep(0.2)
    assert [log.name for log in calls] == ["1", "2"]
    assert read_notes(tmp_path / "n")


async def test_why_a_function_was_given_up_is_noted(autojump_clock: MockClock) -> None:
    calls = CallLogs()

    async def find() -> str:
        """Find."""
        await trio.sleep(60)
        return ""

    async with call(builder().tools(find).timeline(calls)) as (_, peer):
        await peer.send(tool_call(call_of("find", "c1")))
        await trio.sleep(0.5)
        await peer.send({"toolCallCancellation": {"ids": ["c1"]}})
        await settled()
        await trio.sleep(0.5)
        (log,) = calls
        (span,) = log.timeline().of("tool")
        assert str(span.outcome) == "cancelled"
        assert span.ends - span.begins == pytest.approx(0.5, abs=1e-3)
        assert json.loads(span.data)["reason"] == "the server no longer wants its answer"


async def test_notes_that_cannot_be_kept_are_told_when_connecting(tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match=r"the notes .* cannot be written"):
        async with call(builder().record_notes(tmp_path / "missing" / "n")):
            pass


def test_what_keeps_timelines_is_checked() -> None:
    with pytest.raises(TypeError, match="CallLogs"):
        builder().timeline([])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        builder().record_notes(5)  # type: ignore[arg-type]


async def test_cancelling_a_watched_session_ends_it(autojump_clock: MockClock) -> None:
    calls = CallLogs()
    with trio.move_on_after(1) as scope:
        async with call(builder().timeline(calls)):
            await trio.sleep(60)
    assert scope.cancelled_caught
    assert [log.is_over for log in calls] == [True]


async def test_the_body_of_a_watched_session_raises_what_it_raised(autojump_clock: MockClock) -> None:
    with pytest.raises(ValueError, match="mine"):
        async with call(builder().timeline(CallLogs())):
            raise ValueError("mine")


async def test_a_tree_of_tasks_is_no_larger_than_it_may_be() -> None:
    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(trio.sleep_forever)
        whole = tree_of(trio.lowlevel.current_task())
        assert [len(children) for children in whole["nurseries"]][-1] == 5
        assert sum(map(len, tree_of(trio.lowlevel.current_task(), most=3)["nurseries"])) == 2
        nursery.cancel_scope.cancel()


async def test_a_look_that_fails_disturbs_no_call(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = CallLogs()
    async with call(builder().timeline(calls)) as (_, peer):
        await trio.sleep(0.3)
        (log,) = calls
        monkeypatch.setattr(type(log), "catch_up", lambda *_: 1 / 0)
        await trio.sleep(0.3)
        monkeypatch.undo()
        await peer.send(said("Hello"), turn_complete())
        await trio.sleep(0.3)
        assert [turn.model for turn in log.timeline().turns] == ["Hello"]
    assert [record.getMessage() for record in caplog.records] == ["a call is not looked at any more"]


async def test_what_a_session_hides_is_on_no_timeline_and_in_no_notes(
    autojump_clock: MockClock, tmp_path: Path
) -> None:
    calls, path = CallLogs(), tmp_path / "notes"

    async def pay(card: str) -> str:
        """Pay."""
        return f"paid with {card}"

    live = builder().tools(pay).redact(digits=5, keys=["pin"]).timeline(calls).record_notes(path)
    async with call(live) as (session, peer):
        session.state.set("pin", "secret-7")
        session.state.set("order", "number 987654")
        await peer.send(said("It is 123456"), tool_call(call_of("pay", "c1", card="4111 1111 1111 1111")))
        await trio.sleep(0.5)
        await peer.send(turn_complete())
        await trio.sleep(0.5)
    (log,) = calls
    pack = log.pack()
    told = [path.read_text(encoding="utf-8"), repr(log.timeline()), *(str(pack.part(name)) for name in pack.names())]
    for secret in ("123456", "987654", "secret-7", "4111 1111"):
        assert not any(secret in each for each in told), secret
    assert "It is [redacted number]" in log.timeline().turns[0].model


async def test_why_an_interruption_gave_a_function_up(autojump_clock: MockClock) -> None:
    calls = CallLogs()

    async def find() -> str:
        """Find."""
        await trio.sleep(60)
        return ""

    async with call(builder().tools(find).timeline(calls)) as (_, peer):
        await peer.send(tool_call(call_of("find", "c1")))
        await trio.sleep(0.5)
        await peer.send(interrupted(), turn_complete())
        await trio.sleep(0.5)
        (log,) = calls
        (span,) = log.timeline().of("tool")
        assert str(span.outcome) == "cancelled"
        assert span.ends - span.begins == pytest.approx(0.5, abs=1e-3)
        assert json.loads(span.data)["reason"] in {"the user interrupted", "given up"}  # an older Trio keeps no reasons
