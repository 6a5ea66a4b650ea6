"""A persona beside an agent: what it expects and will not find there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from trio_live import Live
from trio_live.contract import RuntimeContract
from trio_live.emulator import check_persona
from trio_live.tools import StdioServer


async def book(date: str, guests: int, place: Literal["inside", "outside"] = "inside") -> str:
    """Book a table."""
    return f"{date}{guests}{place}"


async def cancel() -> str:
    """Cancel it."""
    return ""


AGENT = Live.builder().tools(book, cancel)
RULE = """\
name = "p"
[facts]
house = "Rosa"
many = 4
[[rule]]
heard = { pattern = '(?P<date>friday) (?P<count>\\w+)' }
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(text: str, against: Live | RuntimeContract = AGENT) -> list[str]:
    Path("p.toml").write_text(text, encoding="utf-8")
    assert check_persona("p.toml") == []
    return check_persona("p.toml", against)


def told_of(args: str) -> list[str]:
    return [
        each.partition("does not fit 'book': ")[2] for each in told(f'{RULE}call = {{ tool = "book", args = {args} }}')
    ]


def test_a_persona_that_fits_has_nothing_said_about_it() -> None:
    args = '{ date = "on {date}", guests = "{count:int}", place = "inside" }'
    calls = f'calls = [{{ tool = "book", args = {args} }}, {{ tool = "cancel" }}]'
    assert told(f"{RULE}{calls}") == []
    assert told(f"{RULE}{calls}", AGENT.describe_contract()) == []


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("bok", "did you mean 'book'?"),
        ("pay_by_card", "it declares book, cancel"),
    ],
)
def test_a_function_that_is_not_declared_is_told_with_its_line(name: str, what: str) -> None:
    (problem,) = told(f'{RULE}call = {{ tool = "{name}" }}')
    assert problem == f"p.toml:7: rule[1].call.tool is {name!r}, which the agent does not declare; {what}"


def test_a_call_that_can_do_without_its_function_may_name_any() -> None:
    assert told(f'{RULE}call = {{ tool = "pay" }}\nwithout_tool = "Sorry."') == []


def test_functions_of_servers_are_not_known_yet() -> None:
    live = AGENT.mcp(StdioServer(["weather"]))
    assert told(f'{RULE}call = {{ tool = "forecast" }}', live) == []
    assert told(f'{RULE}call = {{ tool = "cancel", args = {{ day = 1 }} }}', live) != []


@pytest.mark.parametrize(
    ("args", "problems"),
    [
        ('{ date = "x", guests = 2 }', []),
        ('{ date = "{house}", guests = "{many}" }', []),
        ('{ date = "x" }', ["guests is missing"]),
        ('{ date = "x", guests = 2, day = 1 }', ["day is not known; the function takes date, guests, place"]),
        ('{ date = "x", guests = "two" }', ["guests must be an integer, not 'two'"]),
        ('{ date = "x", guests = "{count}" }', ["guests must be an integer, not '{count}'"]),
        ('{ date = "x", guests = "{count:number}" }', ["guests must be an integer, not 1.5"]),
        ('{ date = "{count:int}", guests = 1 }', ["date must be a string, not 1"]),
        ('{ date = "x", guests = 2, place = "roof" }', ["place must be one of 'inside', 'outside', not 'roof'"]),
        ('{ date = "x", guests = 2, place = "{count}" }', []),
        ('{ date = "{house|many}", guests = "{many|house}" }', []),
        ('{ date = ["{date}"], guests = 1 }', ["date must be a string, not ['{date}']"]),
        ("{ }", ["date is missing", "guests is missing"]),
    ],
)
def test_arguments_are_looked_at_as_far_as_they_are_known(args: str, problems: list[str]) -> None:
    assert told_of(args) == problems


def test_an_argument_is_told_where_it_stands() -> None:
    (problem,) = told(f'{RULE}then = "{{book}}"\n[rule.call]\ntool = "book"\nargs.date = "x"\nargs.guests = "two"')
    assert problem.startswith("p.toml:11: rule[1].call.args.guests does not fit 'book': ")


def test_schemas_given_by_hand_count_in_either_spelling() -> None:
    asked = {"type": "OBJECT", "properties": {"n": {"type": "INTEGER", "nullable": True}}, "required": ["n"]}
    for field in ("parameters", "parametersJsonSchema"):
        live = Live.builder().add_tool({"name": "f", field: asked})
        (problem,) = told(f'{RULE}call = {{ tool = "f", args = {{ n = "x" }} }}', live)
        assert "n must be an integer" in problem


def test_a_function_that_no_phase_enables_is_told() -> None:
    live = AGENT.phase("a").instruction("x").tools(["book"]).done().initial_phase("a")
    (problem,) = told(f'{RULE}call = {{ tool = "cancel" }}', live)
    assert problem.endswith("rule[1].call.tool is 'cancel', which no phase of the agent enables")
    assert told(f'{RULE}call = {{ tool = "cancel" }}', live.phase("b").instruction("x").done()) == []


def test_of_several_agents_each_brings_its_functions_and_all_may_hand_over() -> None:
    live = Live.builder()
    live = live.agent("desk", Live.builder().tools(cancel), "first").agent(
        "table", Live.builder().tools(book), "second"
    )
    assert told(f'{RULE}calls = [{{ tool = "cancel" }}, {{ tool = "transfer_to", args.agent = "table" }}]', live) == []
    (problem,) = told(f'{RULE}call = {{ tool = "transfer_to", args.agent = "kitchen" }}', live)
    assert "agent must be one of 'desk', 'table', not 'kitchen'" in problem


WAITS = 'name = "p"\n[[on_context_update]]\nheard = { keywords = "farewell" }\nsilent = true'


def test_words_that_no_instruction_holds_are_never_heard() -> None:
    live = AGENT.instruction("Be kind.").phase("a").instruction("Greet.").done().initial_phase("a")
    (problem,) = told(WAITS, live)
    assert problem == "p.toml:3: on_context_update[1].heard waits for words that stand in no instruction of the agent"
    assert told(WAITS, live.phase("b").instruction("Say farewell.").done()) == []
    assert told(WAITS.replace("keywords", "exact"), live) == [problem]


@pytest.mark.parametrize(
    "live",
    [
        AGENT.describe_contract(),
        AGENT.phase("a").dynamic_instruction(lambda _: "farewell").done(),
        AGENT.phase("a").instruction("x").with_context(lambda _: "farewell").done(),
        AGENT.instruction_template(lambda _: "farewell"),
    ],
)
def test_where_instructions_are_made_later_nothing_is_said_of_words(live: Live | RuntimeContract) -> None:
    assert told(WAITS, live) == []


def test_a_persona_with_mistakes_of_its_own_is_told_those_first() -> None:
    Path("p.toml").write_text(f'{RULE}clal = {{ tool = "nope" }}', encoding="utf-8")
    (problem,) = check_persona("p.toml", AGENT)
    assert "clal is not known" in problem


def test_what_follows_from_a_misspelt_function_is_not_told() -> None:
    Path("p.toml").write_text(f'{RULE}call = {{ tool = "cancle" }}\nthen = "{{cancel}}"', encoding="utf-8")
    assert len(check_persona("p.toml")) == 1, "without an agent it is a value that nothing gives"
    (problem,) = check_persona("p.toml", AGENT)
    assert "did you mean 'cancel'?" in problem


def test_a_bundled_persona_is_named() -> None:
    assert check_persona("front_desk") == []
    assert all("front_desk.toml" in each for each in check_persona("front_desk", AGENT))
