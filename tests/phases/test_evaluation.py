from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phases import Blocked, Phase, PhasePreparation, Ready, Transition
from trio_live.phases._internal import ErrorReporter, evaluate_transitions
from trio_live.state import State


async def _prepare(*_: object) -> None: ...


PREPARATION = PhasePreparation("load", ["k"], _prepare)


def yes(_state: State) -> bool:
    return True


def no(_state: State) -> bool:
    return False


def broken(state: State) -> bool:
    return bool(state["gone"])


def plan(*phases: Phase) -> dict[str, Phase]:
    return {phase.name: phase for phase in phases}


def test_the_first_open_way_is_taken(state: State, report: ErrorReporter) -> None:
    phases = plan(Phase("a", transitions=[Transition("b", no), Transition("c", yes), Transition("b", yes)]))
    phases |= plan(Phase("b"), Phase("c"))
    assert evaluate_transitions(phases, "a", state, report) == Ready("c", 1)


def test_a_target_that_does_not_let_in_is_passed_over(state: State, report: ErrorReporter) -> None:
    phases = plan(
        Phase("a", transitions=[Transition("b", yes), Transition("c", yes)]), Phase("b", guard=no), Phase("c")
    )
    assert evaluate_transitions(phases, "a", state, report) == Ready("c", 1)


def test_missing_requirements_without_preparation_pass_the_target_over(state: State, report: ErrorReporter) -> None:
    phases = plan(
        Phase("a", transitions=[Transition("b", yes), Transition("c", yes)]), Phase("b", requires=["k"]), Phase("c")
    )
    assert evaluate_transitions(phases, "a", state, report) == Ready("c", 1)
    state.set("k", 1)
    assert evaluate_transitions(phases, "a", state, report) == Ready("b", 0)


def test_missing_requirements_that_can_be_prepared_stop_the_scan(state: State, report: ErrorReporter) -> None:
    blocked = Phase("b", requires=["m", "k", "n"], preparations=[PREPARATION])
    phases = plan(Phase("a", transitions=[Transition("b", yes), Transition("c", yes)]), blocked, Phase("c"))
    state.set("k", 1)
    assert evaluate_transitions(phases, "a", state, report) == Blocked("b", 0, ("m", "n"))


def test_a_phase_may_lead_to_itself(state: State, report: ErrorReporter) -> None:
    assert evaluate_transitions(plan(Phase("a", transitions=[Transition("a", yes)])), "a", state, report) == Ready(
        "a", 0
    )


def test_nothing_leads_out_of_an_unknown_phase(state: State, report: ErrorReporter) -> None:
    assert evaluate_transitions(plan(Phase("a")), "z", state, report) is None


def test_p5_a_terminal_phase_yields_nothing(state: State, report: ErrorReporter) -> None:
    phases = plan(
        Phase("a", terminal=True, transitions=[Transition("b", yes), Transition("c", yes)]),
        Phase("b", requires=["k"], preparations=[PREPARATION]),
        Phase("c"),
    )
    assert evaluate_transitions(phases, "a", state, report) is None


def test_a_guard_that_raises_says_no_and_is_told_by_phase_and_index(
    state: State, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    phases = plan(
        Phase("a", transitions=[Transition("b", broken), Transition("c", yes), Transition("b", yes)]),
        Phase("b"),
        Phase("c", guard=broken),
    )
    assert evaluate_transitions(phases, "a", state, report) == Ready("b", 2)
    assert [where for where, _ in reports] == [
        "phase 'a' transition 0 (to 'b') guard",
        "phase 'a' transition 1 (to 'c') entry guard",
    ]


# Any plan whatever: guards are keys of the state, so the answer can be checked against what each key holds.

NAMES = ["a", "b", "c"]
KEYS = ["k0", "k1", "k2"]


def key_guard(key: str) -> Transition:
    return Transition("", lambda state: state.get(key) is True)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Phase]:
    def phase(name: str) -> Phase:
        ways = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(KEYS)), max_size=4))
        entry = draw(st.none() | st.sampled_from(KEYS))
        return Phase(
            name,
            transitions=[Transition(target, key_guard(key).guard) for target, key in ways],
            guard=key_guard(entry).guard if entry else None,
            requires=draw(st.lists(st.sampled_from(KEYS), unique=True)),
            preparations=[PREPARATION] if draw(st.booleans()) else [],
            terminal=draw(st.booleans()),
        )

    return plan(*(phase(name) for name in NAMES))


def is_eligible(phases: dict[str, Phase], transition: Transition, state: State) -> bool:
    target = phases[transition.target]
    return transition.guard(state) and (target.guard is None or target.guard(state))


def never(where: str, error: Exception) -> None:
    raise AssertionError(where) from error


@given(plans(), st.dictionaries(st.sampled_from(KEYS), st.sampled_from([True, False, None])))
def test_p6_p7_the_answer_is_the_first_way_that_is_open_or_preparable(
    phases: dict[str, Phase], entries: dict[str, bool | None]
) -> None:
    state = State(entries)
    answer = evaluate_transitions(phases, "a", state, never)
    ways = phases["a"].transitions
    before = len(ways)
    if phases["a"].terminal:
        assert answer is None
        return
    match answer:
        case Ready(target=target, transition_index=index):
            assert ways[index].target == target
            assert is_eligible(phases, ways[index], state)
            assert all(state.is_known(key) for key in phases[target].requires)
            before = index
        case Blocked(target=target, transition_index=index, missing=missing):
            assert ways[index].target == target
            assert is_eligible(phases, ways[index], state)
            assert missing
            assert list(missing) == [key for key in phases[target].requires if not state.is_known(key)]
            assert phases[target].preparations
            before = index
        case None:
            pass
    for way in ways[:before]:
        passed_over = phases[way.target]
        closed = not is_eligible(phases, way, state)
        assert closed or (passed_over.missing_requirements(state) and not passed_over.preparations)


@given(plans(), st.dictionaries(st.sampled_from(KEYS), st.booleans()))
def test_p4_asking_twice_gives_one_answer_and_changes_nothing(
    phases: dict[str, Phase], entries: dict[str, bool]
) -> None:
    state = State(entries)
    first = evaluate_transitions(phases, "a", state, never)
    assert evaluate_transitions(phases, "a", state, never) == first
    assert state.to_dict() == entries
    assert state.mutation_cursor() == 0
