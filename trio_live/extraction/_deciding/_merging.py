"""What becomes of a result: into State, and into the events that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from trio_live import events
from trio_live._typing import Json, JsonObject
from trio_live.extraction._deciding._extractor import TurnExtractor
from trio_live.extraction._deciding._promotion import RESERVED, FieldPromotion, MergePolicy
from trio_live.state import REDACTED, State
from trio_live.state._internal import META, json_copy

ACCEPTED: Final = "accepted"
NULL_VALUE: Final = "null value"
PREDICATE_REJECTED: Final = "predicate rejected"
KNOWN_KEPT: Final = "existing value kept"
RESERVED_KEY: Final = "reserved key"

REASONS: Final = {
    ACCEPTED: "the value stands in State",
    NULL_VALUE: "the extractor found the field, and nothing in it; what was known stays",
    PREDICATE_REJECTED: "a condition of the rule did not hold, or raised",
    KNOWN_KEPT: "State knows a value, and the rule keeps it",
    RESERVED_KEY: "without a rule, no field is stored where the runtime writes, or over the result itself",
}
"""Every ``reason`` of an `events.StatePromotion` → what it means."""

Report: TypeAlias = Callable[[str, Exception], None]


def merge(extractor: TurnExtractor, result: Json, state: State, report: Report) -> list[events.LiveEvent]:
    """Take a result into State.

    Args:
        extractor: whose result it is.
        result: what it returned.
        state: written at once, so that later conditions see it.
        report: told of a condition that raised, and where.

    Returns:
        what to tell, in order: the whole result, then what became of each field.

    Raises:
        StateError: the result is not JSON. Nothing was written.
    """
    checked = json_copy(result)
    state.set(extractor.name, checked)
    told: list[events.LiveEvent] = [events.Extraction(extractor.name, _masked(extractor, checked, state))]
    if isinstance(checked, dict):
        fields = _by_rules if extractor.promotion_rules else _flattened
        told.extend(fields(extractor, checked, state, report))
    return told


def _flattened(extractor: TurnExtractor, result: JsonObject, state: State, _: Report) -> Iterator[events.LiveEvent]:
    for field, found in result.items():
        if found is None:
            continue
        if not field or field == extractor.name or field.startswith(RESERVED):
            yield _refused(extractor, field, field, RESERVED_KEY, state.redacted(field, found))
        else:
            state.set(field, found)
            yield events.Extraction(f"{extractor.name}.{field}", state.redacted(field, found))


def _by_rules(extractor: TurnExtractor, result: JsonObject, state: State, report: Report) -> Iterator[events.LiveEvent]:
    for rule in extractor.promotion_rules:
        if rule.field not in result:
            continue
        found = result[rule.field]
        shown = _mask(rule, found, state)
        reason = _verdict(extractor, rule, found, state, report)
        if reason is not ACCEPTED:
            yield _refused(extractor, rule.field, rule.state_key, reason, shown)
            continue
        state.set(rule.state_key, found)
        state.set(META + rule.state_key, {"source": "extraction", "extractor": extractor.name, "field": rule.field})
        yield events.Extraction(f"{extractor.name}.{rule.field}", shown)
        yield events.StatePromotion(
            extractor.name, rule.field, rule.state_key, accepted=True, reason=reason, value=shown
        )


def _verdict(extractor: TurnExtractor, rule: FieldPromotion, found: Json, state: State, report: Report) -> str:
    if found is None:
        return NULL_VALUE
    try:
        if not rule.accepts(state, found):
            return PREDICATE_REJECTED
    except Exception as error:  # noqa: BLE001 - a user's function; the other fields are still to be decided
        report(f"extractor({extractor.name!r}).accept_when({rule.field!r})", error)
        return PREDICATE_REJECTED
    if rule.merge is MergePolicy.KEEP_KNOWN and state.is_known(rule.state_key):
        return KNOWN_KEPT
    return ACCEPTED


def _refused(extractor: TurnExtractor, field: str, state_key: str, reason: str, shown: Json) -> events.StatePromotion:
    return events.StatePromotion(extractor.name, field, state_key, accepted=False, reason=reason, value=shown)


def _mask(rule: FieldPromotion, found: Json, state: State) -> Json:
    return REDACTED if {rule.field, rule.state_key} & set(state.redact_keys) else found


def _masked(extractor: TurnExtractor, result: Json, state: State) -> Json:
    """The whole result as events show it: fields masked that are masked by themselves."""
    if not isinstance(result, dict):
        return state.redacted(extractor.name, result)
    hidden = set(state.redact_keys)
    if extractor.name in hidden:
        return REDACTED
    secret = {rule.field for rule in extractor.promotion_rules if {rule.field, rule.state_key} & hidden} | hidden
    return {field: REDACTED if field in secret else found for field, found in result.items()}
