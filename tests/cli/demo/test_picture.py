from __future__ import annotations

import xml.etree.ElementTree as ET

from trio_live.cli._demo._picture import LEFT, PIXELS_A_SECOND, draw
from trio_live.cli._demo._tape import Mark, Span, Tape

SVG = "{http://www.w3.org/2000/svg}"


def taped() -> Tape:
    tape = Tape()
    for number in range(250):
        loud = b"\xff\x3f" if 50 <= number < 100 else b"\0\0"
        tape.record(loud * 320, loud * 480)
    tape.turns = [Span("1", 1.0, 2.0)]
    tape.speech = [Span("speech", 1.0, 2.0)]
    tape.tools = [Span("find <slots>", 2.5, 3.0), Span("book", 4.0)]
    tape.marks = [Mark("interruption", 2.0), Mark("no interruption", 3.0)]
    return tape


def test_everything_on_the_tape_is_in_the_picture_at_its_time() -> None:
    root = ET.fromstring(draw(taped()))  # noqa: S314  # our own
    rows = {
        kind: [each for each in root.iter(f"{SVG}rect") if each.get("class") == kind]
        for kind in ("turn", "speech", "tool")
    }
    assert {kind: len(found) for kind, found in rows.items()} == {"turn": 1, "speech": 1, "tool": 2}
    assert float(rows["turn"][0].get("x", 0)) == LEFT + PIXELS_A_SECOND
    assert float(rows["tool"][0].get("width", 0)) == PIXELS_A_SECOND / 2
    assert float(rows["tool"][1].get("width", 0)) == PIXELS_A_SECOND, "what still runs lasts until the end"
    marks = [each.get("class") for each in root.iter(f"{SVG}line") if "mark" in str(each.get("class"))]
    assert marks == ["mark", "mark quiet"]
    assert "find <slots>" in [each.text for each in root.iter(f"{SVG}text")]


def test_a_voice_is_drawn_where_it_is_loud() -> None:
    root = ET.fromstring(draw(taped()))  # noqa: S314  # our own
    said, played = (each.get("d", "") for each in root.iter(f"{SVG}path"))
    for path in (said, played):
        columns = [int(line.split(" ")[0]) - LEFT for line in path.split("M") if line]
        assert columns == list(range(columns[0], columns[-1] + 1))
        assert abs(columns[0] - PIXELS_A_SECOND) <= 1
        assert abs(columns[-1] + 1 - 2 * PIXELS_A_SECOND) <= 1


def test_a_call_of_nothing_has_a_picture_too() -> None:
    assert draw(Tape()).startswith("<svg")
