"""What the end of a turn costs when much is declared, without any code of the user's in it.

The real session runs over memory: 20 phases with 5 transitions each, 50 watchers, 30 computed
values, 20 temporal patterns and 300 keys of state, and then half and twice as much of everything, to see how the cost
grows. The floor is the same pipeline with nothing declared.
"""

from __future__ import annotations

import time
from functools import partial
from statistics import median

import trio
import trio.testing

from benchmarks.report import Goal, Result
from benchmarks.subjects import FLOOR, OURS
from trio_live import Live, State, events
from trio_live.transport import memory_transport_pair

GOAL_US = 1000.0
KEYS = 300


async def _nothing(*_: object) -> None:
    """An action that does nothing."""


def _never(_: State) -> bool:
    return False


def declared(size: float) -> Live:
    """A builder with ``size`` times the usual amount of everything."""
    phases, transitions, watchers, computed, patterns = (round(size * n) for n in (20, 5, 50, 30, 20))
    state = State({f"app:key{index}": index for index in range(round(size * KEYS))})
    live = Live.builder().model("gemini-3.8-live").state(state)
    for index in range(phases):
        phase = live.phase(f"phase{index}").instruction(f"Do thing {index}.").needs([f"app:key{index}"])
        for step in range(transitions):
            phase = phase.transition_with(f"phase{(index + step + 1) % phases}", _never, "never")
        live = phase.with_state([f"app:key{index}"]).done()
    for index in range(watchers):
        live = live.watch(f"app:key{index}").changed_to(-1).then(_nothing)
    for index in range(computed):
        live = live.computed(f"sum{index}", [f"app:key{index}"], partial(_plus_one, f"app:key{index}"))
    for index in range(patterns):
        live = live.when_turns(f"pattern{index}", _never, 3, _nothing)
    return live.initial_phase("phase0") if phases else live


def _plus_one(key: str, state: State) -> int:
    return int(state.get(key, 0, type=int)) + 1


TURN = '{"serverContent":{"modelTurn":{"parts":[{"text":"Hm."}]},"turnComplete":true}}'
"""A turn in which something was said: one without anything is none."""


async def cost_of(live: Live, *, turns: int, rounds: int) -> list[float]:
    """CPU microseconds of one turn boundary, a sample for each round of ``turns`` turns."""
    samples: list[float] = []
    here, there = memory_transport_pair()
    await there.send(['{"setupComplete":{}}'])
    async with live.connect_with_transport(here) as session, session.events() as stream:
        for _ in range(rounds):
            await trio.testing.wait_all_tasks_blocked()
            began = time.process_time()
            await there.send([TURN] * turns)
            left = turns
            async for event in stream:
                left -= isinstance(event, events.TurnComplete)
                if not left:
                    break
            samples.append((time.process_time() - began) / turns * 1e6)
    return samples[1:]


async def measure(*, quick: bool) -> list[Result]:
    """The usual amount of declarations against none, and half and twice of it."""
    turns, rounds = (20, 5) if quick else (50, 15)
    floor = await cost_of(declared(0), turns=turns, rounds=rounds)
    costs = {size: await cost_of(declared(size), turns=turns, rounds=rounds) for size in (0.5, 1.0, 2.0)}
    half, whole, twice = (median(costs[size]) for size in (0.5, 1.0, 2.0))
    note = (
        f"The floor is a turn with nothing declared. Half of everything {half:.0f} µs, twice {twice:.0f} µs: "
        f"twice as much costs {twice / whole:.1f} times."
    )
    return [
        Result(
            name="turn boundary, much declared",
            figure="CPU",
            unit="µs",
            samples={FLOOR: floor, OURS: costs[1.0], **{f"{size} of the usual": costs[size] for size in costs}},
            goal=Goal(at_most=GOAL_US),
            note=note,
        )
    ]
