"""One call, in memory and with a virtual clock: a page that plays, an emulator that speaks."""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, audio, builder, interrupted, said, turn_complete
from tests.web.pages import HELLO, MemorySocket
from trio_live import Live, LiveHandle
from trio_live.cli._demo import read_recording
from trio_live.emulator import serve_transport
from trio_live.transport import memory_transport_pair
from trio_live.web import PageClose, VoicePage
from trio_live.web._call import FLUSH_WITHIN

SECOND = bytes(48_000)


class Speaking:
    """A page in memory whose speakers play at the pace of the clock, and report as the real ones do."""

    def __init__(self) -> None:
        self.socket = MemorySocket()
        self.played_ms: dict[int, float] = {}
        self.answers = True
        """Whether it tells how far it came when it is silenced."""
        self.late = 0.0

    async def play(self) -> None:
        """Until cancelled."""
        epoch, seen = 0, 0
        while True:
            await trio.sleep(0.1)
            for message in self.socket.messages[seen:]:
                seen += 1
                if message["type"] == "flush":
                    if self.answers:
                        await trio.sleep(self.late)
                        self.socket.say("flushed", epoch=epoch, ms=self.played_ms.get(epoch, 0.0))
                    epoch = message["epoch"]
            came = sum(len(pcm) for number, pcm in self.socket.sounds if number == epoch) / 48
            before = self.played_ms.get(epoch, 0.0)
            self.played_ms[epoch] = min(came, before + 100)
            if self.played_ms[epoch] != before:
                done = self.played_ms[epoch] == came
                self.socket.say("drained" if done else "played", epoch=epoch, ms=self.played_ms[epoch])

    async def speak(self, pcm: bytes) -> None:
        """Say something at the pace of the clock."""
        for start in range(0, len(pcm), 640):
            self.socket.sound(pcm[start : start + 640])
            await trio.sleep(0.02)

    @property
    def lines(self) -> dict[int, dict[str, Any]]:
        """The captions as they are now, by number."""
        return {each["line"]["id"]: each["line"] for each in self.socket.told("caption")}


@asynccontextmanager
async def talking(build: Callable[[], Live] = Live.builder) -> AsyncGenerator[tuple[Speaking, VoicePage], None]:
    """A page in a call with the emulator's front desk."""
    async with trio.open_nursery() as nursery:

        @asynccontextmanager
        async def connect(live: Live) -> AsyncGenerator[LiveHandle, None]:
            ours, theirs = memory_transport_pair()
            nursery.start_soon(serve_transport, theirs)
            async with live.connect_with_transport(ours) as session:
                yield session

        page, browser = VoicePage(build, connect), Speaking()
        nursery.start_soon(page.routes.sockets["call"], browser.socket, HELLO)
        nursery.start_soon(browser.play)
        await trio.sleep(0.5)
        yield browser, page
        nursery.cancel_scope.cancel()


@attrs.define
class Scripted:
    """A page in a call with a scripted server."""

    peer: Peer
    socket: MemorySocket
    page: VoicePage
    session: LiveHandle
    ended: trio.Event


@asynccontextmanager
async def scripted(live: Live | None = None, *, grace: float = 5.0) -> AsyncGenerator[Scripted, None]:
    peer, socket, sessions = Peer(), MemorySocket(), list[LiveHandle]()
    await peer.ready()

    @asynccontextmanager
    async def connect(live: Live) -> AsyncGenerator[LiveHandle, None]:
        async with live.connect_with_transport(peer.client) as session:
            sessions.append(session)
            yield session

    page, ended = VoicePage(lambda: live or builder(), connect, grace=grace), trio.Event()

    async def hold() -> None:
        await page.routes.sockets["call"](socket, HELLO)
        ended.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(hold)
        await trio.sleep(0.1)
        yield Scripted(peer, socket, page, sessions[0], ended)
        nursery.cancel_scope.cancel()


async def test_speech_is_heard_and_an_interruption_silences_the_page(autojump_clock: MockClock) -> None:
    async with talking() as (browser, _):
        await browser.speak(read_recording("hello.wav") + bytes(32_000))
        await trio.sleep(1.5)
        await browser.speak(read_recording("one_moment.wav") + bytes(32_000))
        await trio.sleep(3)
    assert [each["epoch"] for each in browser.socket.told("flush")] == [1]
    user, model, *_ = browser.lines.values()
    assert user["text"].startswith("Hello, this is Maria Lopez.")
    whole = "Hello Maria Lopez, of course. Which day would suit you for Doctor Chen?"
    assert model["text"]
    assert model["unheard"]
    assert whole.startswith(f"{model['text']} {model['unheard']}")
    latencies = browser.socket.told("latency")
    assert latencies[0]["heard"]
    assert 0 < latencies[0]["ms"] < 2000


async def test_where_the_conversation_stands_is_told(autojump_clock: MockClock) -> None:
    def build() -> Live:
        return builder().phase("welcome").done().initial_phase("welcome")

    async with scripted(build()) as here:
        assert here.socket.told("state")[-1]["phase"] == "welcome"
        await here.peer.send(said("Hel"), audio(SECOND))
        await trio.sleep(0.1)
        assert here.socket.told("state")[-1]["link"] == "ModelSpeaking"


async def test_sound_bears_the_epoch_of_its_interruption(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        await here.peer.send(audio(b"\1\0" * 100), audio(b"\2\0" * 100))
        await trio.sleep(0.1)
        await here.peer.send(interrupted(), turn_complete(), audio(b"\3\0" * 100))
        await trio.sleep(1)
        epochs = [(epoch, pcm[0]) for epoch, pcm in here.socket.sounds]
        assert epochs == [(0, 1), (0, 2), (1, 3)]


async def test_the_pages_word_on_how_far_it_came_counts(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        await here.peer.send(said("One two three four five six. "), *[audio(SECOND)] * 2)
        await trio.sleep(0.1)
        here.socket.say("played", epoch=0, ms=100)
        await here.peer.send(interrupted())
        await trio.sleep(FLUSH_WITHIN / 2)
        here.socket.say("flushed", epoch=0, ms=750)
        await trio.sleep(0.1)
        assert here.session.playback.epochs[0].played == pytest.approx(0.75)
        await here.peer.send(turn_complete())
        await trio.sleep(0.1)
        (line,) = [each["line"] for each in here.socket.told("caption") if each["line"]["final"]]
        assert (line["text"], line["unheard"]) == ("One two", "three four five six.")  # 16 characters a second


async def test_a_page_that_does_not_answer_holds_nothing_up(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        await here.peer.send(audio(SECOND))
        await trio.sleep(0.1)
        here.socket.say("played", epoch=0, ms=100)
        await here.peer.send(interrupted(), turn_complete(), audio(b"\3\0"))
        await trio.sleep(FLUSH_WITHIN - 0.05)
        assert [epoch for epoch, _ in here.socket.sounds] == [0]
        await trio.sleep(0.1)
        assert [epoch for epoch, _ in here.socket.sounds] == [0, 1]
        here.socket.say("flushed", epoch=0, ms=900)  # too late, and of no use
        await trio.sleep(0.1)
        assert here.session.playback.epochs[0].played < 0.5


async def test_the_user_may_throw_away_what_the_model_says(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        await here.peer.send(audio(SECOND))
        await trio.sleep(0.1)
        here.socket.say("flushed", epoch=0, ms=400)
        await trio.sleep(0.1)
        assert here.socket.told("flush") == [{"type": "flush", "epoch": 1}]
        first, second = here.session.playback.epochs
        assert first.played == pytest.approx(0.4)
        assert second.epoch == 1
        assert not here.session.voice_state.playback_active


async def test_drained_means_all_that_came(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        await here.peer.send(audio(SECOND))
        await trio.sleep(0.1)
        here.socket.say("drained", epoch=0, ms=400)  # the rest was on its way
        await trio.sleep(0.01)
        before = here.session.voice_state
        assert before.playback_active
        here.socket.say("drained", epoch=0, ms=1000)
        await trio.sleep(0.01)
        assert not here.session.voice_state.playback_active
        here.socket.say("drained", epoch=7, ms=1000)
        here.socket.say("played", epoch=7, ms=1000)
        await trio.sleep(0.01)
        assert here.socket.closed is None


async def test_callbacks_of_the_agent_are_called_beside_those_of_the_page(autojump_clock: MockClock) -> None:
    heard: list[bytes | str] = []

    async def silence() -> None:
        heard.append("silence")

    async with scripted(builder().on_audio(heard.append).on_interrupted(silence)) as here:
        await here.peer.send(audio(b"\1\0"))
        await trio.sleep(0.1)
        await here.peer.send(interrupted())
        await trio.sleep(1)
        assert heard == [b"\1\0", "silence"]
        assert len(here.socket.sounds) == 1


async def test_the_end_of_the_microphone_is_passed_on(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        here.socket.sound(bytes(640))
        here.socket.say("microphone_off")
        await trio.sleep(0.5)
        assert any("audioStreamEnd" in frame.get("realtimeInput", {}) for frame in here.peer.talk)


async def test_the_server_ends_the_call_and_the_page_is_told_why(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        here.peer.close(1011, "quota")
        await here.ended.wait()
        (ended,) = here.socket.told("ended")
        assert "quota" in ended["reason"]
        assert here.socket.closed is not None
        assert here.socket.closed[0] is PageClose.OVER


async def test_a_callback_that_raises_is_logged_and_the_page_hears_no_secret(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("secret")

    live = builder().callback_errors("raise").on_turn_complete(fail)
    with caplog.at_level(logging.CRITICAL, "trio_live.web"):
        async with scripted(live) as here:
            await here.peer.send(said("Hello"), turn_complete())
            await here.ended.wait()
            assert here.socket.closed == (PageClose.FAILED, "the call failed; the server's log says why")


async def test_errors_that_are_reported_are_shown(autojump_clock: MockClock) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("inside")

    async with scripted(builder().on_turn_complete(fail)) as here:
        await here.peer.send(said("Hello"), turn_complete())
        await trio.sleep(0.1)
        assert [each["text"] for each in here.socket.told("notice")] == ["on_turn_complete: inside"]


async def test_a_page_that_is_gone_is_waited_for_and_no_longer(autojump_clock: MockClock) -> None:
    async with scripted(grace=5) as here:
        here.socket.leave()
        left_at = trio.current_time()
        await here.ended.wait()
        assert 5 <= trio.current_time() - left_at < 7
        assert here.page.calls == 0


async def test_a_page_that_left_before_its_welcome_is_not_waited_for(autojump_clock: MockClock) -> None:
    peer, socket = Peer(accepts=False), MemorySocket()
    page = VoicePage(builder, lambda live: live.connect_with_transport(peer.client), grace=math.inf)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(page.routes.sockets["call"], socket, HELLO)
        await trio.sleep(0.1)
        assert socket.messages == [{"type": "state", "link": "Connecting", "phase": None}]
        socket.say("text", text="too early, and passed over")
        socket.leave()
        await trio.sleep(0.1)
        await peer.send({"setupComplete": {}})
    assert page.calls == 0


async def test_cancelled_it_ends_its_session(autojump_clock: MockClock) -> None:
    async with scripted() as here:
        session = here.session
        await here.peer.send(audio(SECOND))
        await trio.sleep(0.1)
    assert session.ended is not None
    assert here.page.calls == 0
