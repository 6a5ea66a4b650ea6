"""From what was extracted to what the program believes: one rule for each field."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, Final, Self, TypeAlias

import attrs

from trio_live._callables import answered_truth, async_problem
from trio_live._typing import Json
from trio_live._values import value
from trio_live.state import State

AcceptFn: TypeAlias = Callable[[State, Any], bool]
"""(State, the extracted value) → whether it is taken. A plain function that writes nothing."""

PRESENTED: Final = "presented:"
"""Before a concept: whether the model has presented it to the user."""


class MergePolicy(enum.Enum):
    """What happens to a value that State knows already."""

    KEEP_KNOWN = "KeepKnown"
    """It stays; the extracted one is refused."""
    OVERWRITE = "Overwrite"
    """The extracted one replaces it."""


def is_true(_: State, extracted: Json) -> bool:
    """Whether it is the boolean ``true``; a model's ``"true"`` is not."""
    return extracted is True


def is_non_empty(_: State, extracted: Json) -> bool:
    """Whether it is a text with something in it."""
    return isinstance(extracted, str) and bool(extracted.strip())


@value
class FieldPromotion:
    """How one field of an extractor's result gets into State.

    With at least one rule, only the rules write; without any, every field of the result is stored under its own name.
    A value of ``null`` is never taken. Made by one of the constructors, then refined::

        FieldPromotion.non_empty("name").to("user:name")
        FieldPromotion.true_only("accepts_terms").after_presented("terms")
    """

    field: str
    """The field of the result."""
    merge: MergePolicy = MergePolicy.OVERWRITE
    state_key: str = attrs.field(default=attrs.Factory(lambda self: self.field, takes_self=True))
    """Where it is stored."""
    conditions: tuple[AcceptFn, ...] = ()
    """All of them must hold."""

    @classmethod
    def keep_known(cls, field: str) -> Self:
        """Take the value of this ``field`` only while State knows none."""
        return cls(field, MergePolicy.KEEP_KNOWN)

    @classmethod
    def overwrite(cls, field: str) -> Self:
        """Take every value of this ``field``."""
        return cls(field)

    @classmethod
    def true_only(cls, field: str) -> Self:
        """Take nothing of this ``field`` but the boolean ``true``: what was said once stays said."""
        return cls(field, conditions=(is_true,))

    @classmethod
    def non_empty(cls, field: str) -> Self:
        """Take every text of this ``field`` that is not blank."""
        return cls(field, conditions=(is_non_empty,))

    def to(self, state_key: str) -> Self:
        """Store it under another key.

        Args:
            state_key: a whole key, with its prefix.
        """
        return attrs.evolve(self, state_key=state_key)

    def accept_when(self, condition: AcceptFn) -> Self:
        """Take it only when this holds, too.

        Args:
            condition: asked when the result is merged, with State and the value. One that raises counts as a no, and
                is reported.
        """
        return attrs.evolve(self, conditions=(*self.conditions, condition))

    def and_accept_when(self, condition: AcceptFn) -> Self:
        """The same as `accept_when`: one more ``condition``."""
        return self.accept_when(condition)

    def after_presented(self, concept: str) -> Self:
        """Take it only when the model has presented something before (``presented:{concept}``).

        An answer that comes in the very turn that leads to the phase which presents it is therefore refused.
        """

        def was_presented(state: State, _: Json) -> bool:
            return state.get(PRESENTED + concept) is True

        return self.accept_when(was_presented)

    def problems(self, where: str) -> tuple[str, ...]:
        """A sentence for each reason why this cannot work.

        Args:
            where: how the sentences call the extractor.
        """
        found = []
        field, key, conditions = _given(self.field, self.state_key, self.conditions)
        if not isinstance(field, str) or not field:
            found.append(f"{where}: a promotion rule needs the name of a field, not {field!r}")
        elif not isinstance(key, str) or not key:
            found.append(f"{where}: the rule for {field!r} needs a key to store it under, not {key!r}")
        elif owner := RUNTIME_KEYS.get(key.partition(":")[0] + ":"):
            found.append(f"{where}: {key!r} is written by {owner} alone; store {field!r} elsewhere")
        for condition in conditions:
            if not callable(condition):
                found.append(f"{where}: a condition for {field!r} is a function, not {condition!r}")
            elif problem := async_problem(condition, f"{where}: a condition for {field!r}"):
                found.append(problem)
        return tuple(found)

    def accepts(self, state: State, extracted: Json) -> bool:
        """Whether all conditions hold of the State and of what was ``extracted`` for the field.

        Raises:
            Exception: a condition's own.
        """
        return all(answered_truth(condition(state, extracted)) for condition in self.conditions)


def _given(*values: Any) -> tuple[Any, ...]:
    """What a user handed in, whatever its type was meant to be."""
    return values


RUNTIME_KEYS: Final = {
    "session:": "the runtime",
    "derived:": "the computed values",
    "state_meta:": "whatever records where a value came from",
}
"""Families of keys that no rule may name → who writes them."""

RESERVED: Final = (*RUNTIME_KEYS, PRESENTED, "repair:", "flow:", "bg:")
"""Families of keys into which no field is stored unless a rule says so: field names come from a model that was fed
with what callers say."""
