"""All of W1-W3 and W5-W6 at once: any mix of writers and watchers, against a model of ten lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trio_live.reactive import BecameTrue, Changed, ChangedTo, Custom, Watcher, WatcherRegistry, WatchPredicate
from trio_live.state import ABSENT, State

# Values that Python's equality would confuse, and the keys whose reads fall back to computed values.
VALUES = st.sampled_from([None, False, True, 0, 1, 1.0, 0.5, 2, "1", [], [1], [True], {"a": 1}, {"a": 1.0}])
KEYS = ["app:x", "x", "derived:x", "y", "derived:y", "turn:z"]


async def ignore(old: Any, new: Any, state: State) -> None:
    pass


def no_errors(where: str, error: Exception) -> None:
    raise AssertionError(where) from error


def canonical(value: Any) -> str:
    return "absent" if value is ABSENT else json.dumps(value, sort_keys=True)


PREDICATES: list[tuple[WatchPredicate, Callable[[str, str], bool]]] = [
    (Changed(), lambda old, new: True),
    (ChangedTo(1), lambda old, new: new == "1"),
    (BecameTrue(), lambda old, new: new == "true"),
    (Custom(lambda old, new: new == [1]), lambda old, new: new in {"[1]", "[true]"}),
]


class WatchersAgainstAModel(RuleBasedStateMachine):
    """The model: one dictionary, and for each watcher the canonical text of what its key held when last asked."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.view: State | None = None
        self.registry = WatcherRegistry(report=no_errors)
        self.entries: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self.watchers: list[tuple[Watcher, Callable[[str, str], bool]]] = []
        self.known: list[str] = []

    def read(self, key: str) -> str:
        fallback = self.entries.get(f"derived:{key}", ABSENT) if ":" not in key else ABSENT
        return canonical(self.entries.get(key, fallback))

    @initialize(key=st.sampled_from(KEYS))
    def watch_one(self, key: str) -> None:
        self.watch(key, PREDICATES[0], blocking=False)

    @rule(key=st.sampled_from(KEYS), predicate=st.sampled_from(PREDICATES), blocking=st.booleans())
    def watch(self, key: str, predicate: tuple[WatchPredicate, Callable[[str, str], bool]], *, blocking: bool) -> None:
        watcher = Watcher(key=key, predicate=predicate[0], action=ignore, blocking=blocking)
        self.registry.add(watcher, self.state)
        self.watchers.append((watcher, predicate[1]))
        self.known.append(self.read(key))

    @rule(key=st.sampled_from(KEYS), value=VALUES)
    def put(self, key: str, value: Any) -> None:
        self.state.set(key, value)
        self.entries[key] = value

    @rule(key=st.sampled_from(KEYS))
    def remove(self, key: str) -> None:
        self.state.remove(key)
        self.entries.pop(key, None)

    @rule(key=st.sampled_from(KEYS), value=VALUES | st.just(ABSENT))
    def write_in_a_view(self, key: str, value: Any) -> None:
        self.view = self.view or self.state.with_delta_tracking()
        if value is ABSENT:
            if key in self.pending or key in self.entries:
                self.pending[key] = ABSENT
            self.view.remove(key)
        else:
            self.view.set(key, value)
            self.pending[key] = value

    @precondition(lambda self: self.view)
    @rule(keep=st.booleans())
    def end_the_view(self, *, keep: bool) -> None:
        assert self.view is not None
        if keep:
            self.view.commit()
            for key, value in self.pending.items():
                self.entries[key] = value
                if value is ABSENT:
                    del self.entries[key]
        else:
            self.view.rollback()
        self.view = None
        self.pending.clear()

    @rule()
    def drain(self) -> None:
        self.state.drain_mutations()

    @rule()
    def rebase(self) -> None:
        self.registry.rebase(self.state)
        self.known = [self.read(watcher.key) for watcher, _ in self.watchers]

    @rule()
    def evaluate(self) -> None:
        expected = []
        keys = list(dict.fromkeys(watcher.key for watcher, _ in self.watchers))
        for number, (watcher, holds) in enumerate(self.watchers):
            old, new = self.known[number], self.read(watcher.key)
            if old != new and holds(old, new):
                sides = ["null" if side == "absent" else side for side in (old, new)]
                expected.append((not watcher.blocking, keys.index(watcher.key), number, id(watcher), *sides))
        self.known = [self.read(watcher.key) for watcher, _ in self.watchers]
        fired = [
            (id(firing.watcher), canonical(firing.old), canonical(firing.new))
            for firing in self.registry.evaluate(self.state)
        ]
        assert fired == [row[3:] for row in sorted(expected)]

    @invariant()
    def the_registry_lists_all_watchers(self) -> None:
        assert len(self.registry) == len(self.watchers)


TestWatchersAgainstAModel = WatchersAgainstAModel.TestCase
