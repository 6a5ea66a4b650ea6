"""The diagrams show what the code says, and can be read by everybody."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from docs.make_diagrams import DIAGRAMS, diagrams
from tests.docs.blocks import PAGES
from trio_live.control import STEPS

DRAWN = diagrams()


@pytest.mark.parametrize("name", DRAWN)
def test_a_diagram_is_what_the_code_makes(name: str) -> None:
    assert (DIAGRAMS / name).read_text(encoding="utf-8") == DRAWN[name], "run `python -m docs.make_diagrams`"


def test_there_are_no_others() -> None:
    assert {path.name for path in DIAGRAMS.glob("*.svg")} == set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_a_diagram_is_described_and_knows_the_dark(name: str) -> None:
    drawing = ET.fromstring(DRAWN[name])  # noqa: S314  # our own
    assert drawing.get("aria-label")
    assert "prefers-color-scheme: dark" in DRAWN[name]


@pytest.mark.parametrize("name", DRAWN)
def test_no_box_leaves_the_card(name: str) -> None:
    drawing = ET.fromstring(DRAWN[name])  # noqa: S314  # our own
    width, height = float(drawing.get("width", 0)), float(drawing.get("height", 0))
    for shape in drawing.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, w, h = (float(shape.get(side, 0)) for side in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height


@pytest.mark.parametrize("name", DRAWN)
def test_a_page_shows_it(name: str) -> None:
    assert any(f"]({name})" in page.read_text(encoding="utf-8") for page in PAGES)


def test_every_step_of_a_turn_is_drawn() -> None:
    assert all(f">{step.__name__}</text>" in DRAWN["turn.svg"] for step in STEPS)
