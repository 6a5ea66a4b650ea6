from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.persona.test_recordings import record
from trio_live.emulator import (
    Greets,
    Line,
    Occasion,
    Persona,
    Reply,
    bundled_persona,
    bundled_personas,
    load_persona,
    parse_persona,
)
from trio_live.emulator._persona._recordings import voice_bank_of
from trio_live.errors import ConfigError

FULL = """\
name = "everything"
description = "Uses every key."
initial = "begin"
utterances = ["one", "two"]
repeat_utterances = true
thought = "Hm."
words_per_delta = 3

[facts]
shop = "Corner Shop"
numbers = [1, 2]

[greeting]
when = "connected"
say = "Hello from {shop}."
delay = 0.25

[[rule]]
name = "first"
heard = { exact = ["a", "b"], keywords = "c", pattern = '(?P<x>\\w+)' }
in = "begin"
once = true
thought = "Oh."
set = { y = "{x}!" }
goto = "middle"
call = { tool = "f", args = { x = "{x}" } }
then = "Done."
on_error = ["Not", "done."]

[rule.without_tool]
say = "No f."
goto = "begin"

[[rule]]
heard = { any = true }
in = ["middle", "begin"]
say = ["{f}", "{y}"]
call = [{ tool = "g" }, { tool = "h" }]

[[default]]
say = "What?"

[[default]]
say = "Pardon?"
"""


MATCHERS = "rule[1].heard must hold at least one of any, exact, keywords, pattern, and nothing else beside 'any'"
BROKEN_PATTERN = "rule[2].heard.pattern is no regular expression: missing ), unterminated subpattern at position 0"


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as raised:
        parse_persona(text, name="p.toml")
    return raised.value.problems


def test_every_key_is_read() -> None:
    persona = parse_persona(FULL)
    first, second = persona.rules
    assert (persona.name, persona.description, persona.initial) == ("everything", "Uses every key.", "begin")
    assert (persona.utterances, persona.repeat_utterances) == (("one", "two"), True)
    assert (persona.thought, persona.words_per_delta) == ("Hm.", 3)
    assert persona.facts == {"shop": "Corner Shop", "numbers": [1, 2]}
    assert persona.greets is Greets.CONNECTED
    assert persona.greeting == Reply(say=("Hello from {shop}.",), delay=0.25)
    assert persona.default == (Reply(say=("What?",)), Reply(say=("Pardon?",)))
    assert (first.name, first.states, first.once) == ("first", ("begin",), True)
    assert (first.heard.exact, first.heard.keywords) == (("a", "b"), ("c",))
    assert first.heard.pattern is not None
    assert first.heard.pattern.search("HELLO")
    assert first.reply.thought == "Oh."
    assert first.reply.values == {"y": "{x}!"}
    assert first.reply.goto == "middle"
    assert [(call.tool, call.args) for call in first.reply.calls] == [("f", {"x": "{x}"})]
    assert first.reply.then == Reply(say=("Done.",))
    assert first.reply.on_error == Reply(say=("Not", "done."))
    assert first.reply.without_tool == Reply(say=("No f.",), goto="begin")
    assert (second.name, second.states) == ("rule[2]", ("middle", "begin"))
    assert [call.tool for call in second.reply.calls] == ["g", "h"]


def test_a_name_is_enough() -> None:
    assert parse_persona('name = "short"') == Persona(name="short")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "p.toml:1: 'name' is missing"),
        ('name = "x"\nnmae = "y"', "p.toml:2: nmae is not known; did you mean 'name'?"),
        ("name = 5", "p.toml:1: name must be a string, not 5"),
        ('name = "x"\nutterances = ["a", 5]', "p.toml:2: utterances[2] must be a string, not 5"),
        ('name = "x"\nwords_per_delta = 0', "p.toml:2: words_per_delta must be a whole number of at least 1, not 0"),
        (
            'name = "x"\nwords_per_delta = true',
            "p.toml:2: words_per_delta must be a whole number of at least 1, not True",
        ),
        ('name = "x"\nrepeat_utterances = 1', "p.toml:2: repeat_utterances must be true or false, not 1"),
        ('name = "x"\nvoice = "no/where"', "p.toml:2: voice names 'no/where', which is no directory"),
        ('name = "x"\nfacts = 1', "p.toml:2: facts must be a table, not 1"),
        (
            'name = "x"\n[greeting]\nwhen = "never"\nsay = "x"',
            "p.toml:3: greeting.when must be one of asked, connected, not 'never'",
        ),
        ('name = "x"\n[[rule]]\nsay = "x"', "p.toml:2: rule[1] 'heard' is missing; { any = true } hears everything"),
        (
            'name = "x"\n[[rule]]\nheard = {}\nsay = "x"',
            f"p.toml:3: {MATCHERS}",
        ),
        (
            'name = "x"\n[[rule]]\nheard = { any = true, exact = "x" }\nsay = "x"',
            f"p.toml:3: {MATCHERS}",
        ),
        (
            'name = "x"\n\n[[rule]]\nheard = { any = true }\nsay = "x"\n\n[[rule]]\nheard.pattern = "("\nsay = "x"',
            f"p.toml:8: {BROKEN_PATTERN}",
        ),
        (
            'name = "x"\n[[rule]]\nheard = { any = true }\ncall = { args = {} }',
            "p.toml:4: rule[1].call 'tool' is missing",
        ),
        (
            'name = "x"\n[[rule]]\nheard = { any = true }\ncall = ["f"]',
            "p.toml:4: rule[1].call[1] must be a table, not 'f'",
        ),
        ('name = "x"\nrule = 1', "p.toml:2: rule must be a table or a list of tables, not 1"),
        (
            'name = "x"\n[[rule]]\nheard = { any = true }\ncall = { tool = "f" }\nthen = { say = "y", sya = "z" }',
            "p.toml:5: rule[1].then.sya is not known; did you mean 'say'?",
        ),
        (
            'name = "x"\n[[default]]\nsay = "x"\ndelay = -1',
            "p.toml:4: default[1].delay must be a number of at least 0, not -1",
        ),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(text: str, problem: str) -> None:
    assert problem in problems(text)


def test_reactions_are_read() -> None:
    persona = parse_persona("""
    name = "x"
    on_image = { say = "Oh.", once = true, in = "start" }
    [[on_silence]]
    after = 2.5
    say = { text = "Well?", pause = 1 }
    [[on_silence]]
    name = "gives up"
    after = 5
    silent = true
    """)
    silence, gives_up, image = persona.reactions
    assert (image.occasion, image.once, image.states) == (Occasion.IMAGE, True, ("start",))
    assert (silence.name, silence.after) == ("on_silence[1]", 2.5)
    assert silence.reply.say == (Line("Well?", pause=1),)
    assert (gives_up.name, gives_up.reply.silent) == ("gives up", True)


def test_a_recording_stands_beside_the_file(tmp_path: Path) -> None:
    record(tmp_path / "x.wav", b"\1\0" * 100)
    (tmp_path / "p.toml").write_text('name = "p"\n[[default]]\nsay = { text = "Hm.", wav = "x.wav" }')
    persona = load_persona(tmp_path / "p.toml")
    assert persona.default[0].say == (Line("Hm.", tmp_path / "x.wav"),)
    assert voice_bank_of(persona).find("hm") == b"\1\0" * 100


def test_all_mistakes_are_told_at_once() -> None:
    told = problems('name = 1\n[[rule]]\nheard.any = true\nsay = 5\n[[default]]\nsay = "{nobody}"')
    assert [each.split()[1] for each in told] == ["name", "rule[1].say", "default[1].say"]


RULE = 'name = "x"\n[[rule]]\nheard = { any = true }\n'
WAITS = 'name = "waits"\nheard = { any = true }\nin = "waiting"\nsay = "{food}"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('nmae = "x"', "1: nmae is not known; did you mean 'name'?"),
        (
            'name = "x"\n[[rule]]\nhaerd = { any = true }\nsay = "x"',
            "3: rule[1].haerd is not known; did you mean 'heard'?",
        ),
        (
            'name = "x"\n[[rule]]\nhaerd = { exact = "a" }\nsay = "x"\n[[rule]]\nheard = { any = true }\nsay = "y"',
            "3: rule[1].haerd is not known; did you mean 'heard'?",
        ),
        (
            'name = "x"\n[[rule]]\nheard = { keyword = "a" }\nsay = "x"',
            "3: rule[1].heard.keyword is not known; did you mean 'keywords'?",
        ),
        ('name = "x"\n[[rule]]\nheard = { exact = 5 }\nsay = "x"', "3: rule[1].heard.exact must be a string or a list"),
        (f'{RULE}sya = "x"', "4: rule[1].sya is not known; did you mean 'say'?"),
        (
            f'{RULE}say = "x"\ngotoo = "waiting"\n[[rule]]\n{WAITS}'.replace("{food}", "x"),
            "5: rule[1].gotoo is not known",
        ),
        (
            f'{RULE}in = "start"\ngoto = "waiting"\nsett = {{ food = "x" }}\n[[rule]]\n{WAITS}',
            "6: rule[1].sett is not known",
        ),
        (
            f'{RULE}clal = {{ tool = "f" }}\nthen = "{{f}}"',
            "4: rule[1].clal is not known; did you mean 'call'?",
        ),
        (f'{RULE}call = {{ tol = "f" }}\nthen = "{{f}}"', "4: rule[1].call.tol is not known; did you mean 'tool'?"),
        (
            f'{RULE}calls = [{{ tool = "f", az = "a" }}, {{ tool = "f" }}]\nthen = "x"',
            "4: rule[1].calls[1].az is not known",
        ),
        ('name = "x"\n[[default]]\nsay = { txt = "x" }', "3: default[1].say.txt is not known; did you mean 'text'?"),
        (
            'name = "x"\n[[on_silence]]\nafer = 2\nsay = "x"',
            "3: on_silence[1].afer is not known; did you mean 'after'?",
        ),
        (f'name = "x"\ninital = "waiting"\n[[rule]]\n{WAITS}'.replace("{food}", "x"), "2: inital is not known"),
        (f'name = "x"\ninitial = "waiting"\n[fact]\nfood = "x"\n[[rule]]\n{WAITS}', "3: fact is not known"),
    ],
)
def test_a_misspelt_key_is_one_mistake(text: str, told: str) -> None:
    """What follows from it was told, too, and seemed to be as many mistakes."""
    (problem,) = problems(text)
    assert problem.startswith(f"p.toml:{told}")


def test_a_misspelt_key_hides_no_mistake_of_another_rule() -> None:
    text = f'{RULE}in = "start"\nsay = "x"\ndeley = 2\n[[rule]]\n{WAITS}silent = true\nonce = 1'
    assert [each.split()[1] for each in problems(text)] == [
        "rule[1].deley",
        "rule[2].once",
        "rule[2].in",
        "rule[2].say",
    ]


def test_a_syntax_error_is_told_with_its_line() -> None:
    (problem,) = problems('name = "x"\noops = = 1\n')
    assert problem == "p.toml:2: is no TOML: Invalid value (column 8)"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nobody\.toml"):
        load_persona(tmp_path / "nobody.toml")


def test_a_persona_is_loaded_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "full.toml"
    path.write_text(FULL)
    assert load_persona(path).name == load_persona(str(path)).name == "everything"


@pytest.mark.parametrize("name", bundled_personas())
def test_bundled_personas_are_sound(name: str) -> None:
    persona = bundled_persona(name)
    assert persona.name == name
    assert persona.description


def test_an_unknown_bundled_persona_is_told() -> None:
    with pytest.raises(ConfigError, match=r"no persona 'nobody'; there are .*front_desk"):
        bundled_persona("nobody")


def test_a_persona_may_name_words_and_say_how_sure_a_recogniser_must_be() -> None:
    persona = parse_persona('name = "p"\nvocabulary = ["Maria Lopez"]\nleast_confidence = 0.7')
    assert (persona.vocabulary, persona.least_confidence) == (("Maria Lopez",), 0.7)
    assert parse_persona('name = "p"').least_confidence is None
    for wrong in ("1.5", "-1", '"much"'):
        with pytest.raises(ConfigError, match="least_confidence"):
            parse_persona(f'name = "p"\nleast_confidence = {wrong}')
