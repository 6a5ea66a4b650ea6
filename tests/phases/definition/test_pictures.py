from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phases import Phase, Transition, to_graphviz, to_mermaid
from trio_live.state import State


def yes(_state: State) -> bool:
    return True


PHASES = [
    Phase("hello", transitions=[Transition("order", yes)]),
    Phase("order", transitions=[Transition("pay", yes, 'when "done": now'), Transition("order", yes)]),
    Phase("bye", terminal=True, transitions=[Transition("hello", yes)]),
]


def test_mermaid() -> None:
    assert to_mermaid(PHASES, "hello").splitlines() == [
        "stateDiagram-v2",
        '    state "hello" as p0',
        '    state "order" as p1',
        '    state "bye" as p2',
        '    state "pay" as p3',
        "    [*] --> p0",
        "    p0 --> p1",
        "    p1 --> p3 : when #quot;done#quot;#58; now",
        "    p1 --> p1",
        "    p2 --> [*]",
    ]


def test_graphviz() -> None:
    assert to_graphviz(PHASES, "hello").splitlines() == [
        "digraph phases {",
        "    node [shape=box, style=rounded];",
        '    "hello" [style="rounded,bold"];',
        '    "order" [style="rounded"];',
        '    "bye" [style="rounded", peripheries=2];',
        '    "pay" [style="dashed"];',
        '    "hello" -> "order";',
        '    "order" -> "pay" [label="when \\"done\\": now"];',
        '    "order" -> "order";',
        "}",
    ]


def test_a_plan_without_phases_is_an_empty_picture() -> None:
    assert to_mermaid([], None) == "stateDiagram-v2\n"
    assert to_graphviz([], None).count("\n") == 3


@given(st.text(min_size=1), st.text())
def test_no_name_and_no_description_breaks_out_of_its_line(name: str, description: str) -> None:
    phases = [Phase(name, transitions=[Transition(name, yes, description)])]
    assert len(to_mermaid(phases, name).split("\n")) == 5
    assert len(to_graphviz(phases, name).split("\n")) == 6
