from __future__ import annotations

import pytest
import trio

from tests.emulator.recognisers import without_threads
from trio_live.emulator._speech._synthesis import KEPT_LINES, SpeechSynthesis, synthesis_for
from trio_live.emulator._speech._workers import Workers


class Speaker:
    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, line: str) -> bytes:
        self.spoken.append(line)
        return line.encode()


def test_babble_needs_no_voice() -> None:
    assert synthesis_for("babble") is None


async def test_lines_are_spoken_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    without_threads(monkeypatch)
    speaker = Speaker()
    synthesis = SpeechSynthesis(Workers(lambda: speaker))
    assert synthesis.find("one") is None
    await synthesis.prepare(["one", "two"])
    await synthesis.prepare(["two", "one"])
    assert (synthesis.find("one"), synthesis.find("two")) == (b"one", b"two")
    assert speaker.spoken == ["one", "two"]


async def test_lines_nobody_said_for_long_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    without_threads(monkeypatch)
    synthesis = SpeechSynthesis(Workers(Speaker))
    await synthesis.prepare(["old", "used"])
    for number in range(KEPT_LINES - 1):
        await synthesis.prepare(["used", str(number)])
    assert (synthesis.find("old"), synthesis.find("used")) == (None, b"used")


async def test_cancelled_in_the_middle_the_lines_that_were_spoken_are_kept() -> None:
    synthesis = SpeechSynthesis(Workers(Speaker))
    with trio.CancelScope() as scope:
        scope.cancel()
        await synthesis.prepare(["one"])
    assert synthesis.find("one") in {None, b"one"}
    await synthesis.prepare(["one"])
    assert synthesis.find("one") == b"one"
