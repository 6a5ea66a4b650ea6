"""An hour on the line: six announced ends of connections, twenty cuts, and not a word missing."""

from __future__ import annotations

import random

import trio
from trio.testing import MockClock

from tests.scenarios.reconnecting import Call, calling
from trio_live import Live, events
from trio_live.emulator import FaultPlan, Strike

HOUR = 3600.0
ROTATIONS, CUTS = 6, 20
LONG = range(4, 28, 4)
"""The connections that live until the server announces their end; all others before the last are cut."""


def cuts(seed: int) -> FaultPlan:
    """Each cut comes some seconds into a connection of its own, at whatever is going on there."""
    dice = random.Random(seed)  # noqa: S311
    return FaultPlan(
        tuple(
            Strike(
                fault=dice.choice(("cut", "internal", "deadline")), at="ready", after=dice.uniform(11, 17), connection=n
            )
            for n in range(1, CUTS + ROTATIONS + 1)
            if n not in LONG
        )
    )


def gaps(call: Call) -> list[float]:
    """How long each time without a connection was, from the last word of one to the first of the next."""
    begins, ends = dict[int, float](), dict[int, float]()
    for record in call.log:
        begins.setdefault(record.connection, record.at)
        ends[record.connection] = record.at
    return [begins[number + 1] - ends[number] for number in range(1, len(begins))]


async def converse(call: Call, questions: list[str]) -> list[str]:
    """Ask one question after the other, and again where nobody can tell whether it was heard; the answers."""
    answers = []
    for question in questions:
        asked = question
        while True:
            turns, told = len(call.of(events.TurnComplete)), len(call.of(events.Undelivered))
            await call.session.send_text(asked)
            with trio.move_on_after(40):
                while len(call.of(events.TurnComplete)) == turns:  # noqa: ASYNC110  # a witness sets no event
                    await trio.sleep(0.1)
            await trio.sleep(3)
            newest = call.of(events.TurnComplete)[-1:]
            if newest and len(call.of(events.TurnComplete)) > turns and not newest[0].cut:
                break
            assert len(call.of(events.Undelivered)) > told, f"{asked!r} was neither answered nor told"
            asked = f"again, {question}"
        answers.append(call.said[-1])
    return answers


async def test_an_hour_with_six_rotations_and_twenty_cuts_loses_nothing(autojump_clock: MockClock) -> None:
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription()
    questions = [f"question {number}" for number in range(180)]
    async with calling(live, cuts(1), connection_lifetime=600.0, idle_timeout=None) as call:
        answers = await converse(call, questions)
        await trio.sleep(max(0.0, HOUR - trio.current_time()))
        assert call.session.ended is None
        left = [close for close in call.session.link.closes if close.code is None]
        assert (len(left), len(call.session.link.closes) - len(left)) == (ROTATIONS, CUTS)
        told = [event.continuation for event in call.of(events.Connected)]
        assert told == [events.Continuation.NEW, *[events.Continuation.RESUMED] * (ROTATIONS + CUTS)]
        assert max(gaps(call)) < 1.0
        whole = [event for event in call.of(events.TurnComplete) if not event.cut]
        assert len(whole) == len(questions)
    assert all(f"question {number}" in answer for number, answer in enumerate(answers))
