"""Going on from an earlier session."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, Peer, builder, call, heard, reading, resumable, said, settled, text, turn_complete
from trio_live import Live, LiveHandle, State, SteeringMode, events
from trio_live.errors import ConnectRejected, PersistenceError, SnapshotUnreadable
from trio_live.live._compile import compile_plan
from trio_live.live._open import open_live
from trio_live.persistence import FsPersistence, MemoryPersistence
from trio_live.transport import GoogleAI, Transport


def agent(shelf: MemoryPersistence) -> Live:
    state = State(clock=trio.current_time)  # so that hours between two sessions take no time
    return builder().persistence(shelf).transcription().session_resume().state(state)


def phased(shelf: MemoryPersistence, note: Callable[[str], None] = lambda _: None) -> Live:
    def hook(name: str) -> Callable[..., Awaitable[None]]:
        async def enter(*_: object) -> None:
            note(name)

        return enter

    return (
        agent(shelf)
        .phase("start")
        .instruction("Begin.")
        .on_enter(hook("start"))
        .transition("middle", lambda _: True)
        .done()
        .phase("middle")
        .instruction("Go on.")
        .on_enter(hook("middle"))
        .done()
        .initial_phase("start")
    )


async def hold_one_turn(live: Live, *, handle: str | None = "handle-1") -> None:
    async with call(live) as (session, peer):
        session.state.set("app:name", "Maria")
        if handle is not None:
            await peer.send(resumable(handle))
        await peer.send(heard("I am Maria."), said("Hello Maria."), turn_complete())
        await settled()


async def test_a_session_goes_on_where_it_was(autojump_clock: MockClock) -> None:
    shelf, entered = MemoryPersistence(), list[str]()
    await hold_one_turn(phased(shelf, entered.append))
    assert entered == ["start", "middle"]
    await trio.sleep(600)
    async with call(phased(shelf, entered.append)) as (session, peer), reading(session) as seen:
        assert entered == ["start", "middle"], "no hook runs again"
        assert session.state.get("app:name") == "Maria"
        assert session.state.get("session:turn_count") == 1
        assert session.state.get("session:interrupt_count") == 0
        assert session.conversation_phase == session.state.get("session:phase") == "middle"
        assert peer.setup["sessionResumption"] == {"handle": "handle-1"}
        assert session.link.handle_age == pytest.approx(600, abs=1), "a kept handle is no younger for being kept"
        assert peer.setup["systemInstruction"]["parts"][0]["text"] == "Go on."
        assert peer.talk == []
        await peer.send(said("Anything else?"), turn_complete())
        await settled()
        assert session.state.get("session:turn_count") == 2
        assert not [each for each in seen if isinstance(each, events.Error)]
    last = await shelf.load("default")
    assert last is not None
    assert [(turn.turn_number, turn.model) for turn in last.transcript] == [(0, "Hello Maria."), (1, "Anything else?")]
    assert last.transcript[1].timestamp - last.transcript[0].timestamp == pytest.approx(600, abs=1)
    assert last.resume_handle == "handle-1"


@pytest.mark.parametrize(
    ("handle", "resume_from", "how"),
    [
        ("handle-1", None, events.Continuation.RESUMED),
        (None, None, events.Continuation.NEW),
        (None, "mine", events.Continuation.RESUMED),
    ],
)
async def test_whoever_is_remembered_by_the_server_is_told_so(
    handle: str | None, resume_from: str | None, how: events.Continuation, autojump_clock: MockClock
) -> None:
    shelf, diary = MemoryPersistence(), Diary()
    await hold_one_turn(agent(shelf), handle=handle)
    live = agent(shelf).on_connected(diary.anote("connected")).on_resumed(diary.anote("resumed"))
    live = live.session_resume_from(resume_from) if resume_from is not None else live
    async with call(live) as (session, _), session.events() as stream:
        assert await anext(stream) == events.Connected(how)
        await settled()
        assert diary.names() == ["connected", *(["resumed"] if how is events.Continuation.RESUMED else [])]


async def test_a_session_that_begins_with_a_handle_of_its_own_begins_all_the_same(autojump_clock: MockClock) -> None:
    entered: list[str] = []
    live = phased(MemoryPersistence(), entered.append).greeting("Greet the caller.").session_resume_from("mine")
    async with call(live) as (session, peer):
        await settled()
        assert entered == ["start"], "nothing was kept here, so the talk begins here"
        assert session.conversation_phase == "start"
        assert "Greet the caller." in str(peer.talk)


async def test_hooks_see_the_earlier_transcript(autojump_clock: MockClock) -> None:
    shelf, windows = MemoryPersistence(), list[str]()
    await hold_one_turn(agent(shelf))

    def tell(_: State, window: object) -> None:
        windows.append(window.formatted())  # type: ignore[attr-defined]

    live = agent(shelf).phase("a").transition("b", lambda _: True).done().phase("b").on_enter_context(tell).done()
    live = live.initial_phase("a")
    async with call(live) as (_, peer):
        await peer.send(said("Yes."), turn_complete())
        await settled()
    assert windows == ["User: I am Maria.\nAssistant: Hello Maria.\n\nAssistant: Yes.\n\n"]


async def test_nobody_is_greeted_twice(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    async with call(agent(shelf).greeting("Greet the caller.")) as (_, peer):
        await settled()
        assert peer.texts or peer.talk
        await peer.send(said("Hello!"), turn_complete())
        await settled()
    async with call(agent(shelf).greeting("Greet the caller.")) as (_, peer):
        await trio.sleep(60)
        assert peer.texts == []


async def test_each_name_has_its_own_session(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf).session_id("maria"))
    async with call(agent(shelf).session_id("otto")) as (session, _):
        assert session.state.get("app:name") is None


@pytest.mark.parametrize(
    ("handle", "later", "why"),
    [
        ("handle-1", 3 * 3600.0, "its handle is 3.0 hours old, and is valid for two"),
        (None, 1.0, "the server had given no handle to resume it with"),
    ],
)
async def test_a_model_that_has_forgotten_is_told_what_holds_and_the_program_that_it_has(
    handle: str | None, later: float, why: str, autojump_clock: MockClock
) -> None:
    shelf = MemoryPersistence()
    live = phased(shelf).steering_mode(SteeringMode.CONTEXT_INJECTION)
    await hold_one_turn(live, handle=handle)
    await trio.sleep(later)
    told: list[str] = []

    async def hear(words: str) -> None:
        told.append(words)

    async with call(live.on_error(hear)) as (session, peer):
        await settled()
        assert peer.setup["sessionResumption"] == {}
        assert "Go on." in str(peer.talk)
        assert told == [
            f"the model does not remember the earlier session: {why}; it begins a new one with the State of that"
        ]
        assert session.conversation_phase == "middle"


async def test_a_handle_of_another_model_is_not_presented(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf))
    async with call(agent(shelf).model("gemini-3.8-live")) as (session, peer), reading(session):
        assert peer.setup["sessionResumption"] == {}


async def test_a_handle_of_the_program_itself_comes_first(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf))
    async with call(agent(shelf).session_resume_from("mine")) as (_, peer):
        assert peer.setup["sessionResumption"] == {"handle": "mine"}


async def test_without_resumption_only_this_side_goes_on(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf))
    async with call(agent(shelf).session_resume(False)) as (session, peer), reading(session) as seen:
        assert "sessionResumption" not in peer.setup
        assert session.state.get("app:name") == "Maria"
        assert not [each for each in seen if isinstance(each, events.Error)]


async def test_a_phase_that_is_gone_is_told_of(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(phased(shelf))
    told: list[str] = []

    async def hear(words: str) -> None:
        told.append(words)

    other = agent(shelf).phase("new").done().initial_phase("new").on_error(hear)
    async with call(other) as (session, _):
        await settled()
        assert session.conversation_phase == "new"
    assert told == ["the talk was in phase 'middle', which is no longer declared; it begins in 'new'"]


async def test_masked_values_are_not_put_back(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    async with call(agent(shelf).state(State({"user:card": "4111"}, redact_keys=["user:card"]))):
        pass
    state = State(redact_keys=["user:card"])
    async with call(agent(shelf).state(state)):
        assert state.get("user:card") is None


async def test_a_damaged_snapshot_is_an_error_when_connecting_and_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "default.json").write_text("{", encoding="utf-8")
    peer = Peer()
    with pytest.raises(SnapshotUnreadable):
        async with call(builder().persistence(FsPersistence(tmp_path)), peer):
            pass
    assert peer.client.sent == []
    assert (tmp_path / "default.json").read_text(encoding="utf-8") == "{"


async def test_a_folder_that_cannot_be_read_is_an_error_when_connecting(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(PersistenceError):
        async with call(builder().persistence(FsPersistence(tmp_path / "taken"))):
            pass


@asynccontextmanager
async def call_many(live: Live, *peers: Peer) -> AsyncGenerator[LiveHandle, None]:
    """A session whose dialler reaches one peer after the other."""
    waiting = list(peers)

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        peer = waiting.pop(0)
        await peer.ready()
        yield peer.client

    async with open_live(live.spec, lambda spec: compile_plan(spec, GoogleAI("-"), dial)) as session:
        yield session


async def test_a_handle_that_the_server_refuses_is_given_up(autojump_clock: MockClock) -> None:
    shelf, told = MemoryPersistence(), list[str]()
    await hold_one_turn(agent(shelf))
    refusing, second = Peer(accepts=False), Peer()
    refusing.close(1008, "BidiGenerateContent session not found")

    async def hear(words: str) -> None:
        told.append(words)

    async with call_many(agent(shelf).on_error(hear), refusing, second) as session:
        await settled()
        assert "handle" not in second.setup["sessionResumption"]
        assert session.state.get("app:name") == "Maria"
        assert session.resume_handle is None
    assert len(told) == 1
    assert "the resumption handle is dead" in told[0]


async def test_another_refusal_comes_out(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf))
    refusing = Peer(accepts=False)
    refusing.close(1008, "models/x is not found")
    with pytest.raises(ConnectRejected):
        async with call_many(agent(shelf), refusing):
            pass


async def test_what_the_block_raises_comes_out_as_it_is(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    await hold_one_turn(agent(shelf))
    refused = ConnectRejected("of another session", code=1008, reason="session not found")
    with pytest.raises(ConnectRejected) as caught:
        async with call(agent(shelf)):
            raise refused
    assert caught.value is refused


async def test_a_turn_that_somebody_types_in_is_kept(autojump_clock: MockClock) -> None:
    shelf = MemoryPersistence()
    async with call(agent(shelf)) as (session, peer):
        await session.send_text("By hand.")
        await peer.send(text("Read."), turn_complete())
        await settled()
    async with call(agent(shelf)) as (session, peer):
        await peer.send(text("Again."), turn_complete())
        await settled()
    last = await shelf.load("default")
    assert last is not None
    assert [(turn.user, turn.model) for turn in last.transcript] == [("By hand.", "Read."), ("", "Again.")]
