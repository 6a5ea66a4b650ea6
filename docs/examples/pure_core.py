"""Decisions without I/O: phases that are asked what follows from a State, and a detector that is told the time."""

from __future__ import annotations

from trio_live import Phase, State, Transition
from trio_live.phases import PhaseMachine
from trio_live.reactive import SustainedDetector


def knows_day(state: State) -> bool:
    return state.is_known("day")


def is_upset(state: State) -> bool:
    return bool(state.get("upset"))


def main() -> None:
    phases = [
        Phase("wish", instruction="Find a day.", transitions=[Transition("booking", knows_day)]),
        Phase("booking", instruction="Book it.", terminal=True),
    ]
    machine = PhaseMachine(phases, "wish", now=0.0, report=print)
    for state in (State(), State({"day": "Friday"})):
        print(f"with {state.to_dict()} the talk goes to {machine.evaluate(state)}")

    upset = SustainedDetector(is_upset, 10.0)
    for now in (0.0, 5.0, 10.0):
        print(f"at {now:4} s: {upset.check(State({'upset': True}), None, now)}")


if __name__ == "__main__":
    main()
