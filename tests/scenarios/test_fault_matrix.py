"""Every way in which a server is known to close, in every situation of a call: a table of outcomes, and the calls that read it."""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import attrs
import pytest
import trio
from trio.testing import MockClock
from trio.testing import wait_all_tasks_blocked as settled

from tests.scenarios.reconnecting import Call, calling, strikes
from trio_live import Live, events
from trio_live.emulator import CLOSE_REASONS, FaultPlan, Strike
from trio_live.errors import ConnectError, ConnectRejected, SessionClosed
from trio_live.session import CloseKind
from trio_live.session._internal import classify_close


class Situation(enum.Enum):
    """What goes on when the server closes."""

    IDLE = "nobody says anything"
    USER = "the user speaks"
    MODEL = "the model speaks"
    TOOL = "the model waits for a function"
    BACKGROUND = "a function runs in the background"
    GO_AWAY = "the end of the connection was announced"
    SETUP = "the first connection is being set up"
    RESUME = "another connection is being set up"


OK, NEW, ENDS, RAISES = "resumed", "told anew", "the session ends", "connecting raises"
R, F, O, C, A, Q, E = (  # noqa: E741
    CloseKind.RETRY,
    CloseKind.RETRY_WITHOUT_HANDLE,
    CloseKind.RETRY_ONCE,
    CloseKind.CONFIGURATION,
    CloseKind.AUTHENTICATION,
    CloseKind.QUOTA,
    CloseKind.ENDED,
)
S = Situation

OUTCOMES: dict[Situation, dict[CloseKind, str]] = {
    # One turn is over, and there is one handle: where that is refused, the talk is told anew from the transcript.
    S.IDLE: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    S.USER: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    S.MODEL: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    S.TOOL: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    # Two turns are over, and the handle before the newest may still be known.
    S.BACKGROUND: {R: OK, F: OK, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    S.GO_AWAY: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
    S.SETUP: dict.fromkeys((R, F, O, C, A, Q, E), RAISES),
    S.RESUME: {R: OK, F: NEW, O: NEW, C: ENDS, A: ENDS, Q: ENDS, E: ENDS},
}
"""What comes of a close of each kind in each situation."""

FAULTS = [*CLOSE_REASONS, "cut"]


def kind_of(fault: str) -> CloseKind:
    """What the classifier says of it."""
    row = CLOSE_REASONS.get(fault)
    return classify_close(1006, "").kind if row is None else classify_close(row.code, row.reason).kind


def where(fault: str, situation: Situation) -> FaultPlan:
    """When it strikes: always on the first connection, but for the situation in which that was cut before."""
    match situation:
        case Situation.SETUP:
            return strikes(Strike(fault=fault, at="setup", connection=1))
        case Situation.RESUME:
            cut = Strike(fault="cut", at="turn_end", connection=1, after=1)
            return strikes(cut, Strike(fault=fault, at="setup", connection=2))
        case Situation.MODEL:
            return strikes(Strike(fault=fault, at="generation", nth=2, connection=1))
        case Situation.TOOL:
            return strikes(Strike(fault=fault, at="tool_call", connection=1, after=1))
        case Situation.BACKGROUND:
            return strikes(Strike(fault=fault, at="turn_end", nth=2, connection=1, after=2))
        case Situation.GO_AWAY:
            return strikes(Strike(fault=fault, at="generation", nth=2, connection=1, after=6))
        case _:
            return strikes(Strike(fault=fault, at="turn_end", connection=1, after=3))


@attrs.define(eq=False)
class Tools:
    """What the functions of a call have done."""

    begun: list[str] = attrs.field(factory=list)
    ended: list[str] = attrs.field(factory=list)

    async def look_up(self) -> str:
        """Look something up."""
        return await self._run("look_up", 4)

    async def watch_over(self) -> str:
        """Watch over something."""
        return await self._run("watch_over", 8)

    async def _run(self, name: str, takes: float) -> str:
        self.begun.append(name)
        await trio.sleep(takes)
        self.ended.append(name)
        return "done"


@asynccontextmanager
async def situated(fault: str, situation: Situation, tools: Tools) -> AsyncGenerator[Call, None]:
    live = Live.builder().model(
        "gemini-3.8-live" if situation is S.BACKGROUND else "gemini-2.5-flash-native-audio-latest"
    )
    live = live.transcription().instruction("Be kind.").tools(tools.look_up, tools.watch_over)
    live = live.tool_background("watch_over") if situation is S.BACKGROUND else live
    lifetime = 66.0 if situation is S.GO_AWAY else None
    async with calling(live, where(fault, situation), connection_lifetime=lifetime, idle_timeout=None) as call:
        yield call


async def bring_about(call: Call, situation: Situation) -> None:
    """Talk, until the server closes in this situation."""
    await call.ask("two")
    match situation:
        case S.USER:
            with suppress(SessionClosed):
                for _ in range(250):
                    await call.session.send_audio(b"\x00\x20\x00\xe0" * 160)
                    await trio.sleep(0.02)
        case S.MODEL:
            await call.session.send_text("story")
        case S.TOOL:
            await call.session.send_text("look")
        case S.BACKGROUND:
            await call.ask("watch")
        case S.GO_AWAY:
            await call.session.send_text("story")
            await call.until(events.GoAway)
        case _:
            pass
    await trio.sleep(25)
    await settled()


def check_calls(call: Call, tools: Tools) -> None:
    """Every function ran once and to its end, and its call was answered once, or is told as cancelled."""
    assert tools.begun == tools.ended
    answers = [each for frame in call.frames() for each in frame.get("toolResponse", {}).get("functionResponses", ())]
    last = [each["id"] for each in answers if not each.get("willContinue")]
    assert len(last) == len(set(last)), "no call is answered twice"
    cancelled = [id_ for event in call.of(events.ToolCancelled) for id_ in event.ids]
    assert len(last) + len(cancelled) >= len(tools.begun) or call.session.ended


def check_words(call: Call) -> None:
    """No words were read twice, and those that were not answered are told."""
    for words in ("two", "story", "look", "watch"):
        assert call.times_read(words) <= 1
    cut = [event for event in call.of(events.TurnComplete) if event.cut]
    assert len(cut) <= 1
    assert bool(call.of(events.Undelivered)) <= bool(
        cut or call.of(events.ToolExecution) or call.of(events.ToolCancelled)
    )


@pytest.mark.parametrize("situation", Situation, ids=lambda situation: situation.name.lower())
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_close_has_the_outcome_of_the_table(
    fault: str, situation: Situation, autojump_clock: MockClock
) -> None:
    expected, tools = OUTCOMES[situation][kind_of(fault)], Tools()
    if expected is RAISES:
        with pytest.raises(ConnectError) as caught:
            async with situated(fault, situation, tools):
                pytest.fail("it cannot have connected")
        if fault != "cut":
            assert isinstance(caught.value, ConnectRejected)
            assert caught.value.code == CLOSE_REASONS[fault].code
        return
    async with situated(fault, situation, tools) as call:
        await bring_about(call, situation)
        if expected is ENDS:
            assert call.session.ended is not None
            assert call.session.ended.kind is kind_of(fault)
            return
        assert call.session.ended is None
        how = events.Continuation.RESUMED if expected is OK else events.Continuation.RESEEDED
        continuations = [event.continuation for event in call.of(events.Connected)]
        assert continuations[:2] == [events.Continuation.NEW, how]
        assert len(continuations) == 2 or situation is S.GO_AWAY, "connections that are as short are replaced as soon"
        assert all(setup["systemInstruction"]["parts"][0]["text"] == "Be kind." for setup in call.setups())
        check_calls(call, tools)
        check_words(call)
        await call.ask("three")
        assert call.said[-1] == "The third answer."


def test_the_table_has_a_cell_for_every_kind_that_a_server_closes_with() -> None:
    assert set(OUTCOMES) == set(Situation)
    for row in OUTCOMES.values():
        assert set(row) == {kind_of(fault) for fault in FAULTS}


HTTP: dict[int, CloseKind | None] = {
    400: C,
    401: A,
    403: A,
    404: C,
    429: None,
    500: None,
    503: None,
}
"""What a refused upgrade comes to while the session dials again; ``None``: it dials once more."""


@pytest.mark.parametrize(("status", "kind"), HTTP.items())
async def test_a_refused_upgrade_has_the_outcome_of_its_row(
    status: int, kind: CloseKind | None, autojump_clock: MockClock
) -> None:
    plan = strikes(
        Strike(fault="cut", at="turn_end", connection=1, after=1), Strike(fault=f"http_{status}", connection=2)
    )
    async with calling(faults=plan) as call:
        await call.ask("two")
        await trio.sleep(10)
        assert (None if call.session.ended is None else call.session.ended.kind) is kind
        if kind is None:
            await call.ask("three")
            assert call.said[-1] == "The third answer."
