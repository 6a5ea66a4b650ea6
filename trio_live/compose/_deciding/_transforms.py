"""Transformations of a State as values, put one after the other with ``>>``; and questions about one.

A transformation is a function from the keys of a State to other keys. It sees every key but those of the session and
what is computed, and changes all it likes at one instant: whoever reads sees the State before it, or after it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from trio_live._callables import answered_truth
from trio_live._typing import Json, JsonObject
from trio_live._values import value
from trio_live.errors import AgentError, AgentErrorKind, ConfigError
from trio_live.state import ABSENT, State
from trio_live.tools._internal import fit

logger = logging.getLogger("trio_live.compose")

Entries: TypeAlias = JsonObject
"""Key → value."""
Step: TypeAlias = Callable[[Entries], Entries]
Reads: TypeAlias = "Mapping[str, Json] | State"
"""What a predicate is asked about: a State, or the entries that a transformation sees."""
Predicate: TypeAlias = Callable[[Any], bool]

RESERVED: Final = ("session:", "derived:", "state_meta:", "presented:", "repair:", "flow:")
"""What a transformation neither sees nor writes: the session keeps these."""
UNKNOWN: Final = "_unknown"
"""The group of what belongs to none."""


@value
class StateTransform:
    """Some transformations, one after the other. ``a >> b`` is both, and changes neither."""

    steps: tuple[tuple[str, Step], ...] = ()
    """Each with its name."""

    def __call__(self, entries: Mapping[str, Json]) -> Entries:
        """What it makes of some entries, which stay as they are.

        Raises:
            AgentError: a condition does not hold.
        """
        made = dict(entries)
        for name, step in self.steps:
            made = step(dict(made))
            if not isinstance(made, dict):
                raise AgentError(f"S.{name} gave back no entries", kind=AgentErrorKind.SHAPE)
        return made

    def apply_to(self, state: State) -> list[str]:
        """Transform a State, at one instant; returns the keys that changed.

        Raises:
            AgentError: a condition does not hold; nothing has changed then.
            StateError: it makes what the State refuses.
        """
        seen = {key: each for key, each in state.snapshot_values(state.keys()).items() if not key.startswith(RESERVED)}
        made = self(seen)
        if refused := [key for key in made if key.startswith(RESERVED)]:
            raise AgentError(f"{refused[0]!r} is a key of the session, which no transformation writes")
        return state.update({**dict.fromkeys(seen.keys() - made.keys(), ABSENT), **made})

    def __rshift__(self, other: StateTransform) -> StateTransform:
        if not isinstance(other, StateTransform):
            return NotImplemented  # an agent takes it from here
        return StateTransform(self.steps + other.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        return " >> ".join(f"S.{name}" for name, _ in self.steps) or "S.identity"


def _step(name: str, step: Step) -> StateTransform:
    return StateTransform(((name, step),))


def _refuse(text: str) -> AgentError:
    return AgentError(text, kind=AgentErrorKind.REFUSED)


class S:
    """Makes transformations of a State: ``S.require("name") >> S.rename({"name": "caller"}) >> S.counter("calls")``."""

    @staticmethod
    def identity() -> StateTransform:
        """Nothing changes."""
        return StateTransform()

    @staticmethod
    def pick(*keys: str) -> StateTransform:
        """Of the keys without a prefix only these stay."""
        return _step("pick", lambda e: {key: each for key, each in e.items() if key in keys or ":" in key})

    @staticmethod
    def drop(*keys: str) -> StateTransform:
        """These keys go."""
        return _step("drop", lambda e: {key: each for key, each in e.items() if key not in keys})

    @staticmethod
    def rename(names: Mapping[str, str]) -> StateTransform:
        """Old name → new name, all at once; what is not there is passed over, and what has a new name already is replaced."""

        def step(e: Entries) -> Entries:
            renamed = {new: e[old] for old, new in names.items() if old in e}
            return {**{key: each for key, each in e.items() if key not in names}, **renamed}

        return _step("rename", step)

    @staticmethod
    def merge(keys: Iterable[str], into: str) -> StateTransform:
        """Those of these keys that are there become one object, under the key ``into``."""
        wanted = tuple(keys)

        def step(e: Entries) -> Entries:
            merged = {key: e.pop(key) for key in wanted if key in e}
            return {**e, into: merged}

        return _step("merge", step)

    @staticmethod
    def defaults(values: Mapping[str, Json]) -> StateTransform:
        """Values for keys that hold nothing."""
        return _step("defaults", lambda e: {**values, **e})

    @staticmethod
    def set(key: str, new: Json) -> StateTransform:
        """A value."""
        return _step("set", lambda e: {**e, key: new})

    @staticmethod
    def map(function: Step) -> StateTransform:
        """What the function makes of all entries."""
        return _step("map", function)

    @staticmethod
    def transform(key: str, function: Callable[[Json], Json]) -> StateTransform:
        """What the function makes of one value; nothing where there is none."""
        return _step("transform", lambda e: {**e, key: function(e[key])} if key in e else e)

    @staticmethod
    def compute(key: str, function: Callable[[Entries], Json]) -> StateTransform:
        """A value that the function makes of all entries."""
        return _step("compute", lambda e: {**e, key: function(e)})

    @staticmethod
    def flatten(key: str) -> StateTransform:
        """The fields of an object become keys ``<key>.<field>``; what is no object stays."""

        def step(e: Entries) -> Entries:
            held = e.get(key)
            if not isinstance(held, dict):
                return e
            del e[key]
            return {**e, **{f"{key}.{field}": each for field, each in held.items()}}

        return _step("flatten", step)

    @staticmethod
    def unflatten(key: str) -> StateTransform:
        """Keys ``<key>.<field>`` become the fields of one object."""

        def step(e: Entries) -> Entries:
            fields = {each.removeprefix(f"{key}."): e.pop(each) for each in [*e] if each.startswith(f"{key}.")}
            return {**e, key: fields} if fields else e

        return _step("unflatten", step)

    @staticmethod
    def accumulate(source: str, into: str) -> StateTransform:
        """The value under ``source``, if there is one, is put at the end of the list under ``into``."""
        return _step("accumulate", lambda e: {**e, into: [*_list(e.get(into)), e[source]]} if source in e else e)

    @staticmethod
    def counter(key: str, by: float = 1) -> StateTransform:
        """A number grows ``by`` so much; what is no number counts as 0."""
        return _step("counter", lambda e: {**e, key: _number(e.get(key)) + by})

    @staticmethod
    def history(key: str, most: int) -> StateTransform:
        """The last values of a key, at ``most`` so many, newest last, under ``<key>_history``.

        Raises:
            ConfigError: the number is not above 0.
        """
        if most < 1:
            raise ConfigError(f"S.history keeps at least 1 value, not {most!r}")
        into = f"{key}_history"
        return _step("history", lambda e: {**e, into: [*_list(e.get(into)), e[key]][-most:]} if key in e else e)

    @staticmethod
    def zip(keys: Iterable[str], into: str) -> StateTransform:
        """Lists become one list of rows ``into`` a key, as long as the shortest; nothing where one of them is no list."""
        wanted = tuple(keys)

        def step(e: Entries) -> Entries:
            columns = [e.get(key) for key in wanted]
            if not all(isinstance(each, list) for each in columns):
                return e
            return {**e, into: [list(row) for row in zip(*columns, strict=False)]}

        return _step("zip", step)

    @staticmethod
    def group_by(source: str, field: str, into: str) -> StateTransform:
        """A list of objects becomes an object of lists, by a field; those without it go under ``_unknown``.

        The list is read under ``source``, what becomes of it written under ``into``.
        """

        def step(e: Entries) -> Entries:
            groups: dict[str, list[Json]] = {}
            for item in _list(e.get(source)):
                held = item.get(field) if isinstance(item, dict) else None
                groups.setdefault(held if isinstance(held, str) else UNKNOWN, []).append(item)
            return {**e, into: groups}

        return _step("group_by", step)

    @staticmethod
    def require(*keys: str) -> StateTransform:
        """Nothing changes; these keys must be known, or it fails with an `AgentError`."""

        def step(e: Entries) -> Entries:
            if missing := [key for key in keys if e.get(key) is None]:
                raise _refuse(f"required and not known: {', '.join(missing)}")
            return e

        return _step("require", step)

    @staticmethod
    def guard(predicate: Predicate, message: str) -> StateTransform:
        """Nothing changes; the predicate must hold, or it fails with an `AgentError` that says the message."""

        def step(e: Entries) -> Entries:
            if not answered_truth(predicate(e)):
                raise _refuse(message)
            return e

        return _step("guard", step)

    @staticmethod
    def validate(schema: JsonObject) -> StateTransform:
        """Nothing changes; the entries must fit a JSON Schema of an object, or it fails and names every place."""

        def step(e: Entries) -> Entries:
            _, problems = fit({key: e[key] for key in schema.get("properties", {}) if key in e}, schema)
            if problems:
                raise _refuse("; ".join(problems))
            return e

        return _step("validate", step)

    @staticmethod
    def when(predicate: Predicate, then: StateTransform) -> StateTransform:
        """The transformation ``then``, if the predicate holds."""
        return S.branch(predicate, then, StateTransform())

    @staticmethod
    def branch(predicate: Predicate, then: StateTransform, otherwise: StateTransform) -> StateTransform:
        """``then`` where the predicate of the entries holds, ``otherwise`` where it does not."""
        return _step("branch", lambda e: (then if answered_truth(predicate(e)) else otherwise)(e))

    @staticmethod
    def log(*keys: str) -> StateTransform:
        """Nothing changes; the values of these keys, or the names of all, are logged."""

        def step(e: Entries) -> Entries:
            logger.info("state: %s", {key: e.get(key) for key in keys} if keys else sorted(e))
            return e

        return _step("log", step)

    # -- questions ------------------------------------------------------------------------------------------------

    @staticmethod
    def is_set(key: str) -> Callable[[Reads], bool]:
        """Whether the key holds something else than ``null``. For guards, routes and transformations."""
        return lambda state: state.get(key) is not None

    @staticmethod
    def is_true(key: str) -> Callable[[Reads], bool]:
        """Whether the key holds ``true``; no other value counts."""
        return lambda state: state.get(key) is True

    @staticmethod
    def eq(key: str, text: str) -> Callable[[Reads], bool]:
        """Whether the key holds this text."""
        return lambda state: state.get(key) == text

    @staticmethod
    def one_of(key: str, texts: Iterable[str]) -> Callable[[Reads], bool]:
        """Whether the key holds one of these texts."""
        wanted = tuple(texts)
        return lambda state: state.get(key) in wanted


def _list(held: Json) -> list[Json]:
    return held if isinstance(held, list) else []


def _number(held: Json) -> float:
    return held if type(held) in {int, float} else 0
