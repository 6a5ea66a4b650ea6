"""Mistakes in what a persona says and does, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.persona.test_recordings import record
from trio_live.emulator import check_persona, parse_persona
from trio_live.emulator._persona._file_keys import SECTIONS
from trio_live.errors import ConfigError

TOP_KEYS = [key.name for key in SECTIONS[0].keys]
RULE = "[[rule]]\nheard = { any = true }\n"
CALL = RULE + 'call = { tool = "f" }\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (RULE + 'say = [\n "x",\n 5,\n]', "6: rule[1].say[2] must be a string or a table, not 5"),
        (RULE + "say = {}", "4: rule[1].say 'text' is missing"),
        (RULE + 'say = { txt = "x" }', "4: rule[1].say.txt is not known; did you mean 'text'?"),
        (RULE + 'say = [\n "x",\n "{nobody}",\n]', "6: rule[1].say[2] uses {nobody}, which nothing gives"),
        (
            RULE + 'say = { text = "x", wav = "no.wav" }',
            "4: rule[1].say.wav names 'no.wav', which cannot be played: No such file or directory",
        ),
        (
            RULE + 'say = { text = "x", wav = "../no.wav" }',
            "4: rule[1].say.wav names '../no.wav', which cannot be played: it lies outside of the persona's folder",
        ),
        (
            RULE + 'say = { text = "x", wav = "/etc/passwd" }',
            "4: rule[1].say.wav names '/etc/passwd', which cannot be played: it lies outside of the persona's folder",
        ),
        ('voice = ".."', "2: voice lies outside of the persona's folder"),
        (
            RULE + 'calls = [\n { tool = "f" },\n { tool = "f" },\n]',
            "6: rule[1].calls[2] is the second call whose answer would be 'f'; give one another 'as'",
        ),
        (
            RULE + 'calls = [\n { tool = "f" },\n { tool = "g", args = { a = "{b}" } },\n]',
            "6: rule[1].calls[2].args.a uses {b}, which nothing gives",
        ),
        (CALL + 'calls = [{ tool = "g" }]', "5: rule[1].calls stands beside 'call'; write all of them in one list"),
        (CALL + 'on_wait = { say = "x" }', "5: rule[1].on_wait 'after' is missing: how many seconds after the call"),
        (
            CALL + 'on_wait = { after = 1, call = { tool = "g" } }',
            "5: rule[1].on_wait has to say something, and cannot call anything: other calls are running",
        ),
        (
            CALL + 'on_missing = { after = 2, say = "x" }\n[rule.on_late]\nafter = 3\nsay = "x"',
            "7: rule[1].on_late.after comes no sooner than 'on_missing', which gives up after 2 s",
        ),
        (RULE + 'silent = true\nsay = "x"', "4: rule[1].silent leaves no room for anything but 'set' and 'goto'"),
        (RULE + 'say = "x"\nwords_per_delta = 0.5', "5: rule[1].words_per_delta must be a whole number of at least 1"),
        (RULE + 'say = "x"\nset = { a = [1] }', "5: rule[1].set.a must be a string, not [1]"),
        ('[[rule]]\nheard = { keywords = ["a", "!"] }\nsay = "x"', "3: rule[1].heard.keywords[2] '!' holds no word"),
        ('[[on_silence]]\nsay = "x"', "2: on_silence[1] 'after' is missing: how many seconds of silence"),
        ('[on_image]\nin = "mars"\nsay = "x"', "3: on_image.in names the state 'mars', which nothing goes to"),
        ('[[on_image]]\nheard = { any = true }\nsay = "x"', "3: on_image[1].heard is not known"),
        ('[[on_interrupted]]\ncall = { tool = "f" }\nsay = "x"', "3: on_interrupted[1].call is not known"),
        (
            '[[on_image]]\nname = "a"\nsay = "x"\n[[on_silence]]\nname = "a"\nafter = 1\nsay = "x"',
            "3: on_image[1].name 'a' is the name of on_silence[1], too",
        ),
        ('[[on_interrupted]]\nsay = { text = "x", pause = 1 }', "3: on_interrupted[1].say cannot pause here"),
        ('thought = "{nobody}"', "2: thought uses {nobody}, which nothing gives"),
    ],
)
def test_every_mistake_has_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_persona(f'name = "x"\n{text}', name="p.toml")
    assert any(each.startswith(f"p.toml:{problem}") for each in raised.value.problems)


def test_a_check_lists_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "p"\noops = 1\n[[default]]\nsay = { text = "{heard}", wav = "x.wav" }\n')
    record(tmp_path / "x.wav", b"")
    assert check_persona(path) == [
        f"{path}:2: oops is not known; known are {', '.join(sorted(TOP_KEYS))}",
        f"{path}:4: default[1].say.text has a recording, and a recording cannot fill holes",
    ]
    assert check_persona(tmp_path / "no.toml") == [f"{tmp_path / 'no.toml'}: cannot be read: No such file or directory"]
    path.write_bytes(b'name = "p"\n\xff')
    assert check_persona(path) == [f"{path}:2: is no UTF-8: byte 0xff"]


def test_a_check_looks_into_the_directory_of_recordings(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "p"\nvoice = "v"\n')
    (tmp_path / "v").mkdir()
    index = tmp_path / "v" / "index.toml"
    index.write_text('[lines]\n"A." = "a.wav"\n')
    assert check_persona(path) == [
        f"{index}:2: lines.A. names 'a.wav', which cannot be played: No such file or directory"
    ]
