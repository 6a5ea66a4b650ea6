"""The voice page in a real Chromium: a spoken call from its greeting to a reload, and what may go wrong.

Run by ``nox -s browser``, which needs Chromium (``apt-get install chromium``); skipped elsewhere.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("playwright") is None:
    pytest.skip("playwright is not installed here; nox -s browser installs it", allow_module_level=True)

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.browser.chromium import LISTENS, WHERE, Chromium, Watched, desk, driven, says, spans, watch
from trio_live.audio import write_wav
from trio_live.cli._demo import read_recording

if WHERE is None:
    pytest.skip("no browser is named here; nox -s browser finds one", allow_module_level=True)

SILENCED_WITHIN = 150
"""Milliseconds from the first sound of the user in the microphone to the last one of the agent in the speakers."""
LOUD_IN, LOUD_OUT = 0.01, 0.003
PAUSE = 600
"""Milliseconds of silence in what is one piece of speech."""
CALL = (5.5, "hello.wav", 6.0, "thursday.wav", 5.0, "one_moment.wav", 7.5, "three_thirty.wav", 4.0, "uh_huh.wav", 8.0)
"""What the caller says, and for how many seconds they are silent in between. Twice they interrupt."""


def said(*parts: float | str) -> bytes:
    """PCM16 of 16 kHz: recordings, and seconds of silence."""
    return b"".join(read_recording(part) if isinstance(part, str) else bytes(2 * int(16_000 * part)) for part in parts)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with driven() as found:
        yield found


@pytest.fixture(scope="module")
def call(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A page after a whole call."""
    wav, pcm = tmp_path_factory.mktemp("call") / "said.wav", said(*CALL)
    write_wav(wav, pcm, 16_000)
    with desk() as url, chromium.open(*says(wav)) as browser:
        watched = watch(browser.new_page())
        watched.page.goto(url)
        watched.page.click("#begin")
        watched.page.wait_for_timeout(1000 * len(pcm) / 32_000)
        yield watched


def test_the_greeting_is_heard_before_anybody_speaks(call: Watched) -> None:
    out, mic = call.taps()
    greeting, caller = spans(out, LOUD_OUT, PAUSE)[0], spans(mic, LOUD_IN, PAUSE)[0]
    assert greeting[1] < caller[0]
    assert 2500 < greeting[1] - greeting[0] < 4000
    assert call.lines[0] == "Agent Good morning, Harbour Clinic, how can I help you?"
    first = [each["ms"] for each in call.said("played") if each["epoch"] == 0]
    assert first == sorted(first)
    assert all(later - earlier < 250 for earlier, later in pairwise(first))


def test_what_is_said_is_recognised_and_a_function_is_called(call: Watched) -> None:
    assert "You Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen." in call.lines
    assert any(line.startswith("Function find_slots(doctor='Chen', day='Thursday') → ") for line in call.lines)
    assert any(line.startswith("Function book_appointment(") for line in call.lines)
    assert {each["phase"] for each in call.told("state")} >= {"welcome", "day", "time"}
    assert call.page.inner_text("#latency").endswith(" ms")


def test_an_interruption_silences_the_speakers(call: Watched) -> None:
    out, mic = call.taps()
    heard, spoken = spans(out, LOUD_OUT, PAUSE), spans(mic, LOUD_IN, PAUSE)
    interruptions = [(begin, agent[1]) for begin, _ in spoken for agent in heard if agent[0] < begin < agent[1] + PAUSE]
    assert len(interruptions) == 2
    took = [silent - begin for begin, silent in interruptions]
    print("silenced within", [round(each) for each in took], "ms")
    assert max(took) <= SILENCED_WITHIN


def test_the_page_reports_what_was_heard_and_not_what_came(call: Watched) -> None:
    out, _ = call.taps()
    flushed = call.said("flushed")
    assert [each["epoch"] for each in flushed] == [0, 1]
    assert [each["epoch"] for each in call.told("flush")] == [1, 2]
    for each in flushed:
        came = sum(len(f.data) - 4 for f in call.frames if _sound_of(f, each["epoch"])) / 48
        reports = [other["ms"] for other in call.said("played") if other["epoch"] == each["epoch"]]
        assert max(reports) <= each["ms"] < came - 500
    first = sum(1 for when, level in out if level > LOUD_OUT) * 256 / 24  # milliseconds, roughly: speech has pauses
    assert flushed[0]["ms"] + flushed[1]["ms"] > 0.5 * first


def _sound_of(frame: object, epoch: int) -> bool:
    data, sent = frame.data, frame.sent  # type: ignore[attr-defined]
    return isinstance(data, bytes) and not sent and int.from_bytes(data[:4], "little") == epoch


def test_words_that_nobody_heard_are_struck_through(call: Watched) -> None:
    struck = call.page.locator("s.unheard").all_inner_texts()
    assert len(struck) == 2
    assert "quarter past two" in struck[0] or "half past three" in struck[0]
    whole = call.page.locator(".line", has=call.page.locator("s.unheard")).first.inner_text()
    assert "Let me see what Doctor Chen has for Thursday." in whole
    assert "Let me see" not in struck[0]


def test_a_reload_finds_the_call(call: Watched) -> None:
    before = call.lines
    call.frames.clear()
    call.page.reload()
    call.page.wait_for_selector("body[data-view=call][data-link=on]")
    (welcome,) = call.told("welcome")
    assert welcome["resumed"]
    assert call.lines == before
    call.page.fill("#words", "What does it cost?")
    call.page.press("#words", "Enter")
    call.wait_line("A consultation is sixty dollars")
    call.wait_heard()
    assert sum("Good morning" in line for line in call.lines) == 1
    assert call.complaints == []


def test_the_policy_holds(call: Watched) -> None:
    with pytest.raises(PlaywrightError):
        call.page.add_script_tag(content="window.inline = true")
    assert call.page.evaluate("window.inline") is None
    call.complaints.clear()


def test_everything_has_a_name(call: Watched) -> None:
    page = call.page
    by_role: Any = page.get_by_role  # whose roles are literals where playwright is installed
    for role, name in (
        ("button", "Mute the microphone"),
        ("button", "End"),
        ("button", "Send"),
        ("textbox", "Message"),
        ("log", "Captions"),
        ("status", ""),
        ("heading", "trio-live"),
    ):
        expect(by_role(role, name=name).first).to_be_visible()
    page.get_by_text("Settings").click()
    expect(page.get_by_label("Microphone", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="While you hold a button")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Microphone", exact=True)).to_be_hidden()


# -- short calls ------------------------------------------------------------------------------------------------------


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """A caller who begins while the agent greets, and goes on and on."""
    wav = tmp_path / "said.wav"
    write_wav(wav, said(1.5, *["hello.wav"] * 12), 16_000)
    return wav


def is_silence(frames: list[bytes]) -> bool:
    return all(not any(frame) for frame in frames)


def begin(watched: Watched, url: str) -> None:
    watched.page.goto(url)
    watched.page.click("#begin")
    watched.page.wait_for_selector("body[data-view=call][data-link=on]")


def test_muted_nothing_leaves_the_page_but_silence(chromium: Chromium, speech: Path) -> None:
    with desk() as url, chromium.open(*says(speech)) as browser:
        watched = watch(browser.new_page())
        begin(watched, url)
        watched.page.wait_for_timeout(2500)
        assert not is_silence(watched.spoken)
        watched.page.click("#mute")
        watched.page.wait_for_timeout(300)
        watched.frames.clear()
        watched.page.wait_for_timeout(1500)
        assert len(watched.spoken) > 50
        assert is_silence(watched.spoken)
        assert all(len(frame) == 640 for frame in watched.spoken)


def test_while_a_button_is_held(chromium: Chromium, speech: Path) -> None:
    with desk() as url, chromium.open(*says(speech)) as browser:
        watched = watch(browser.new_page())
        page = watched.page
        page.goto(url)
        page.evaluate("localStorage.setItem(`trio-live ${location.pathname} mode`, 'push')")
        page.reload()
        begin(watched, url)
        watched.wait_heard()
        assert is_silence(watched.spoken)
        # A short press makes the agent wait, and then it goes on.
        page.dispatch_event("#talk", "pointerdown", {"pointerId": 1, "bubbles": True})
        page.wait_for_timeout(150)
        page.dispatch_event("#talk", "pointerup", {"pointerId": 1, "bubbles": True})
        page.wait_for_timeout(300)
        played = len(watched.said("played"))
        page.wait_for_timeout(600)
        assert len(watched.said("played")) > played
        watched.frames.clear()
        page.keyboard.down("Space")
        page.wait_for_timeout(1200)
        page.keyboard.up("Space")
        assert [each["epoch"] for each in watched.said("flushed")][:1] != []
        assert not is_silence(watched.spoken)


def test_while_the_agent_speaks_half_duplex_is_deaf(chromium: Chromium, speech: Path) -> None:
    with desk() as url, chromium.open(*says(speech)) as browser:
        watched = watch(browser.new_page())
        page = watched.page
        page.goto(url)
        page.evaluate("localStorage.setItem(`trio-live ${location.pathname} mode`, 'half')")
        begin(watched, url)
        watched.wait_heard()
        page.wait_for_timeout(500)
        watched.frames.clear()
        page.wait_for_timeout(1500)
        assert is_silence(watched.spoken)
        assert max(level for _, level in watched.taps()[1]) > LOUD_IN
        assert watched.told("flush") == []


def test_a_microphone_that_is_refused_is_explained_and_typing_works(chromium: Chromium) -> None:
    with desk() as url, chromium.open(LISTENS[0]) as browser:  # nobody answers the browser's question with yes
        watched = watch(browser.new_context(permissions=[]).new_page())
        begin(watched, url)
        expect(watched.page.get_by_role("alert")).to_contain_text("The browser refused the microphone.")
        watched.page.fill("#words", "What does it cost?")
        watched.page.press("#words", "Enter")
        watched.wait_line("A consultation is sixty dollars")


def test_no_microphone_is_explained(chromium: Chromium) -> None:
    with desk() as url, chromium.open(LISTENS[1]) as browser:
        watched = watch(browser.new_page())
        begin(watched, url)
        expect(watched.page.get_by_role("alert")).to_contain_text("There is no microphone.")


def test_a_token_is_asked_for_and_the_one_in_the_address_is_taken(chromium: Chromium) -> None:
    with desk("a-secret") as url, chromium.open(*LISTENS) as browser:
        page = browser.new_page()
        page.goto(url)
        page.click("#begin-typing")
        expect(page.get_by_role("heading", name="This address needs a token")).to_be_visible()
        page.get_by_label("Token", exact=True).fill("wrong")
        page.click("#begin-typing")
        expect(page.get_by_text("The token does not fit.")).to_be_visible()
        page.get_by_label("Token", exact=True).fill("a-secret")
        page.click("#begin-typing")
        page.wait_for_selector("body[data-view=call][data-link=on]")
    with desk("a-secret") as url, chromium.open(*LISTENS) as browser:
        page = browser.new_page()
        page.goto(f"{url}#token=a-secret")
        expect(page).to_have_url(url)
        page.click("#begin-typing")
        page.wait_for_selector("body[data-view=call][data-link=on]")


def test_a_second_tab_is_told_and_may_take_the_call(chromium: Chromium) -> None:
    with desk() as url, chromium.open(*LISTENS) as browser:
        context = browser.new_context()
        first, second = watch(context.new_page()), watch(context.new_page())
        begin(first, url)
        second.page.goto(url)
        expect(second.page.get_by_text("This call is open in another tab.")).to_be_visible()
        second.page.get_by_role("button", name="Bring it here").click()
        second.page.wait_for_selector("body[data-view=call][data-link=on]")
        expect(first.page.get_by_role("alert")).to_contain_text("This call is open in another tab.")


def test_a_server_that_goes_away_is_told(chromium: Chromium) -> None:
    with chromium.open(*LISTENS) as browser:
        page = browser.new_page()
        with desk() as url:
            page.goto(url)
            page.click("#begin-typing")
            page.wait_for_selector("body[data-view=call][data-link=on]")
        expect(page.get_by_role("status")).to_have_text("Reconnecting…")


def test_the_end_is_told_and_another_call_can_be_made(chromium: Chromium) -> None:
    with desk() as url, chromium.open(*LISTENS) as browser:
        watched = watch(browser.new_page())
        begin(watched, url)
        watched.page.click("#end")
        expect(watched.page.get_by_role("alert")).to_contain_text("The call is over.")
        watched.page.wait_for_timeout(500)
        assert watched.page.inner_text("#status") == "Not connected"
        assert watched.page.evaluate("document.getElementById('desk').inert")
        watched.page.get_by_role("button", name="Call again").click()
        watched.page.wait_for_selector("body[data-link=on]")
        assert not watched.page.evaluate("document.getElementById('desk').inert")
        assert [each["resumed"] for each in watched.told("welcome")] == [False, False]
