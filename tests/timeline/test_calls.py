"""Calls that run, and their timelines at any moment."""

from __future__ import annotations

import json

import pytest

from tests.timeline.frames import EPOCH, heard, setup, sound
from trio_live import ConfigError
from trio_live.recording import WireEntry
from trio_live.redaction import Redaction
from trio_live.timeline import CallLog, CallLogs, Note
from trio_live.timeline._calls import WAITING


def put(log: CallLog, *entries: WireEntry) -> None:
    for entry in entries:
        log.record(entry.direction, entry.payload, entry.ts_ms / 1000)


def test_a_call_can_be_looked_at_while_it_runs_and_afterwards() -> None:
    calls = CallLogs()
    with calls.call(None) as log:
        with pytest.raises(ConfigError, match="nothing has happened"):
            log.pack()
        put(log, setup(), sound(1.0, 2.0))
        log.note(Note(EPOCH + 1.5, "step", {"name": "x"}))
        live = log.pack()
        assert live.is_live
        assert [span.row for span in live.open_spans] == ["connection", "turn", "received"]
        assert log.timeline().length == pytest.approx(1.5)
    assert log.is_over
    over = log.pack()
    assert not over.is_live
    assert over.length == pytest.approx(3.0)
    assert calls.named("1") is log
    assert calls.named("2") is None


def test_what_is_hidden_is_hidden_and_levels_stay() -> None:
    log = CallLog("1", Redaction(digits=5))
    put(log, setup(), heard(1.0, "it is 123456"), sound(2.0, 0.1))
    pack = log.pack()
    assert "123456" not in repr(log.timeline())
    assert "123456" not in json.dumps([str(pack.part(name)) for name in pack.names()])
    log.finish()
    assert max(log.timeline().levels["played"]) > 200


def test_a_call_that_nobody_reads_stays_small_and_says_what_it_missed() -> None:
    log = CallLog("1")
    for _ in range(WAITING + 5):
        put(log, setup())
    assert log.missed == 5
    assert log.catch_up(100)
    assert not log.catch_up()
    assert log.pack().forgotten == 5


def test_the_oldest_calls_go() -> None:
    calls = CallLogs(most=2)
    for _ in range(3):
        with calls.call(None):
            pass
    assert [log.name for log in calls] == ["2", "3"]
    assert len(calls) == 2
    with pytest.raises(ConfigError, match="at least one"):
        CallLogs(most=0)


def test_a_clock_that_jumps_for_days_ends_no_call(caplog: pytest.LogCaptureFixture) -> None:
    log = CallLog("1")
    put(log, setup(), sound(1e7, 1.0), sound(2e7, 1.0), sound(1.0, 1.0))
    assert len(log.timeline().of("in")) == 1
    assert log.missed == 2
    assert len(caplog.records) == 1
