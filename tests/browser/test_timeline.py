"""The timeline in a real Chromium: it shows a call, opens ten hours at once, and pans fluently. Run by ``nox -s browser``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.long_call import long_call, notes_of
from tests.timeline.demo import hold_demo
from trio_live.timeline import timeline_html, timeline_of

CHROMIUM = os.environ.get("TRIO_LIVE_BROWSER")
"""The browser's program; ``nox -s browser`` finds it."""

if CHROMIUM is None:
    pytest.skip("a browser is driven by `nox -s browser`", allow_module_level=True)

from playwright.sync_api import Page, sync_playwright  # noqa: E402  # not installed elsewhere

OPENS_WITHIN = 3.0
FRAMES_A_SECOND = 30
TRIES = 5
"""Others use the machine as well."""
VIEWS = {"the whole call": 36_000, "an hour": 3600, "ten minutes": 600, "a minute": 60, "ten seconds": 10}

PAN = """async (span) => {
  const { chart } = window.timeline;
  chart.show(10000, 10000 + span);
  await new Promise((done) => setTimeout(done, 500));
  const begin = performance.now(), before = chart.frames;
  while (performance.now() - begin < 2000) {
    chart.pan(span * 0.01);
    chart.soon();
    await new Promise(requestAnimationFrame);
  }
  return (chart.frames - before) / (performance.now() - begin) * 1000;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert problems == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    held = hold_demo()
    path: Path = tmp_path_factory.mktemp("demo") / "demo.html"
    path.write_text(timeline_html(timeline_of(held.entries, held.notes), "demo"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ten_hours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    timeline = timeline_of(long_call(), notes_of())
    assert len(timeline.spans) > 1_000_000
    path: Path = tmp_path_factory.mktemp("long") / "long.html"
    path.write_text(timeline_html(timeline, "ten hours"), encoding="utf-8")
    return path


def opened(page: Page, path: Path) -> float:
    """Open a page, and wait until everything in view is drawn; how long that took."""
    began = time.perf_counter()
    page.goto(path.as_uri(), wait_until="commit")
    ready = "!!window.timeline && window.timeline.chart.frames > 0 && window.timeline.store.loading.size === 0"
    while not page.evaluate(ready):
        assert time.perf_counter() - began < 30
        time.sleep(0.01)
    return time.perf_counter() - began


def test_ten_hours_open_at_once(page: Page, ten_hours: Path) -> None:
    took = opened(page, ten_hours)
    assert took < OPENS_WITHIN, f"it took {took:.1f} s"


@pytest.mark.parametrize("view", VIEWS)
def test_ten_hours_are_panned_fluently(view: str, page: Page, ten_hours: Path) -> None:
    opened(page, ten_hours)
    rate = 0.0
    for _ in range(TRIES):
        rate = max(rate, page.evaluate(PAN, VIEWS[view]))
        if rate >= FRAMES_A_SECOND:
            break
    assert rate >= FRAMES_A_SECOND, f"{rate:.0f} frames a second"


def test_the_demos_turns_are_listed_and_the_unheard_is_struck_through(page: Page, demo: Path) -> None:
    opened(page, demo)
    page.wait_for_selector(".turns li")
    assert page.locator(".turns li").count() == 6
    assert page.locator(".turns li.cut").count() == 1
    assert "half past one" in page.locator(".turns li.cut del").inner_text()


def test_a_figure_lights_up_its_span(page: Page, demo: Path) -> None:
    opened(page, demo)
    page.locator(".turns li").nth(1).get_by_title("show the wait for the first byte on the tracks").click()
    lit = page.evaluate("window.timeline.chart.lit")
    turn = page.evaluate("window.timeline.store.table('turns')[1]")
    assert (lit["begins"], lit["ends"]) == (turn["speech_ends"], turn["first_byte"])


def test_what_is_clicked_shows_its_json(page: Page, demo: Path) -> None:
    opened(page, demo)
    where = page.evaluate(
        """() => {
          const { chart, store } = window.timeline;
          const lane = chart.lanes.find((each) => each.row === "tool");
          const span = store.spansIn("tool", 0, 60).spans[0];
          return [chart.x((span.begins + span.ends) / 2), lane.y + lane.height / 2];
        }"""
    )
    page.locator("#tracks").click(position={"x": where[0], "y": where[1]})
    shown = page.locator(".detail pre").inner_text()
    assert '"name": "find_slots"' in shown
    assert page.evaluate("window.timeline.chart.selected.kind") == "find_slots"


def test_keys_walk_zoom_and_find(page: Page, demo: Path) -> None:
    opened(page, demo)
    page.locator("#tracks").focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    deadline = time.perf_counter() + 5
    while page.evaluate("(window.timeline.chart.selected || {}).title || ''")[:6] != "turn 1":
        assert time.perf_counter() < deadline
        time.sleep(0.02)
    page.keyboard.press("+")
    assert page.evaluate("window.timeline.chart.to - window.timeline.chart.from") < 50
    page.keyboard.press("f")
    assert page.evaluate("window.timeline.chart.from") <= 0
    page.keyboard.press("/")
    page.keyboard.type("book_app")
    page.wait_for_selector(".panel .tools li button")
    assert "book_appointment" in page.locator(".panel .tools li button").first.inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "tracks"


ROWS = "window.timeline.chart.lanes.map((lane) => lane.row || lane.label).filter(Boolean)"


def chip(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_rows_are_hidden_by_kind_with_the_keyboard_and_stay_hidden(page: Page, demo: Path) -> None:
    opened(page, demo)
    before = set(page.evaluate(ROWS))
    assert {"tool", "said", "words", "level", "played"} <= before
    for name in ("tools", "text", "audio"):
        assert chip(page, name).get_attribute("aria-pressed") == "true"
        chip(page, name).focus()
        page.keyboard.press("Space")
    page.wait_for_timeout(200)
    assert chip(page, "tools").get_attribute("aria-pressed") == "false"
    shown = set(page.evaluate(ROWS))
    assert not shown & {"tool", "said", "words", "level", "played", "received", "heard"}
    assert {"turn", "phase", "in", "out"} <= shown
    page.locator("#filter").fill("find_slots")
    page.wait_for_selector(".panel .tools li small")
    assert not [each for each in page.locator(".panel .tools li small").all_inner_texts() if each.endswith(" tool")]
    opened(page, demo)
    assert set(page.evaluate(ROWS)) == shown
    for name in ("tools", "text", "audio"):
        chip(page, name).click()
    page.wait_for_timeout(200)
    assert set(page.evaluate(ROWS)) == before


def test_only_what_went_wrong_is_found(page: Page, demo: Path) -> None:
    opened(page, demo)
    chip(page, "only errors").click()
    page.wait_for_timeout(800)
    assert page.locator("#tab-Found").get_attribute("aria-selected") == "true"
    outcomes = page.evaluate(
        """() => {
          const { chart, store } = window.timeline;
          const spans = store.index.rows.flatMap((row) => store.spansIn(row.row, 0, 60).spans);
          return spans.filter((span) => chart.matches(span)).map((span) => span.outcome || span.kind);
        }"""
    )
    assert set(outcomes) <= {"failed", "cancelled", "error"}
    assert page.locator("[role=tabpanel] .small").inner_text().startswith(f"{len(outcomes)} found")
    assert page.locator(".panel .tools li").count() == len(outcomes)


@pytest.mark.parametrize("tab", ["Turns", "Detail", "State", "Phases", "Tools", "Link", "Lanes", "Found"])
def test_every_tab_shows_something_at_every_size(tab: str, browser: Any, demo: Path) -> None:
    for width, height in ((1400, 900), (390, 844)):
        page = browser.new_page(viewport={"width": width, "height": height})
        problems: list[str] = []
        page.on("pageerror", lambda problem, told=problems: told.append(str(problem)))
        opened(page, demo)
        page.locator(f"#tab-{tab}").click()
        page.wait_for_timeout(200)
        assert page.locator("[role=tabpanel]").inner_text().strip()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert problems == []
        page.close()


def test_why_not_is_told_for_the_moment_of_the_cursor(page: Page, demo: Path) -> None:
    opened(page, demo)
    page.evaluate("window.timeline.chart.cursor = 5")
    page.locator("#tab-Phases").click()
    page.wait_for_selector(".way.no")
    assert "why not: the guard says no" in page.locator(".way.no").inner_text()
    assert "when both are known" in page.locator(".way.no").inner_text()


def test_the_cursor_is_dragged_along_the_axis(page: Page, demo: Path) -> None:
    opened(page, demo)
    box = page.locator("#tracks").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 10, steps=5)
    page.mouse.up()
    at, expected, begins = page.evaluate("[timeline.chart.cursor, timeline.chart.at(500), timeline.chart.from]")
    assert at == pytest.approx(expected, abs=0.2)
    assert begins <= 0
    page.keyboard.press(".")
    assert page.evaluate("timeline.chart.cursor") > at
