"""Parts of a timeline, read as a page reads them."""

from __future__ import annotations

import json
import struct
from typing import Any

import attrs
import pytest

from tests.timeline.frames import EPOCH, LOUD_USER, calls, mic, setup, sound
from tests.timeline.model.test_talk import INTERRUPTED
from trio_live.timeline import Note, Timeline, timeline_of
from trio_live.timeline._model import ROW_DETAIL, TILE
from trio_live.timeline._packing import LINES, TRACK_OF, UNIT, Pack


def read_tile(data: bytes, detail: int) -> dict[str, Any]:
    at = 0

    def take(count: int) -> bytes:
        nonlocal at
        at += count
        return data[at - count : at]

    def length() -> int:
        (count,) = struct.unpack("<I", take(4))
        assert isinstance(count, int)
        return count

    found: dict[str, Any] = {}
    for line in LINES:
        count = length()
        found[line] = (take(count), take(count))
    if detail >= ROW_DETAIL:
        for row in TRACK_OF:
            count = length()
            found[row] = (struct.unpack(f"<{count}H", take(2 * count)), take(count))
    assert at == len(data)
    return found


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    notes = [
        Note(EPOCH + 1, "mutation", {"key": "day", "new": None, "origin": "set", "delta": False}),
        Note(EPOCH + 1, "sample", {"queues": {"fast": 1}}),
    ]
    return timeline_of(INTERRUPTED, notes)


def test_every_part_that_is_named_is_there(timeline: Timeline) -> None:
    pack = Pack.of(timeline)
    names = list(pack.names())
    assert len(names) == len(set(names))
    assert all(pack.part(name) for name in names)
    assert {name.split("/")[0] for name in names} == {"tile", "row", "turns", "changes", "samples"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "tile",
        "tile/9/0",
        "tile/0/x",
        "tile/0/-1",
        "tile/0/٣",
        "row/nobody/0",
        "row/in/x",
        "secrets/0",
        "turns/1/2",
        "../etc",
    ],
)
def test_what_there_is_not_is_nothing(name: str, timeline: Timeline) -> None:
    assert Pack.of(timeline).part(name) is None


def test_a_tile_holds_levels_and_rows(timeline: Timeline) -> None:
    pack = Pack.of(timeline)
    fine = read_tile(pack.part("tile/0/0") or b"", 0)
    assert fine["played"] == (timeline.levels["played"][:TILE],) * 2
    coarse = read_tile(pack.part(f"tile/{ROW_DETAIL}/0") or b"", ROW_DETAIL)
    counts, cover = coarse["vad"]
    assert sum(counts) == 2
    assert max(cover) == 255
    assert sum(coarse["in"][0]) == len(timeline.of("in"))
    assert coarse["tool"] == ((), b"")


def test_spans_in_columns_are_the_spans(timeline: Timeline) -> None:
    found = json.loads(Pack.of(timeline).part("row/turn/0") or b"")
    expected = timeline.of("turn")
    assert [begins / UNIT for begins in found["b"]] == pytest.approx([span.begins for span in expected], abs=1e-4)
    assert [length / UNIT for length in found["l"]] == pytest.approx(
        [span.ends - span.begins for span in expected], abs=2e-4
    )
    assert [found["d"][text][0] for text in found["t"]] == [span.title for span in expected]
    assert [found["kinds"][kind] for kind in found["k"]] == ["turn", "turn"]


def test_frames_that_are_alike_stand_once() -> None:
    pack = Pack.of(timeline_of([setup(), *(mic(1 + number / 50) for number in range(900))]))
    found = json.loads(pack.part("row/out/0") or b"")
    assert len(found["d"]) == 2
    assert len(found["t"]) == 901
    assert found["d"][1][1]["realtimeInput"]["audio"]["data"] == f"({len(LOUD_USER)} bytes)"


def test_tables_are_json(timeline: Timeline) -> None:
    pack = Pack.of(timeline)
    turns = json.loads(pack.part("turns/0") or b"")
    assert turns == [json.loads(json.dumps(attrs.asdict(turn))) for turn in timeline.turns]
    assert json.loads(pack.part("changes/0") or b"") == [[1.0, "day", None, {"value": None}, "set"]]
    assert json.loads(pack.part("samples/0") or b"") == [[1.0, {"queues": {"fast": 1}}]]


def test_the_index_knows_which_chunks_a_window_needs(timeline: Timeline) -> None:
    index = Pack.of(timeline).index("call")
    rows = {row["row"]: row for row in index["rows"]}
    assert set(rows) == set(TRACK_OF)
    assert rows["turn"]["chunks"] == [(1.0, 5.6, 2)]
    assert "chunks" not in rows["tool"]
    assert json.loads(json.dumps(index))["tables"]["turns"] == [2, 1024]


def test_open_spans_stand_in_the_index_alone() -> None:
    pack = Pack.of(timeline_of([setup(), sound(1.0, 1.0)]))
    assert pack.index("call")["open"] == []  # a file has them in its rows
    live = attrs.evolve(pack, open_spans=timeline_of([setup(), calls(1.0)]).of("tool"))
    (found,) = live.index("call")["open"]
    assert (found["row"], found["outcome"], found["data"]["name"]) == ("tool", "open", "find")
