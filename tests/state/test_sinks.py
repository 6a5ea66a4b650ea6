from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from trio_live.state import ABSENT, FileJournalSink, MemoryJournalSink, MutationOrigin, State, read_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_memory_sink_keeps_everything_and_owns_it() -> None:
    sink = MemoryJournalSink()
    state = State(sinks=[sink])
    state.set("a", [1])
    record = sink.mutations()[0].new
    assert isinstance(record, list)
    record.append(2)
    for number in range(1100):
        state.set("b", number)
    assert len(sink) == 1101
    assert state["a"] == [1]
    assert len(state.recent_mutations()) == 1024


def test_a_file_gives_back_what_was_recorded(path: Path) -> None:
    with FileJournalSink(path) as sink:
        state = State(clock=lambda: 1.25, sinks=[sink])
        state.set("user:näme", {"a": [None, True, 1, 1.5]})
        state.remove("user:näme")
        expected = state.recent_mutations()
    assert read_journal(path) == expected


def test_a_line_has_the_documented_fields_and_no_spaces(path: Path) -> None:
    with FileJournalSink(path) as sink:
        State(clock=lambda: 1.25, sinks=[sink]).set("a", None)
    line = path.read_text()
    assert line == '{"sequence":1,"key":"a","new":null,"origin":"set","timestamp_ms":1250,"delta":false}\n'


def test_a_new_file_is_for_its_owner_only(path: Path) -> None:
    FileJournalSink(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_of_records_waits_at_most(path: Path) -> None:
    now = 100.0
    with FileJournalSink(path) as sink:
        state = State(clock=lambda: now, sinks=[sink])
        lines = []
        for at in (100.0, 100.9, 101.0, 101.5, 50.0, 50.5):
            now = at
            state.set("a", at)
            lines.append(path.read_bytes().count(b"\n"))
        assert lines == [1, 1, 3, 3, 5, 5]
        state.flush_sinks()
        assert path.read_bytes().count(b"\n") == 6


def test_without_stamps_every_record_is_flushed(path: Path) -> None:
    with FileJournalSink(path) as sink:
        state = State(sinks=[sink])
        state.set("a", 1)
        state.set("a", 2)
        assert path.read_bytes().count(b"\n") == 2


def test_a_closed_sink_is_counted_as_failing_and_closes_and_flushes_again(path: Path) -> None:
    sink = FileJournalSink(path)
    state = State(sinks=[sink])
    sink.close()
    sink.close()
    state.flush_sinks()
    assert state.sink_errors == 0
    state.set("a", 1)
    assert state.sink_errors == 1
    assert state["a"] == 1


def test_a_journal_is_continued_without_its_unfinished_last_line(path: Path) -> None:
    with FileJournalSink(path) as sink:
        State(sinks=[sink]).set("a", 1)
    with path.open("a") as file:
        file.write('{"sequence":2,"ke')
    with FileJournalSink(path) as sink:
        State(sinks=[sink]).set("b", 2)
    assert [(mutation.sequence, mutation.key) for mutation in read_journal(path)] == [(1, "a"), (1, "b")]


def test_a_file_that_is_one_unfinished_line_becomes_empty(path: Path) -> None:
    path.write_text('{"sequence":2,"ke')
    FileJournalSink(path).close()
    assert path.read_bytes() == b""


def test_blank_lines_are_skipped(path: Path) -> None:
    with FileJournalSink(path) as sink:
        State(sinks=[sink]).set("a", 1)
    path.write_text("\n" + path.read_text() + "\n  \n")
    assert [mutation.origin for mutation in read_journal(path)] == [MutationOrigin.SET]


@pytest.mark.parametrize(
    "bad", ["{", "[]", "3", "{}", '{"sequence":1,"key":"a","origin":"x","timestamp_ms":1,"delta":true}']
)
def test_a_line_that_is_no_mutation_is_named(path: Path, bad: str) -> None:
    path.write_text(f"\n{bad}\n")
    with pytest.raises(ValueError, match="line 2: not a mutation"):
        read_journal(path, allow_torn=True)


def test_a_torn_last_line_is_dropped_only_on_request(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with FileJournalSink(path) as sink:
        State(sinks=[sink]).set("a", 1)
    whole = path.read_text()
    path.write_text(whole + whole[:20])
    with pytest.raises(ValueError, match="line 2"):
        read_journal(path)
    with caplog.at_level(logging.WARNING):
        assert len(read_journal(path, allow_torn=True)) == 1
    assert "dropped the unfinished last line (2)" in caplog.text


def test_replaying_the_file_gives_the_store(path: Path) -> None:
    with FileJournalSink(path) as sink:
        state = State(sinks=[sink])
        with state.transaction() as view:
            view.set("a", None)
            view.set("b", 1)
        with state.transaction() as view:
            view.remove("b")
    rebuilt: dict[str, object] = {}
    for mutation in read_journal(path):
        if not mutation.delta:
            rebuilt[mutation.key] = mutation.new
    assert {key: value for key, value in rebuilt.items() if value is not ABSENT} == state.to_dict() == {"a": None}
    assert all(json.loads(line)["delta"] in {True, False} for line in path.read_text().splitlines())
