"""Pictures of the voice page for the docs: ``python -m docs.make_screenshots``, with playwright and a Chromium.

The demo's caller speaks into the browser's microphone, and interrupts, so that every kind of line is there. The pictures
are light and dark, of a desktop and of a phone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from trio_live.audio import write_wav
from trio_live.cli._demo import read_recording

PICTURES: Final = Path(__file__).parent / "pictures"
DESKTOP, PHONE = (1100, 860), (390, 780)
SIZES: Final = {"desktop": DESKTOP, "phone": PHONE}
FLAGS: Final = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
SAID: Final = (5.5, "hello.wav", 6.0, "thursday.wav", 7.5, "one_moment.wav", 60.0)
"""Recordings of the demo's caller, and seconds of silence between them."""


def main() -> None:
    """Take them."""
    program = os.environ.get("TRIO_LIVE_BROWSER") or shutil.which("chromium")
    command = [sys.executable, "-m", "trio_live", "talk", "--no-open", "--port", "0", "--emulator"]
    PICTURES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,  # noqa: S603  # ours
        sync_playwright() as playwright,
    ):
        said = Path(folder, "said.wav")
        write_wav(said, b"".join(sound_of(part) for part in SAID), 16_000)
        hears = f"--use-file-for-fake-audio-capture={said}%noloop"
        try:
            assert server.stdout is not None  # noqa: S101
            url = server.stdout.readline().strip()
            with playwright.chromium.launch(executable_path=program, args=[*FLAGS, hears]) as browser:
                take(browser, url)
        finally:
            server.terminate()


def sound_of(part: float | str) -> bytes:
    """A recording, or silence."""
    return read_recording(part) if isinstance(part, str) else bytes(2 * int(16_000 * part))


def take(browser: Browser, url: str) -> None:
    """Hold a call, and take its pictures."""
    page = browser.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    page.goto(url)
    page.click("#begin")
    page.wait_for_selector("body[data-view=call][data-link=on]")
    page.locator(".line", has_text="take your time").wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.getElementById('call').scrollTop = 1e6")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(300)
            page.screenshot(path=PICTURES / f"talk-{size}-{scheme}.png")
    print(*sorted(each.name for each in PICTURES.glob("talk-*.png")), sep="\n")


if __name__ == "__main__":
    main()
