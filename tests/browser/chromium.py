"""A real Chromium, headless, with a file for a microphone; what goes over its sockets, and what it plays."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
from playwright.sync_api import Browser, Page, Playwright, WebSocket, sync_playwright

from tests.processes import first_lines, serve

HERE: Final = Path(__file__).parent
WHERE: Final = os.environ.get("TRIO_LIVE_BROWSER")
"""The browser's program; ``nox -s browser`` finds it."""

ALWAYS: Final = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
LISTENS: Final = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""There is a microphone, and the user allows it."""


def says(wav: Path) -> tuple[str, ...]:
    """The microphone hears this file once, from the moment it is opened."""
    return (*LISTENS, f"--use-file-for-fake-audio-capture={wav}%noloop")


@attrs.frozen
class Chromium:
    """Starts browsers."""

    playwright: Playwright

    @contextmanager
    def open(self, *flags: str) -> Generator[Browser, None, None]:
        """A browser."""
        launch = self.playwright.chromium.launch
        with launch(executable_path=WHERE, args=[*ALWAYS, *flags], headless=True) as browser:
            yield browser


@contextmanager
def driven() -> Generator[Chromium, None, None]:
    """What starts browsers; there can be one at a time."""
    with sync_playwright() as playwright:
        yield Chromium(playwright)


@contextmanager
def desk(*arguments: str) -> Generator[str, None, None]:
    """The server, in a process of its own; its address."""
    import sys

    with serve(sys.executable, "-m", "tests.browser.desk", *arguments) as process:
        url, _ = first_lines(process)
        yield url


@attrs.define
class Frame:
    """Something that went over a page's socket."""

    sent: bool
    data: Any
    """A message, or the bytes of sound."""


@attrs.define
class Watched:
    """A page, with everything that went over its sockets, and everything it complained about."""

    page: Page
    frames: list[Frame] = attrs.field(factory=list)
    complaints: list[str] = attrs.field(factory=list)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Messages from the server."""
        return [each.data for each in self.frames if not each.sent and self._is(each, kind)]

    def said(self, kind: str) -> list[dict[str, Any]]:
        """Messages to the server."""
        return [each.data for each in self.frames if each.sent and self._is(each, kind)]

    @staticmethod
    def _is(frame: Frame, kind: str) -> bool:
        return isinstance(frame.data, dict) and frame.data["type"] == kind

    @property
    def spoken(self) -> list[bytes]:
        """What was sent of the microphone."""
        return [each.data for each in self.frames if each.sent and isinstance(each.data, bytes)]

    @property
    def lines(self) -> list[str]:
        """The captions, as they stand on the page: who, then what."""
        return [" ".join(text.split()) for text in self.page.locator(".line:visible").all_inner_texts()]

    def wait_line(self, words: str, seconds: float = 20) -> None:
        """Wait until a caption holds these words."""
        self.page.locator(".line", has_text=words).last.wait_for(timeout=1000 * seconds)

    def wait_heard(self) -> None:
        """Wait until the agent is to be heard. Asked again and again: the page's policy forbids what would wait inside."""
        for _ in range(200):
            if self.page.evaluate("taps.out.some(([, level]) => level > 0.01)"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the agent was not heard within 10 s")

    def taps(self) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """How loud the speakers and the microphone were, and when, in milliseconds of the page's clock."""
        found = self.page.evaluate("({out: taps.out, mic: taps.mic})")
        return found["out"], found["mic"]


def watch(page: Page) -> Watched:
    """Watch a page from its beginning."""
    watched = Watched(page)
    page.add_init_script(path=HERE / "taps.js")
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: watched.complaints.append(message.text) if message.type == "error" else None,
    )

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: watched.frames.append(Frame(True, _read(data))))
        socket.on("framereceived", lambda data: watched.frames.append(Frame(False, _read(data))))

    page.on("websocket", listen)
    return watched


def _read(data: str | bytes) -> Any:
    return json.loads(data) if isinstance(data, str) else data


def spans(track: Sequence[tuple[float, float]], loud: float, gap_ms: float) -> list[tuple[float, float]]:
    """When something was to be heard: from and until, with pauses shorter than ``gap_ms`` in it."""
    found: list[list[float]] = []
    for when, level in track:
        if level < loud:
            continue
        if found and when - found[-1][1] < gap_ms:
            found[-1][1] = when
        else:
            found.append([when, when])
    return [(begin, end) for begin, end in found]
