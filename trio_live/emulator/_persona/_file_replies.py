"""What a persona says and does, read from the tables of a file: replies, lines, calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from trio_live.emulator._persona._recordings import why_unplayable
from trio_live.emulator._persona._values import Call, Line, Reply, Timed
from trio_live.emulator._toml import Step, Table

T = TypeVar("T")


def read_reply(table: Table, directory: Path) -> Reply:
    """The keys of a reply; the caller reads the others and says when it is done.

    Args:
        table: where they stand.
        directory: where recordings are looked for.
    """
    return Reply(
        say=tuple(read_lines(table, directory)),
        words_per_delta=table.whole("words_per_delta", least=1),
        silent=table.flag("silent"),
        thought=table.optional("thought"),
        delay=table.number("delay", 0.0),
        values=read_values(table),
        calls=tuple(_calls(table)),
        then=_inner(table, "then", directory),
        on_error=_inner(table, "on_error", directory),
        on_wait=_timed(table, "on_wait", directory),
        on_late=_timed(table, "on_late", directory),
        on_missing=_timed(table, "on_missing", directory),
        without_tool=_inner(table, "without_tool", directory),
        goto=table.optional("goto"),
    )


def read_lines(table: Table, directory: Path) -> Iterator[Line]:
    """What ``say`` holds: a string, a table, or a list of both."""
    value = table.raw("say")
    listed = value if isinstance(value, list) else [] if value is None else [value]
    for index, item in enumerate(listed):
        place: tuple[Step, ...] = ("say", index) if isinstance(value, list) else ("say",)
        match item:
            case str():
                yield Line(item)
            case dict():
                yield finished(inner := table.at(item, *place), _line(inner, directory))
            case _:
                table.complain(f"must be a string or a table, not {item!r}", *place)


def read_values(table: Table) -> dict[str, str]:
    """The values to remember."""
    values: dict[str, str] = {}
    for name, value in table.mapping("set").items():
        if isinstance(value, dict | list):
            table.complain(f"must be a string, not {value!r}", "set", name)
        values[name] = (
            value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
        )
    return values


def finished(table: Table, value: T) -> T:
    """The value, after noting keys that nobody asked for."""
    table.done()
    return value


def _line(table: Table, directory: Path) -> Line:
    wav = table.optional("wav")
    why = why_unplayable(directory / wav, directory) if wav else None
    if why is not None:
        table.complain(f"names {wav!r}, which cannot be played: {why}", "wav")
    table.require("text")
    return Line(table.string("text"), directory / wav if wav else None, pause=table.number("pause", 0.0))


def _inner(table: Table, key: str, directory: Path) -> Reply | None:
    if isinstance(table.raw(key), dict):
        inner = table.table(key)
        return finished(inner, read_reply(inner, directory)) if inner else None
    lines = table.strings(key)
    return Reply(say=lines) if lines else None


def _timed(table: Table, key: str, directory: Path) -> Timed | None:
    inner = table.table(key)
    if inner is None:
        return None
    inner.require("after", ": how many seconds after the call")
    return finished(inner, Timed(after=inner.number("after", 0.0), reply=read_reply(inner, directory)))


def _calls(table: Table) -> Iterator[Call]:
    """``call`` holds one, ``calls`` several; neither minds the other form."""
    if "call" in table and "calls" in table:
        table.complain("stands beside 'call'; write all of them in one list", "calls")
    for key in ("call", "calls"):
        for each in table.tables(key):
            each.require("tool")
            call = Call(tool=each.string("tool"), args=each.mapping("args"), known_as=each.optional("as"))
            yield finished(each, call)
