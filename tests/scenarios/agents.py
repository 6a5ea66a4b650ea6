"""Random small agents, and random courses of a conversation."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from hypothesis import strategies as st

from tests.scenarios.oracle import Place

GUARDS = ("g0", "g1", "g2")
FACTS = ("f0", "f1")
TOOLS = ("order", "pay")
SWITCHES = (*GUARDS, *FACTS, "urgent", "amend", "template")
NAMES = ("p0", "p1", "p2")


@attrs.frozen
class Plan:
    """One phase of a random agent."""

    place: Place
    ways: tuple[tuple[str, str], ...]
    """Target and guard key."""
    requires: tuple[str, ...]
    preparation: str | None
    """The fact it finds; raises when that is not one."""
    terminal: bool
    hooks_fail: bool


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


def plans(name: str) -> st.SearchStrategy[Plan]:
    flag = st.sampled_from([False, False, True])
    place = st.builds(
        Place, st.just(name), tools=st.none() | some(TOOLS), needs=some(FACTS), prompts=flag, thought=flag
    )
    way = st.tuples(st.sampled_from(NAMES), st.sampled_from((*GUARDS, "repair:escalation")))
    return st.builds(
        Plan,
        place=place,
        ways=st.lists(way, max_size=3).map(tuple),
        requires=some(FACTS),
        preparation=st.none() | st.sampled_from((*FACTS, "fails")),
        terminal=st.sampled_from([False] * 5 + [True]),
        hooks_fail=flag,
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("switch"), st.sampled_from(SWITCHES)),
        st.sampled_from([("turn",), ("turn",), ("words",), ("soft",), ("interruption",), ("drained",)]),
        st.tuples(st.just("tools"), st.lists(st.sampled_from(TOOLS), min_size=1, max_size=3)),
        st.tuples(st.just("text"), st.sampled_from(["hi", "ho"])),
        st.tuples(st.just("update"), st.sampled_from(["Be p0.", "Be mine."])),
    ),
    min_size=3,
    max_size=25,
)
