"""The voice page over real sockets, with a real emulator behind it."""

from __future__ import annotations

import functools
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import attrs
import pytest
import trio

from tests.web.pages import browse
from trio_live import ConfigError, Live, LiveHandle
from trio_live.emulator import open_emulator
from trio_live.web import Gate, PageClose, ServedSite, VoicePage, open_site
from trio_live.web._messages import VERSION

QUICK: dict[str, Any] = {"pace": None, "realtime_playback": False, "first_word_after": 0.0}


async def find_slots(doctor: str, day: str) -> list[str]:
    """Free times of a doctor on a day."""
    return ["13:30"]


@attrs.frozen
class Served:
    page: VoicePage
    site: ServedSite

    async def wait_calls(self, count: int) -> None:
        with trio.fail_after(10):
            while self.page.calls != count:  # noqa: ASYNC110  # nothing tells of it
                await trio.sleep(0.01)


@asynccontextmanager
async def served(
    *,
    build: Callable[[], Live] | None = None,
    gate: Gate | None = None,
    emulates: dict[str, Any] = QUICK,
    **options: Any,
) -> AsyncGenerator[Served, None]:
    with trio.fail_after(30):
        async with open_emulator(**emulates) as emulator:

            def connect(live: Live) -> AbstractAsyncContextManager[LiveHandle]:
                return live.connect_google_ai("key", base_url=emulator.url)

            page = VoicePage(build or (lambda: Live.builder().tools(find_slots)), connect, **options)
            async with open_site(page.routes, gate=gate) as site:
                yield Served(page, site)


async def test_a_typed_call_from_its_welcome_to_its_end() -> None:
    async with served(about="This is a test.") as here, browse(here.site.url) as browser:
        welcome = await browser.until("welcome")
        assert welcome.items() >= {"resumed": False, "epoch": 0, "about": "This is a test.", "captions": []}.items()
        await browser.say("text", text="I would like to see Doctor Chen.")
        line = await browser.until_line("model", "Which day")
        assert line["text"].endswith("suit you for Doctor Chen?")
        await browser.say("text", text="On Thursday.")
        assert "find_slots(doctor='Chen', day='Thursday')" in (await browser.until_line("tool", "find_slots"))["text"]
        await browser.until("latency")
        assert browser.played[0] > 48_000
        await browser.say("bye")
        await browser.until("ended")
        assert await browser.end() == (PageClose.OVER, "the call is over")
        await here.wait_calls(0)


async def test_a_page_that_is_loaded_again_finds_its_call_and_the_sound_it_missed() -> None:
    async with served() as here:
        async with browse(here.site.url) as first:
            call = (await first.until("welcome"))["call"]
            await first.say("text", text="Hello")
            await first.until_line("model", "What can I do for you?")
            await first.say("played", epoch=0, ms=500)
            sound = first.played[0]
            await trio.sleep(0.05)
        async with browse(here.site.url, call=call) as second:
            again = await second.until("welcome")
            assert again["resumed"]
            assert (again["epoch"], again["played_ms"]) == (0, 500)
            typed, answer = again["captions"]
            assert typed["text"] == "Hello"
            assert answer["text"].endswith("What can I do for you?")
            await second.say("text", text="What does it cost?")
            await second.until_line("model", "sixty dollars")
            assert second.played[0] > sound - 500 * 48
            assert here.page.calls == 1


async def test_nobody_is_greeted_twice() -> None:
    async with served(build=lambda: Live.builder().greeting("Begin with a greeting.")) as here:
        async with browse(here.site.url) as first:
            call = (await first.until("welcome"))["call"]
            await first.until_line("model", "What can I do for you?")
        async with browse(here.site.url, call=call) as second:
            captions = (await second.until("welcome"))["captions"]
            await second.say("text", text="What does it cost?")
            await second.until_line("model", "sixty dollars")
            lines = captions + [each["line"] for each in second.seen if each["type"] == "caption"]
            assert len({line["id"] for line in lines if "What can I do" in line["text"]}) == 1


async def test_a_page_that_does_not_come_back_ends_its_call() -> None:
    async with served(grace=0.1) as here:
        async with browse(here.site.url) as browser:
            call = (await browser.until("welcome"))["call"]
        await here.wait_calls(0)
        async with browse(here.site.url, call=call) as late:
            assert await late.end() == (PageClose.OVER, "that call is over")


async def test_a_second_tab_is_told_and_may_take_the_call() -> None:
    async with served() as here, browse(here.site.url) as first:
        call = (await first.until("welcome"))["call"]
        async with browse(here.site.url, call=call, tab="two") as second:
            assert await second.end() == (PageClose.ELSEWHERE, "the call is open in another tab")
        async with browse(here.site.url, call=call, tab="two", take=True) as second:
            assert (await second.until("welcome"))["resumed"]
            assert await first.end() == (PageClose.ELSEWHERE, "the call goes on in another tab")
            await second.say("text", text="What does it cost?")
            await second.until_line("model", "sixty dollars")


async def test_the_same_tab_gets_its_call_though_its_old_socket_still_stands() -> None:
    async with served() as here, browse(here.site.url) as old:
        call = (await old.until("welcome"))["call"]
        async with browse(here.site.url, call=call) as new:
            assert (await new.until("welcome"))["resumed"]
            assert (await old.end())[0] == PageClose.ELSEWHERE


async def test_more_calls_than_there_may_be_are_refused() -> None:
    async with served(most_calls=1) as here, browse(here.site.url) as first:
        await first.until("welcome")
        async with browse(here.site.url, tab="two") as second:
            code, reason = await second.end()
            assert code == PageClose.BUSY
            assert reason.startswith("there are as many calls as there may be")
        await first.say("bye")
        await first.end()
        await here.wait_calls(0)
        async with browse(here.site.url) as third:
            await third.until("welcome")


@pytest.mark.parametrize(
    "hello",
    [{"version": VERSION + 1}, {"tab": None}, {"call": 7}],
    ids=["another version", "no tab", "a call that is none"],
)
async def test_a_hello_that_is_none_is_told(hello: dict[str, Any]) -> None:
    async with served() as here, browse(here.site.url, **hello) as browser:
        code, reason = await browser.end()
        assert code == PageClose.GARBAGE
        assert reason


async def test_garbage_in_a_call_is_told_and_the_call_waits_for_its_page() -> None:
    async with served() as here:
        async with browse(here.site.url) as browser:
            call = (await browser.until("welcome"))["call"]
            await browser.socket.send("nonsense")
            assert await browser.end() == (PageClose.GARBAGE, "a message cannot be read: it is no JSON")
        async with browse(here.site.url, call=call) as again:
            assert (await again.until("welcome"))["resumed"]


async def test_a_model_that_cannot_be_reached_is_told(caplog: pytest.LogCaptureFixture) -> None:
    page = VoicePage(Live.builder, functools.partial(Live.connect_google_ai, api_key="k", base_url="ws://127.0.0.1:9"))
    with caplog.at_level(logging.WARNING, "trio_live.web"), trio.fail_after(20):
        async with open_site(page.routes) as site, browse(site.url) as browser:
            code, reason = await browser.end()
    assert code == PageClose.UNCONNECTED
    assert "127.0.0.1:9 cannot be reached" in reason
    assert "127.0.0.1:9 cannot be reached" in caplog.text


async def test_an_agent_that_cannot_be_built_is_told(caplog: pytest.LogCaptureFixture) -> None:
    def build() -> Live:
        raise ZeroDivisionError("secret")

    with caplog.at_level(logging.CRITICAL, "trio_live.web"):
        async with served(build=build) as here, browse(here.site.url) as browser:
            assert await browser.end() == (PageClose.FAILED, "the server made a mistake; its log says which")
            assert here.page.calls == 0


async def test_leaving_ends_the_calls_and_tells_their_pages() -> None:
    ends: list[tuple[int, str]] = []
    async with trio.open_nursery() as nursery:

        async def look(url: str, task_status: trio.TaskStatus[None]) -> None:
            async with browse(url) as browser:
                await browser.until("welcome")
                task_status.started()
                ends.append(await browser.end())

        async with served() as here:
            await nursery.start(look, here.site.url)
    assert ends == [(PageClose.LEAVING, "the server is leaving")]
    assert here.page.calls == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"grace": -1}, "grace is -1; it cannot be below 0"),
        ({"most_calls": 0}, "most_calls is 0; it cannot be below 1"),
    ],
)
def test_numbers_out_of_bounds_are_told(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        VoicePage(Live.builder, **options)
