from __future__ import annotations

import pytest

from tests.emulator.callers import persona
from trio_live.emulator import Call, Heard, Persona, Reply, Rule
from trio_live.emulator._persona._checks import problems_of
from trio_live.errors import ConfigError

HEARD = Heard(keywords=("x",))
SAY = Reply(say=("x",))


@pytest.mark.parametrize(
    ("subject", "path", "words"),
    [
        (
            Persona(name="p", rules=(Rule(name="a", heard=HEARD, reply=SAY), Rule(name="a", heard=HEARD, reply=SAY))),
            ("rule", 1, "name"),
            "'a' is the name of rule[1], too",
        ),
        (
            Persona(name="p", rules=(Rule(name="a", heard=HEARD, states=("mars",), reply=SAY),)),
            ("rule", 0, "in"),
            "names the state 'mars', which nothing goes to",
        ),
        (
            Persona(name="p", rules=(Rule(name="all", reply=SAY), Rule(name="b", heard=HEARD, reply=SAY))),
            ("rule", 1),
            "is never reached, because rule[1] before it hears everything",
        ),
        (
            Persona(name="p", rules=(Rule(name="a", heard=HEARD, reply=Reply(say=("x",), then=SAY)),)),
            ("rule", 0),
            "says how to go on with a call, and has no call",
        ),
        (
            Persona(name="p", rules=(Rule(name="a", heard=HEARD),)),
            ("rule", 0),
            "says nothing, calls nothing and goes nowhere; 'silent = true' means to",
        ),
        (
            Persona(name="p", default=(Reply(say=("{who}",)),)),
            ("default", 0, "say", 0),
            "uses {who}, which nothing gives",
        ),
        (
            Persona(name="p", greeting=Reply(say=("{heard:loud}",))),
            ("greeting", "say", 0),
            "uses the format 'loud', which does not exist",
        ),
        (
            Persona(
                name="p",
                rules=(
                    Rule(
                        name="a",
                        heard=HEARD,
                        reply=Reply(calls=(Call(tool="f", args={"a": "{b.c|d}"}),), then=SAY),
                    ),
                ),
            ),
            ("rule", 0, "call", 0, "args", "a"),
            "uses {b | d}, which nothing gives",
        ),
    ],
)
def test_what_does_not_fit_together_is_found(subject: Persona, path: tuple[str | int, ...], words: str) -> None:
    assert list(problems_of(subject)) == [(path, words)]


def test_values_come_from_facts_groups_arguments_tools_and_set() -> None:
    persona("""
    [facts]
    a = 1
    [[rule]]
    heard = { pattern = '(?P<b>x)' }
    set = { c = "{b}" }
    call = { tool = "d", args = { e = "{a}" } }
    then = "{a} {b} {c} {d.deep} {e} {heard} {unknown|'literal'}"
    """)


def test_inner_replies_are_checked_as_well() -> None:
    with pytest.raises(ConfigError, match=r"rule\[1\]\.then\.then\.say uses \{nobody\}"):
        persona("""
        [[rule]]
        heard = { any = true }
        call = { tool = "f" }
        [rule.then]
        call = { tool = "g" }
        then = { say = "{nobody}" }
        """)
