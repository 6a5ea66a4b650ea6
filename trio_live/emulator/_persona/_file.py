"""Personas as TOML files: reading one, and finding the bundled ones.

The keys are those of the classes in `trio_live.emulator._persona._values`, with these abbreviations: ``[[rule]]``,
``[[default]]`` and the reactions hold the keys of their reply directly; ``in`` is a rule's states; ``set`` is a
reply's values; ``call`` is one table, ``calls`` a list of them; a reply that is nothing but words may be written as a
string or a list of strings. `trio_live.emulator._persona._file_keys` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trio_live.emulator._persona._against import Other, misfits, other_side
from trio_live.emulator._persona._checks import problems_of
from trio_live.emulator._persona._decisions import normalised
from trio_live.emulator._persona._file_replies import finished, read_lines, read_reply, read_values
from trio_live.emulator._persona._recordings import leaves, voice_bank_of
from trio_live.emulator._persona._tree import Place
from trio_live.emulator._persona._values import START_STATE, Greets, Heard, Occasion, Persona, Reaction, Reply, Rule
from trio_live.emulator._toml import Source, Table, read_source, spell
from trio_live.errors import ConfigError

if TYPE_CHECKING:
    from trio_live.contract import RuntimeContract
    from trio_live.live import Live

_BUNDLED: Final = Path(__file__).with_name("bundled")
_MATCHERS: Final = ("any", "exact", "keywords", "pattern")
_WITH_TEXT: Final = (Occasion.CONTEXT, Occasion.CONTEXT_UPDATE)
"""Occasions that come with words, so that a reaction may ask for some."""


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


def check_persona(path: str | Path, against: Live | RuntimeContract | None = None) -> list[str]:
    """What is wrong with the file of a persona and with the recordings it names.

    Args:
        path: the file, or the name of a bundled persona.
        against: an agent, or the contract of one. Then also what the persona expects of it and will not find: functions that
            it does not declare or enables in no phase, arguments that do not fit, and, of a builder whose instructions
            are all written out, words that are in none of them. Calls with a ``without_tool`` may be of functions
            that are not declared, and of a builder with MCP servers any may be.

    Returns:
        One sentence for each mistake, beginning with ``file:line:``; nothing when the persona can be used.
    """
    if isinstance(path, str) and path in bundled_personas():
        path = _BUNDLED / f"{path}.toml"
    path = Path(path)
    try:
        voice_bank_of(_persona(read_source(path), path.parent, None if against is None else other_side(against)))
    except ConfigError as error:
        return list(error.problems)
    return []


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


def _persona(source: Source, directory: Path, other: Other | None = None) -> Persona:
    table = source.parse()
    usual = Persona(name="")
    greeting = table.table("greeting")
    voice = table.optional("voice")
    persona = Persona(
        name=table.string("name"),
        description=table.string("description"),
        initial=table.string("initial", START_STATE),
        facts=table.mapping("facts"),
        greets=_greets(greeting),
        greeting=finished(greeting, read_reply(greeting, directory)) if greeting else None,
        rules=tuple(_rules(table, directory)),
        reactions=tuple(each for occasion in Occasion for each in _reactions(table, occasion, directory)),
        default=tuple(_defaults(table, directory)) or usual.default,
        utterances=table.strings("utterances"),
        vocabulary=table.strings("vocabulary"),
        least_confidence=_share(table, "least_confidence"),
        repeat_utterances=table.flag("repeat_utterances"),
        thought=table.optional("thought"),
        words_per_delta=table.whole("words_per_delta", least=1) or usual.words_per_delta,
        voice=_voice(table, voice, directory) if voice else None,
    )
    table.require("name")
    table.done()
    for path, what in misfits(persona, other) if other is not None and not source.faults else ():
        table.complain(what, *_as_written(path, table))
    for path, what in problems_of(persona, (*source.faults,)):
        table.complain(what, *_as_written(path, table))
    source.check()
    return persona


def _as_written(path: Place, table: Table) -> Place:
    """The place in the file, where calls stand under ``call`` or ``calls``, and one item may stand without a list."""
    node: Any = table.content
    written: list[str | int] = []
    for step in path:
        if isinstance(step, int) and not isinstance(node, list):
            continue
        name = "calls" if step == "call" and isinstance(node, dict) and "call" not in node else step
        written.append(name)
        node = _inside(node, name)
    return tuple(written)


def _inside(node: Any, step: str | int) -> Any:
    try:
        return node[step]
    except (LookupError, TypeError):
        return None


def _share(table: Table, key: str) -> float | None:
    value = table.number(key, 0.0)
    if value > 1:
        table.complain(f"lies between 0 and 1, and is {value:g}", key)
    return value if key in table else None


def _greets(greeting: Table | None) -> Greets:
    when = greeting.string("when", Greets.ASKED) if greeting else Greets.ASKED
    try:
        return Greets(when)
    except ValueError:
        if greeting is not None:
            greeting.complain(f"must be one of {', '.join(Greets)}, not {when!r}", "when")
        return Greets.ASKED


def _voice(table: Table, name: str, folder: Path) -> Path:
    """The directory of recordings; one that is kept elsewhere is named outright, from the root."""
    directory = folder / name
    if not Path(name).is_absolute() and leaves(directory, folder):
        table.complain("lies outside of the persona's folder", "voice")
    elif not directory.is_dir():
        table.complain(f"names {str(directory)!r}, which is no directory", "voice")
    return directory


def _rules(table: Table, directory: Path) -> Iterator[Rule]:
    for number, each in enumerate(table.tables("rule")):
        rule = Rule(
            name=each.string("name", spell(("rule", number))),
            heard=_heard(each),
            states=each.strings("in"),
            once=each.flag("once"),
            reply=read_reply(each, directory),
        )
        yield finished(each, rule)


def _defaults(table: Table, directory: Path) -> Iterator[Reply]:
    for each in table.tables("default"):
        yield finished(each, read_reply(each, directory))


def _reactions(table: Table, occasion: Occasion, directory: Path) -> Iterator[Reaction]:
    for number, each in enumerate(table.tables(occasion)):
        reaction = Reaction(
            name=each.string("name", spell((occasion.value, number))),
            occasion=occasion,
            heard=_heard(each) if occasion in _WITH_TEXT and "heard" in each else Heard(),
            states=each.strings("in"),
            once=each.flag("once"),
            after=_lasting(each) if occasion is Occasion.SILENCE else 0.0,
            reply=_silent_reply(each, directory) if occasion is Occasion.INTERRUPTED else read_reply(each, directory),
        )
        yield finished(each, reaction)


def _silent_reply(table: Table, directory: Path) -> Reply:
    """What can be done while somebody else is speaking."""
    lines = tuple(read_lines(table, directory))
    if any(line.pause for line in lines):
        table.complain("cannot pause here: these lines open another answer", "say")
    return Reply(say=lines, values=read_values(table), goto=table.optional("goto"))


def _lasting(table: Table) -> float:
    table.require("after", ": how many seconds of silence")
    return table.number("after", 1.0, least=0.1)


def _heard(rule: Table) -> Heard:
    rule.require("heard", "; { any = true } hears everything")
    table = rule.table("heard")
    if table is None:
        return Heard()
    pattern = table.optional("pattern")
    heard = Heard(exact=table.strings("exact"), keywords=table.strings("keywords"), pattern=_pattern(table, pattern))
    for index, keyword in enumerate(heard.keywords):
        if not all(normalised(either) for either in keyword.split("|")):
            table.complain(f"{keyword!r} holds no word, and is never heard", "keywords", index)
    hears_any = table.flag("any")
    table.done()
    if table.is_sound and hears_any == bool(heard.exact or heard.keywords or pattern is not None):
        table.complain(f"must hold at least one of {', '.join(_MATCHERS)}, and nothing else beside 'any'")
    return heard


def _pattern(table: Table, pattern: str | None) -> re.Pattern[str] | None:
    try:
        return None if pattern is None else re.compile(pattern, re.IGNORECASE)
    except re.error as problem:
        table.complain(f"is no regular expression: {problem}", "pattern")
        return None
