"""Draw the pictures of the documentation: the timeline of the demo's call, light and dark, on a desk and in a hand.

Needs Chromium and Playwright: ``python -m docs.make_pictures``, in the environment of ``nox -s browser``. Look at them afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.timeline.demo import hold_demo
from trio_live.timeline import timeline_html, timeline_of

FOLDER: Final = Path(__file__).parent / "pictures"
SIZES: Final = {"desktop": (1280, 720), "phone": (390, 780)}
SHOWN: Final = ("light", "dark")
AT: Final = 21.0
"""Seconds into the call that the cursor stands at: the caller interrupts."""


def main() -> None:
    """Draw them."""
    FOLDER.mkdir(exist_ok=True)
    held = hold_demo()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "demo.html"
        page.write_text(timeline_html(timeline_of(held.entries, held.notes), "The demo's call"), encoding="utf-8")
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, size in SIZES.items():
            for scheme in SHOWN:
                draw(browser, page, FOLDER / f"timeline-{name}-{scheme}.png", size, dark=scheme == "dark")
        browser.close()


def draw(browser: Browser, page: Path, picture: Path, size: tuple[int, int], *, dark: bool) -> None:
    """One picture of the page."""
    width, height = size
    shown = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    shown.goto(page.as_uri())
    shown.wait_for_selector(".turns li")
    shown.evaluate(f"window.timeline.chart.cursor = {AT}; window.timeline.chart.soon()")
    shown.locator("#tab-Phases" if dark and width > 900 else "#tab-Turns").click()  # noqa: PLR2004  # room for two columns
    shown.wait_for_timeout(600)
    shown.screenshot(path=picture)
    shown.close()


if __name__ == "__main__":
    main()
