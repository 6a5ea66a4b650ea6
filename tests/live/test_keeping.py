"""What is kept of a session, and when."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call, heard, reading, resumable, said, settled, text, turn_complete
from trio_live import Live, State, events
from trio_live.persistence import MemoryPersistence, SessionSnapshot


class Shelf(MemoryPersistence):
    """Remembers every snapshot, and fails or hangs when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[SessionSnapshot] = []
        self.fails: Exception | None = None
        self.takes = 0.0

    async def save(self, session_id: str, snapshot: SessionSnapshot) -> None:
        await trio.sleep(self.takes)
        if self.fails is not None:
            raise self.fails
        self.saved.append(snapshot)
        await super().save(session_id, snapshot)


def kept(shelf: Shelf) -> Live:
    return builder().persistence(shelf).session_id("me").transcription()


def counts(snapshots: Sequence[SessionSnapshot]) -> list[int]:
    return [each.turn_count for each in snapshots]


async def test_a_session_is_saved_after_each_turn_and_at_its_end(autojump_clock: MockClock) -> None:
    shelf = Shelf()
    async with call(kept(shelf)) as (session, peer):
        assert counts(shelf.saved) == []
        await peer.send(heard("Hello?"), said("Hi."), turn_complete())
        await settled()
        assert counts(shelf.saved) == [1]
        await peer.send(text("Anything else?"), turn_complete())
        await settled()
        assert counts(shelf.saved) == [1, 2]
        session.state.set("app:late", value := "yes")
    assert counts(shelf.saved) == [1, 2, 2]
    last = shelf.saved[-1]
    assert last.state["app:late"] == value
    assert last.transcript_summary == "User: Hello?\nAssistant: Hi.\n\nAssistant: Anything else?\n\n"
    assert [turn.model for turn in last.transcript] == ["Hi.", "Anything else?"]
    assert last.model == "models/gemini-2.5-flash-native-audio-latest"
    assert await shelf.load("me") == last


async def test_what_on_disconnected_writes_is_in_the_last_snapshot(autojump_clock: MockClock) -> None:
    shelf, state = Shelf(), State()

    async def farewell(_: str | None) -> None:
        await trio.sleep(60)  # far too long; it is cancelled, and the session is saved all the same

    async def note(_: str | None) -> None:
        state.set("app:bye", 1)
        await farewell(None)

    async with call(kept(shelf).state(state).on_disconnected(note)):
        pass
    assert shelf.saved[-1].state["app:bye"] == 1


async def test_a_cancelled_session_is_saved_too(autojump_clock: MockClock) -> None:
    shelf = Shelf()
    with trio.CancelScope() as scope:
        async with call(kept(shelf)) as (session, _):
            session.state.set("app:name", "Maria")
            scope.cancel()
            await trio.lowlevel.checkpoint()
    assert shelf.saved[-1].state["app:name"] == "Maria"


async def test_nothing_is_saved_of_a_session_that_never_was(autojump_clock: MockClock) -> None:
    shelf, peer = Shelf(), Peer(accepts=False)
    peer.close(1008, "no")
    with pytest.raises(Exception, match="refused the setup"):
        async with call(kept(shelf), peer):
            pass
    assert shelf.saved == []


async def test_phase_and_handle_are_kept_as_soon_as_they_are_there(autojump_clock: MockClock) -> None:
    shelf = Shelf()
    live = (
        kept(shelf)
        .session_resume()
        .phase("start")
        .transition("end", lambda _: True)
        .done()
        .phase("end")
        .terminal()
        .done()
        .initial_phase("start")
    )
    async with call(live) as (_, peer):
        await peer.send(resumable("handle-1"))
        await settled()
        assert (shelf.saved[-1].phase, shelf.saved[-1].resume_handle) == ("start", "handle-1")
        first = shelf.saved[-1].resume_handle_at
        await trio.sleep(60)
        await peer.send(text("On we go."), turn_complete())
        await settled()
        assert (shelf.saved[-1].phase, shelf.saved[-1].resume_handle_at) == ("end", first)
        assert first is not None
        assert shelf.saved[-1].saved_at > first


async def test_keys_that_are_redacted_are_kept_masked(autojump_clock: MockClock) -> None:
    shelf = Shelf()
    state = State({"user:card": "4111", "user:name": "Maria"}, redact_keys=["user:card"])
    async with call(kept(shelf).state(state)):
        pass
    assert shelf.saved[-1].state["user:card"] == "[redacted]"
    assert "4111" not in shelf.saved[-1].to_json()


@pytest.mark.parametrize("policy", ["report", "raise"])
async def test_a_failed_save_is_told_and_the_call_goes_on(policy: str, autojump_clock: MockClock) -> None:
    shelf, told = Shelf(), list[str]()
    shelf.fails = OSError("No space left on device")

    async def hear(words: str) -> None:
        told.append(words)

    live = kept(shelf).on_error(hear).callback_errors("raise" if policy == "raise" else "report")
    async with call(live) as (session, peer), reading(session) as seen:
        for _ in range(2):
            await peer.send(text("Yes."), turn_complete())
            await settled()
        assert [each for each in seen if isinstance(each, events.Error)] == [
            events.Error("the session could not be saved: No space left on device")
        ]
        assert told == ["the session could not be saved: No space left on device"]
        assert sum(isinstance(each, events.TurnComplete) for each in seen) == 2
        shelf.fails = None
    assert counts(shelf.saved) == [2]


async def test_a_last_save_that_fails_is_told_to_whoever_still_reads(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    shelf, seen = Shelf(), list[object]()
    async with trio.open_nursery() as nursery, call(kept(shelf)) as (session, _):

        async def read() -> None:
            async with session.events() as stream:
                async for event in stream:
                    seen.append(event)

        nursery.start_soon(read)
        await settled()
        shelf.fails = OSError("gone")
    assert events.Error("the session could not be saved: gone") in seen
    assert "the session 'me' could not be saved: gone" in caplog.text


async def test_a_slow_disk_holds_no_turn_up_and_its_newest_snapshot_wins(autojump_clock: MockClock) -> None:
    shelf = Shelf()
    shelf.takes = 1.0
    async with call(kept(shelf)) as (session, peer), reading(session) as seen:
        for _ in range(5):
            await peer.send(text("Yes."), turn_complete())
            await settled()
        assert sum(isinstance(each, events.TurnComplete) for each in seen) == 5
        assert counts(shelf.saved) == []
        await trio.sleep(3)
        assert counts(shelf.saved) == [1, 5]


async def test_the_end_waits_for_a_hanging_disk_no_longer_than_it_says(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf()
    async with call(kept(shelf)):
        shelf.takes = 1000
        began = trio.current_time()
    assert trio.current_time() - began < 7
    assert "it took more than 5 s" in caplog.text


async def test_a_name_without_a_place_is_warned_of(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with call(builder().session_id("me")):
            pass
    assert "the session_id 'me' has no effect" in caplog.text


@pytest.mark.parametrize("backend", [None, "a path", object()])
def test_what_is_no_backend_is_refused(backend: object) -> None:
    with pytest.raises(TypeError, match="save, load and delete"):
        Live.builder().persistence(backend)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "error"), [("", ValueError), (" ", ValueError), (7, TypeError)])
def test_a_session_needs_a_name(name: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="session_id"):
        Live.builder().session_id(name)  # type: ignore[arg-type]
