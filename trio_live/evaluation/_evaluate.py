"""Holding the talk: a caller, an agent, and what is expected of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, TypeAlias

import trio

from trio_live import events
from trio_live._typing import Seconds
from trio_live.emulator import Persona, open_emulator
from trio_live.errors import LlmError, SessionClosed
from trio_live.evaluation._callers import Caller
from trio_live.evaluation._checks import Check
from trio_live.evaluation._judging import Judged
from trio_live.evaluation._report import Finding, Report, Verdict
from trio_live.evaluation._talk import Exchange, FunctionRun, Talk
from trio_live.lanes import LiveEventStream
from trio_live.live import Live, LiveHandle

Connect: TypeAlias = Callable[[Live], AbstractAsyncContextManager[LiveHandle]]
"""Opens a session of an agent."""

MOST_EXCHANGES: Final = 30
"""After so many a caller who has not hung up is taken off the line."""
ANSWER_WITHIN: Final[Seconds] = 30.0
"""So long an answer may take."""
SETTLES_WITHIN: Final[Seconds] = 1.0
"""A turn that ends without a word may be followed by one with words: so long that one is waited for."""


def offline(persona: Persona | None = None, **choices: Any) -> Connect:
    """Sessions with an emulator of their own, on this machine: no key, nothing to pay, always the same talk.

    Args:
        persona: plays the model; the bundled front desk when nobody is named.
        choices: of the emulator; see `EmulatorOptions`.
    """
    hasty: dict[str, Any] = {"pace": None, "realtime_playback": False, "first_word_after": 0.0, **choices}

    @asynccontextmanager
    async def connect(live: Live) -> AsyncGenerator[LiveHandle, None]:
        async with (
            open_emulator(persona, **hasty) as emulator,
            live.connect_google_ai("offline", base_url=emulator.url) as session,
        ):
            yield session

    return connect


def online() -> Connect:
    """Sessions with the model that the environment names; see `Live.connect_from_env`."""
    return lambda live: live.connect_from_env()


async def evaluate(
    name: str,
    live: Live,
    caller: Caller,
    expectations: Iterable[Check | Judged] = (),
    *,
    connect: Connect | None = None,
    most_exchanges: int = MOST_EXCHANGES,
    answer_within: Seconds = ANSWER_WITHIN,
) -> Report:
    """Hold one talk, and say what came of it.

    Args:
        name: of the evaluation, for the report.
        live: the agent. Transcriptions are switched on.
        caller: who calls; for one talk.
        expectations: what must hold at the end.
        connect: opens the session; `offline` when left out.
        most_exchanges: after so many the caller is taken off the line.
        answer_within: seconds that an answer may take.

    Returns:
        The report, whatever happened in the talk.

    Raises:
        ConfigError: the agent cannot be built.
        ConnectError: there is no session to be had.

    Cancellation: the session is closed in order.
    """
    began = trio.current_time()
    asked = tuple(expectations)
    exchanges: list[Exchange] = []
    async with (connect or offline())(live.transcription()) as session, session.events() as stream:
        line = _Line(session, stream, answer_within)
        if live.spec.control.greeting is not None:
            exchanges.append(await line.hear(""))
        ended = await _talk(line, caller, exchanges, most_exchanges)
        talk = line.talk(exchanges)
        findings = [await _find(each, talk) for each in asked]
        goals = tuple(caller.missed(talk))
    return Report(
        name=name, findings=tuple(findings), goals=goals, talk=talk, took=trio.current_time() - began, ended=ended
    )


async def _talk(line: _Line, caller: Caller, exchanges: list[Exchange], most: int) -> str:
    """Talk until somebody hangs up; returns why it was over."""
    while len(exchanges) < most:
        try:
            words = await caller.next_words(line.talk(exchanges))
        except LlmError as error:
            return f"the caller did not know what to say: {error}"
        if words is None:
            return "the caller hung up"
        try:
            await line.session.send_text(words)
        except SessionClosed as closed:
            return f"the session was over: {closed.reason or 'it ended'}"
        exchanges.append(await line.hear(words))
        if line.is_over:
            return "the agent hung up, or the connection was lost"
    return f"{most} exchanges are enough"


async def _find(expected: Check | Judged, talk: Talk) -> Finding:
    try:
        is_met, why = await expected.look(talk) if isinstance(expected, Judged) else expected.look(talk)
    except LlmError as error:
        return Finding(expected.words, Verdict.NOT_JUDGED, str(error))
    return Finding(expected.words, Verdict.MET if is_met else Verdict.NOT_MET, why)


class _Line:
    """The caller's end of a session."""

    def __init__(self, session: LiveHandle, stream: LiveEventStream[events.LiveEvent], answer_within: Seconds) -> None:
        self.session = session
        self.is_over = False
        self._stream = stream
        self._within = answer_within

    def talk(self, exchanges: Sequence[Exchange]) -> Talk:
        """Everything so far, as it can be seen now."""
        return Talk(tuple(exchanges), self.session.state, self.session.conversation_phase, self.session.agent)

    async def hear(self, words: str) -> Exchange:
        """Everything up to the end of the agent's answer."""
        said: list[str] = []
        runs: list[FunctionRun] = []
        problems: list[str] = []
        with trio.move_on_after(self._within) as patience:
            latest = patience.deadline
            async for event in self._stream:
                match event:
                    case events.OutputTranscript(text, is_final=True) | events.TextComplete(text):
                        said += [text.strip()] if text.strip() and text.strip() not in said else []
                    case events.OutputTranscript() | events.TextDelta() | events.Audio():
                        patience.deadline = latest
                    case events.ToolExecution(name, args, result):
                        runs.append(FunctionRun(name, args, result))
                    case events.Error(message):
                        problems.append(message)
                    case events.TurnComplete() if said:
                        break
                    case events.TurnComplete():
                        patience.deadline = min(patience.deadline, trio.current_time() + SETTLES_WITHIN)
                    case events.Disconnected():
                        self.is_over = True
                        break
                    case _:
                        pass
            else:
                self.is_over = True
        if patience.cancelled_caught and not said:
            problems.append("no answer came")
        return Exchange(words, " ".join(said), tuple(runs), tuple(problems))
