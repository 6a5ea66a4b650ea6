"""Events settled in the task that read them and events handled by the control lane: nobody can tell which was which.

The oracle knows what the server sent, in which order, and nothing of tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import trio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import (
    Frame,
    Witness,
    builder,
    call,
    call_of,
    generation_complete,
    heard,
    parts_of,
    said,
    settled,
    speech,
    tool_call,
    turn_complete,
)
from trio_live import Live, events
from trio_live.wire import FunctionCall, FunctionResponse


@attrs.frozen
class Step:
    """Something the server does, and how long it then stays silent; ``None`` sends the next in the same batch."""

    kind: str
    pause: float | None


@attrs.frozen(kw_only=True)
class Takes:
    """How long callbacks take, in seconds."""

    turn: float
    generation: float | None
    """``None``: there is no such callback."""
    function: float


SECONDS = st.sampled_from([0.0, 0.4, 1.5])
STEPS = st.builds(
    Step,
    st.sampled_from(["said", "said", "heard", "call", "speech", "generation", "turn"]),
    st.sampled_from([None, None, 0.0, 0.3, 2.0]),
)
FRAMES: dict[str, Callable[[int], Frame]] = {
    "said": lambda number: said(f"s{number} "),
    "heard": lambda number: heard(f"h{number} "),
    "call": lambda number: tool_call(call_of("look", f"c{number}")),
    "speech": lambda _: speech("START"),
    "generation": lambda _: generation_complete(),
    "turn": lambda _: turn_complete(),
}


@settings(deadline=None)
@given(
    script=st.lists(STEPS, max_size=25),
    takes=st.builds(Takes, turn=SECONDS, generation=st.none() | SECONDS, function=SECONDS),
    has_patterns=st.booleans(),
)
@example(
    script=[Step("turn", 0.3), Step("said", None), Step("call", None), Step("call", 0.0), Step("turn", 0.0)],
    takes=Takes(turn=1.5, generation=None, function=0.4),
    has_patterns=False,
)
def test_every_event_has_its_effect_in_the_order_of_the_wire(
    script: list[Step],
    takes: Takes,
    has_patterns: bool,  # noqa: FBT001  # an example of Hypothesis
) -> None:
    trio.run(perform, script, takes, has_patterns, clock=MockClock(autojump_threshold=0))


async def perform(script: Sequence[Step], takes: Takes, has_patterns: bool) -> None:  # noqa: FBT001
    done: list[str] = []
    finals: list[events.LiveEvent] = []
    async with call(agent(takes, done, has_patterns=has_patterns)) as (session, peer):
        await settled()
        Witness(parts_of(session).events, finals)
        batch: list[Frame] = []
        for number, step in enumerate(script):
            batch.append(FRAMES[step.kind](number))
            if step.pause is not None:
                await peer.send(*batch)
                batch.clear()
                await settled()
                await trio.sleep(step.pause)
        await peer.send(*batch, turn_complete())
        await trio.sleep(200)
        answers = [answer["id"] for answered in peer.answers for answer in answered]
    whole = [*script, Step("turn", None)]
    assert done == [effect for number, step in enumerate(whole) for effect in effects(step.kind, number, takes)]
    assert [words_of(finals, kind) for kind in (events.OutputTranscript, events.InputTranscript)] == [
        turns(whole, "said"),
        turns(whole, "heard"),
    ]
    assert sorted(answers) == sorted(f"c{number}" for number, step in enumerate(script) if step.kind == "call")


def agent(takes: Takes, done: list[str], *, has_patterns: bool) -> Live:
    async def answer(calls: Sequence[FunctionCall], _: object) -> list[FunctionResponse]:
        done.extend(f"call {each.id}" for each in calls)
        await trio.sleep(takes.function)
        return [FunctionResponse.of(each, {}) for each in calls]

    async def complete() -> None:
        done.append("turn")
        await trio.sleep(takes.turn)
        done.append("turn ends")

    async def generated() -> None:
        done.append("generation")
        await trio.sleep(takes.generation or 0)
        done.append("generation ends")

    async def never(*_: object) -> None:
        raise AssertionError

    live = builder().transcription().on_tool_call(answer).on_turn_complete(complete)
    live = live if takes.generation is None else live.on_generation_complete(generated)
    return live.when_turns("never", lambda _: False, turns=99, action=never) if has_patterns else live


def effects(kind: str, number: int, takes: Takes) -> list[str]:
    """What the program sees of a step, in order."""
    generation = [] if takes.generation is None else ["generation", "generation ends"]
    match kind:
        case "call":
            return [f"call c{number}"]
        case "generation":
            return generation
        case "turn":
            return [*generation, "turn", "turn ends"]
    return []


def words_of(
    seen: Sequence[events.LiveEvent], kind: type[events.OutputTranscript | events.InputTranscript]
) -> list[str]:
    """The final texts of one side."""
    return [event.text.strip() for event in seen if isinstance(event, kind) and event.is_final]


def turns(script: Sequence[Step], kind: str) -> list[str]:
    """The pieces of one side, turn for turn; turns without any are left out."""
    told, pieces = list[str](), list[str]()
    for number, step in enumerate(script):
        if step.kind == kind:
            pieces.append(f"{kind[0]}{number}")
        elif step.kind == "turn":
            told += [" ".join(pieces)] * bool(pieces)
            pieces = []
    return told
