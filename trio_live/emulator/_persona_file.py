"""Personas as TOML files: reading one, and finding the bundled ones.

The keys are those of the classes in `trio_live.emulator._persona`, with these abbreviations: ``[[rule]]`` and
``[[default]]`` hold the keys of their reply directly; ``in`` is a rule's states; ``set`` is a reply's values; ``call``
is one table or a list of them; a reply that is nothing but words may be written as a string or a list of strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from trio_live.emulator._persona import START_STATE, Call, Greets, Heard, Persona, Reply, Rule
from trio_live.emulator._persona_check import problems_of
from trio_live.emulator._reading import Source, Table, read_source
from trio_live.errors import ConfigError

T = TypeVar("T")

_BUNDLED: Final = Path(__file__).with_name("personas")
_MATCHERS: Final = ("any", "exact", "keywords", "pattern")


def load_persona(path: str | Path) -> Persona:
    """Read a persona from a file.

    Raises:
        ConfigError: the file cannot be used; every mistake is listed, with file, line and key.
    """
    path = Path(path)
    return _persona(read_source(path), path.parent)


def parse_persona(text: str, *, name: str = "persona", directory: Path | None = None) -> Persona:
    """Read a persona from the text of a file.

    Args:
        text: TOML.
        name: what to call the text in error messages.
        directory: where the directory of recordings is looked for.

    Raises:
        ConfigError: the text cannot be used; every mistake is listed.
    """
    return _persona(Source(name, text), directory or Path())


def bundled_personas() -> tuple[str, ...]:
    """Names of the personas that come with trio-live."""
    return tuple(sorted(path.stem for path in _BUNDLED.glob("*.toml")))


def bundled_persona(name: str) -> Persona:
    """One of the personas that come with trio-live.

    Raises:
        ConfigError: there is none of that name.
    """
    if name not in bundled_personas():
        raise ConfigError(f"there is no persona {name!r}; there are {', '.join(bundled_personas())}")
    return load_persona(_BUNDLED / f"{name}.toml")


def _persona(source: Source, directory: Path) -> Persona:
    table = source.parse()
    usual = Persona(name="")
    greeting = table.table("greeting")
    voice = table.optional("voice")
    persona = Persona(
        name=_required(table, "name"),
        description=table.string("description"),
        initial=table.string("initial", START_STATE),
        facts=table.mapping("facts"),
        greets=_greets(greeting),
        greeting=_finished(greeting, _reply(greeting)) if greeting else None,
        rules=tuple(_rules(table)),
        default=tuple(_finished(each, _reply(each)) for each in table.tables("default")) or usual.default,
        utterances=table.strings("utterances"),
        repeat_utterances=table.flag("repeat_utterances"),
        thought=table.optional("thought"),
        words_per_delta=int(table.number("words_per_delta", usual.words_per_delta, least=1)),
        voice=_voice(table, directory / voice) if voice else None,
    )
    table.done()
    for path, what in problems_of(persona):
        source.complain(path, what)
    source.check()
    return persona


def _required(table: Table, key: str) -> str:
    if key not in table:
        table.complain(f"{key!r} is missing")
    return table.string(key)


def _greets(greeting: Table | None) -> Greets:
    when = greeting.string("when", Greets.ASKED) if greeting else Greets.ASKED
    try:
        return Greets(when)
    except ValueError:
        if greeting is not None:
            greeting.complain(f"must be one of {', '.join(Greets)}, not {when!r}", "when")
        return Greets.ASKED


def _voice(table: Table, directory: Path) -> Path:
    if not directory.is_dir():
        table.complain(f"names {str(directory)!r}, which is no directory", "voice")
    return directory


def _rules(table: Table) -> Iterator[Rule]:
    for number, each in enumerate(table.tables("rule"), 1):
        rule = Rule(
            name=each.string("name", f"rule {number}"),
            heard=_heard(each),
            states=each.strings("in"),
            once=each.flag("once"),
            reply=_reply(each),
        )
        yield _finished(each, rule)


def _heard(rule: Table) -> Heard:
    table = rule.table("heard")
    if table is None:
        if "heard" not in rule:
            rule.complain("'heard' is missing; { any = true } hears everything")
        return Heard()
    pattern = table.optional("pattern")
    heard = Heard(exact=table.strings("exact"), keywords=table.strings("keywords"), pattern=_pattern(table, pattern))
    if table.flag("any") == bool(heard.exact or heard.keywords or pattern is not None):
        table.complain(f"must hold at least one of {', '.join(_MATCHERS)}, and nothing else beside 'any'")
    return _finished(table, heard)


def _pattern(table: Table, pattern: str | None) -> re.Pattern[str] | None:
    try:
        return None if pattern is None else re.compile(pattern, re.IGNORECASE)
    except re.error as problem:
        table.complain(f"is no regular expression: {problem}", "pattern")
        return None


def _reply(table: Table) -> Reply:
    """The keys of a reply; the caller reads the others and says when it is done."""
    return Reply(
        say=table.strings("say"),
        thought=table.optional("thought"),
        delay=table.number("delay", 0.0),
        values={name: str(value) for name, value in table.mapping("set").items()},
        calls=tuple(_call(each) for each in table.tables("call")),
        then=_inner(table, "then"),
        on_error=_inner(table, "on_error"),
        without_tool=_inner(table, "without_tool"),
        goto=table.optional("goto"),
    )


def _inner(table: Table, key: str) -> Reply | None:
    if isinstance(table.raw(key), dict):
        inner = table.table(key)
        return _finished(inner, _reply(inner)) if inner else None
    lines = table.strings(key)
    return Reply(say=lines) if lines else None


def _call(table: Table) -> Call:
    return _finished(table, Call(tool=_required(table, "tool"), args=table.mapping("args")))


def _finished(table: Table, value: T) -> T:
    table.done()
    return value
