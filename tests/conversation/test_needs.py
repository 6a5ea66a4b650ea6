from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.conversation import Escalate, NeedsFulfillment, NoAction, Nudge, RepairAction, RepairConfig
from trio_live.conversation._internal import ESCALATION_KEY, UNFULFILLED_KEY
from trio_live.errors import ConfigError
from trio_live.state import State

NEEDS = ("address", "phone")


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def needs() -> NeedsFulfillment:
    return NeedsFulfillment()


def turns(needs: NeedsFulfillment, state: State, count: int, phase: str = "order") -> list[RepairAction]:
    return [needs.evaluate(phase, NEEDS, state) for _ in range(count)]


def signal(state: State) -> tuple[object, object]:
    return state.get(ESCALATION_KEY), state.get(UNFULFILLED_KEY)


# The settings.


def test_the_defaults() -> None:
    assert RepairConfig() == RepairConfig(nudge_after=3, escalate_after=6)


def test_the_setters_return_new_settings() -> None:
    config = RepairConfig()
    assert config.with_nudge_after(1).with_escalate_after(2) == RepairConfig(1, 2)
    assert config == RepairConfig()


def test_counts_below_one_are_refused_together() -> None:
    with pytest.raises(ConfigError) as refusal:
        RepairConfig(nudge_after=0, escalate_after=-1)
    assert len(refusal.value.problems) == 2


@pytest.mark.parametrize(("nudge", "escalate", "warns"), [(3, 6, False), (3, 3, True), (4, 3, True)])
def test_nudges_that_never_come_are_warned_about(nudge: int, escalate: int, *, warns: bool) -> None:
    assert (RepairConfig(nudge, escalate).warning is not None) is warns


def test_every_action_is_a_repair_action() -> None:
    assert all(issubclass(kind, RepairAction) for kind in (NoAction, Nudge, Escalate))


# Counting.


def test_waits_then_nudges_then_escalates(needs: NeedsFulfillment, state: State) -> None:
    assert turns(needs, state, 7) == [
        NoAction(),
        NoAction(),
        Nudge(NEEDS, 1),
        Nudge(NEEDS, 2),
        Nudge(NEEDS, 3),
        Escalate(NEEDS, times=1),
        Escalate(NEEDS, times=2),
    ]


def test_without_needs_there_is_nothing_to_do(needs: NeedsFulfillment, state: State) -> None:
    assert {needs.evaluate("chat", (), state) for _ in range(10)} == {NoAction()}


def test_a_null_is_not_known(needs: NeedsFulfillment, state: State) -> None:
    state.set("address", "Main Street")
    state.set("phone", None)
    assert turns(needs, state, 3)[-1] == Nudge(("phone",), 1)


def test_a_computed_value_is_known(needs: NeedsFulfillment, state: State) -> None:
    state.set("derived:address", "Main Street")
    assert turns(needs, state, 3)[-1] == Nudge(("phone",), 1)


def test_missing_keys_keep_their_order(needs: NeedsFulfillment, state: State) -> None:
    keys = ("z", "a", "m")
    state.set("a", 1)
    assert [needs.evaluate("p", keys, state) for _ in range(3)][-1] == Nudge(("z", "m"), 1)


def test_the_first_nudge_alone_prompts_the_model() -> None:
    assert [Nudge(NEEDS, attempt).prompts_model for attempt in (1, 2, 3)] == [True, False, False]


def test_a_nudge_names_what_is_missing() -> None:
    assert Nudge(NEEDS, 1).line == "Still missing: address, phone. Ask for it before going on."


def test_progress_starts_the_count_again(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 2)
    state.set("phone", "123")
    assert turns(needs, state, 4) == [NoAction(), NoAction(), NoAction(), Nudge(("address",), 1)]


def test_finding_one_and_losing_another_is_progress(needs: NeedsFulfillment, state: State) -> None:
    state.set("phone", "123")
    turns(needs, state, 2)
    state.set("address", "Main Street")
    state.remove("phone")
    assert turns(needs, state, 1) == [NoAction()]


def test_losing_a_key_is_not_progress(needs: NeedsFulfillment, state: State) -> None:
    state.set("phone", "123")
    turns(needs, state, 2)
    state.remove("phone")
    assert turns(needs, state, 1) == [Nudge(NEEDS, 1)]


def test_needs_once_met_count_from_the_start_when_lost_again(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 2)
    for key in NEEDS:
        state.set(key, "x")
    turns(needs, state, 1)
    state.remove("phone")
    assert turns(needs, state, 3) == [NoAction(), NoAction(), Nudge(("phone",), 1)]


def test_each_phase_has_its_own_count(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 2, "a")
    assert turns(needs, state, 2, "b") == [NoAction(), NoAction()]
    assert turns(needs, state, 1, "a") == [Nudge(NEEDS, 1)]


# Entering and leaving.


def test_the_turn_in_which_a_phase_is_entered_does_not_count(needs: NeedsFulfillment, state: State) -> None:
    needs.transitioned("greeting", "order", state)
    assert turns(needs, state, 4) == [NoAction(), NoAction(), NoAction(), Nudge(NEEDS, 1)]


def test_coming_back_to_a_phase_starts_its_count_again(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 5)
    needs.transitioned("order", "help", state)
    needs.transitioned("help", "order", state)
    assert turns(needs, state, 4)[-2:] == [NoAction(), Nudge(NEEDS, 1)]


def test_a_transition_to_the_same_phase_enters_it_anew(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 5)
    needs.transitioned("order", "order", state)
    assert turns(needs, state, 3) == [NoAction()] * 3


def test_resetting_forgets(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 5)
    needs.reset("order")
    assert turns(needs, state, 2) == [NoAction()] * 2
    needs.reset_all()
    assert turns(needs, state, 2) == [NoAction()] * 2
    needs.reset("unheard of")


# The signal.


def test_an_escalation_is_signalled(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 5)
    assert signal(state) == (None, None)
    turns(needs, state, 1)
    assert signal(state) == (True, list(NEEDS))


def test_the_signal_is_taken_back_when_the_phase_is_left(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 6)
    needs.transitioned("order", "operator", state)
    assert not state.contains(ESCALATION_KEY)
    assert not state.contains(UNFULFILLED_KEY)


def test_the_signal_is_taken_back_when_the_needs_are_met(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 6)
    for key in NEEDS:
        state.set(key, "x")
    assert turns(needs, state, 1) == [NoAction()]
    assert signal(state) == (None, None)


def test_the_signal_is_taken_back_on_progress(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 6)
    state.set("phone", "123")
    assert turns(needs, state, 1) == [NoAction()]
    assert signal(state) == (None, None)


def test_nothing_else_is_written(needs: NeedsFulfillment, state: State) -> None:
    turns(needs, state, 5)
    assert state.to_dict() == {}
    assert state.mutation_cursor() == 0


# Whatever happens.

moves = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from("abc")),
        st.tuples(st.just("lose"), st.sampled_from("abc")),
        st.tuples(st.just("go"), st.sampled_from(["one", "two"])),
        st.tuples(st.just("turn"), st.just("")),
        st.tuples(st.just("turn"), st.just("")),
    ),
    max_size=60,
)
PHASES = {"one": ("a", "b"), "two": ("b", "c")}


@given(moves, st.integers(1, 4), st.integers(1, 6))
def test_repair_keeps_its_promises(history: list[tuple[str, str]], nudge_after: int, escalate_after: int) -> None:
    state, needs = State(), NeedsFulfillment(RepairConfig(nudge_after, escalate_after))
    phase, quiet_turns, is_fresh = "one", 0, False
    missing_before: set[str] = set()  # of the first turn nobody knows what it began with
    attempts, escalated = 0, False
    for move, what in history:
        match move:
            case "set":
                state.set(what, 1)
            case "lose":
                state.remove(what)
            case "go":
                needs.transitioned(phase, what, state)
                phase, is_fresh, quiet_turns = what, True, 0
                attempts, escalated = 0, False
            case _:
                missing = [key for key in PHASES[phase] if not state.is_known(key)]
                found_some = not is_fresh and bool(missing_before - set(missing))
                if found_some or is_fresh or not missing:
                    quiet_turns, attempts, escalated = 0, 0, False
                else:
                    quiet_turns += 1
                is_fresh, missing_before = False, set(missing)
                action = needs.evaluate(phase, PHASES[phase], state)
                match action:
                    case Nudge(unfulfilled, attempt):
                        attempts += 1
                        assert attempt == attempts
                        assert not escalated
                        assert quiet_turns >= nudge_after
                        assert list(unfulfilled) == missing != []
                    case Escalate(unfulfilled):
                        escalated = True
                        assert quiet_turns >= escalate_after
                        assert list(unfulfilled) == missing != []
                    case _:
                        assert quiet_turns < min(nudge_after, escalate_after)
                assert state.contains(ESCALATION_KEY) is state.contains(UNFULFILLED_KEY) is escalated
