from __future__ import annotations

from trio_live.state import JournalGap, MutationOrigin, State


def test_the_journal_is_shared_by_all_views() -> None:
    state = State()
    view = state.with_delta_tracking()
    state.set("a", 1)
    view.set("a", 2)
    assert [(m.sequence, m.old, m.new, m.delta) for m in view.recent_mutations()] == [
        (1, state.recent_mutations()[0].old, 1, False),
        (2, 1, 2, True),
    ]
    assert state.mutation_cursor() == view.mutation_cursor() == 2


def test_the_old_value_on_record_is_the_exact_keys_and_not_the_computed_one() -> None:
    state = State({"derived:risk": 0.9})
    state.set("risk", 0.1)
    assert repr(state.recent_mutations()[0].old) == "ABSENT"
    state.with_delta_tracking().remove("risk")
    assert state.recent_mutations()[-1].old == 0.1


def test_changing_a_record_changes_neither_store_nor_journal() -> None:
    state = State()
    state.set("a", {"b": [1]})
    record = state.recent_mutations()[0].new
    assert isinstance(record, dict)
    record["b"].append(2)
    assert state["a"] == state.recent_mutations()[0].new == {"b": [1]}


def test_draining_returns_and_empties() -> None:
    state = State()
    state.set("a", 1)
    assert [mutation.key for mutation in state.drain_mutations()] == ["a"]
    assert state.drain_mutations() == []
    assert state.mutation_cursor() == 1
    assert state.mutations_since(0) == []
    assert state.try_mutations_since(0) == JournalGap(cursor=0, dropped=1, oldest_sequence=2)


def test_evidence_names_the_source_the_confidence_and_the_newest_change() -> None:
    state = State()
    state.set("name", "Ada")
    state.set("state_meta:name", {"source": "extraction", "confidence": 0.8, "extractor": "E", "field": "name"})
    evidence = state.evidence("name")
    assert (evidence.present, evidence.value, evidence.source, evidence.confidence) == (True, "Ada", "extraction", 0.8)
    assert (evidence.last_sequence, evidence.last_origin) == (1, MutationOrigin.SET)


def test_evidence_reads_computed_values_but_counts_only_the_exact_keys_changes() -> None:
    state = State()
    state.set("derived:risk", [1])
    evidence = state.evidence("risk")
    assert (evidence.present, evidence.value, evidence.last_sequence) == (True, [1], None)
    evidence.value.append(2)
    assert state["risk"] == [1]
