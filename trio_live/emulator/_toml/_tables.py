"""Reading a TOML file so that its author gets every mistake at once, with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from trio_live.emulator._toml._positions import Step, lines_of
from trio_live.errors import ConfigError

_MISSING: Final = object()
_SYNTAX: Final = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


@attrs.define
class Source:
    """One file and what was found wrong with it."""

    name: str
    text: str
    problems: list[str] = attrs.field(factory=list)
    faults: list[tuple[Step, ...]] = attrs.field(factory=list)
    """Where each mistake is: the key it is about, a misspelt one under the name that was meant."""

    def parse(self) -> Table:
        """The top table.

        Raises:
            ConfigError: the text is not TOML.
        """
        try:
            return Table(self, (), tomllib.loads(self.text))
        except tomllib.TOMLDecodeError as problem:
            raise ConfigError(self._syntax(str(problem))) from None

    def complain(self, path: tuple[Step, ...], what: str, *, about: tuple[Step, ...] | None = None) -> None:
        """Note one mistake.

        Args:
            path: where it stands.
            what: is wrong there.
            about: where it would stand if it were right; ``path`` by default.
        """
        spelled = spell(path)
        self.problems.append(f"{self.name}:{find_line(self.text, path) or 1}: {spelled}{' ' if spelled else ''}{what}")
        self.faults.append(path if about is None else about)

    def _syntax(self, problem: str) -> str:
        found = _SYNTAX.fullmatch(problem)
        what = found["what"] if found else problem
        line = found["line"] if found and found["line"] else max(1, len(self.text.splitlines()))
        column = f" (column {found['column']})" if found and found["column"] else ""
        return f"{self.name}:{line}: is no TOML: {what}{column}"

    def check(self) -> None:
        """Stop when anything is wrong.

        Raises:
            ConfigError: with every mistake noted so far.
        """
        if self.problems:
            raise ConfigError(self.problems)


def read_source(path: Path) -> Source:
    """A file, unparsed.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror or problem}") from None
    try:
        return Source(str(path), data.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise ConfigError(f"{path}:{line}: is no UTF-8: byte {data[problem.start]:#04x}") from None


class Table:
    """One table of a file, read key by key. A key of the wrong type is noted and read as absent."""

    def __init__(self, source: Source, path: tuple[Step, ...], content: Mapping[str, Any]) -> None:
        self.source = source
        self.path = path
        self.content = content
        self._asked: set[str] = set()
        self._missing: dict[str, str] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.content

    @property
    def asked(self) -> frozenset[str]:
        """The keys that were asked for so far."""
        return frozenset(self._asked)

    def complain(self, what: str, *keys: Step) -> None:
        """Note a mistake in this table, or at one of its keys."""
        self.source.complain((*self.path, *keys), what)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found wrong in it so far."""
        return not any(fault[: len(self.path)] == self.path for fault in self.source.faults)

    def require(self, key: str, advice: str = "") -> None:
        """Say that a key must be there. `done` notes it, unless another one was plainly meant for it.

        Args:
            key: its name.
            advice: what is told beside that it is missing.
        """
        self._asked.add(key)
        if key not in self.content:
            self._missing[key] = advice

    def string(self, key: str, default: str = "") -> str:
        """A string."""
        value = self._get(key, str, "a string")
        return default if value is _MISSING else str(value)

    def optional(self, key: str) -> str | None:
        """A string, or nothing."""
        value = self._get(key, str, "a string")
        return None if value is _MISSING else str(value)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings; a single string is a list of one."""
        value = self._get(key, (str, list), "a string or a list of strings")
        if value is _MISSING:
            return ()
        listed = [value] if isinstance(value, str) else value
        for index, item in enumerate(listed):
            if not isinstance(item, str):
                self.complain(f"must be a string, not {item!r}", key, index)
        return tuple(item for item in listed if isinstance(item, str))

    def number(self, key: str, default: float, *, least: float = 0.0) -> float:
        """A number that is not too small."""
        value = self._get(key, (int, float), "a number")
        if value is _MISSING:
            return default
        if isinstance(value, bool) or value < least:
            self.complain(f"must be a number of at least {least:g}, not {value!r}", key)
            return default
        return float(value)

    def whole(self, key: str, *, least: int = 0) -> int | None:
        """A whole number that is not too small, or nothing."""
        value = self._get(key, object, "anything")
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.complain(f"must be a whole number of at least {least}, not {value!r}", key)
            return None
        return value

    def flag(self, key: str) -> bool:
        """True or false; absent means false."""
        value = self._get(key, bool, "true or false")
        return value is not _MISSING and bool(value)

    def mapping(self, key: str) -> dict[str, Any]:
        """A table of values as they are."""
        value = self._get(key, dict, "a table")
        return {} if value is _MISSING else dict(value)

    def table(self, key: str) -> Table | None:
        """A table, or nothing."""
        value = self._get(key, dict, "a table")
        return None if value is _MISSING else Table(self.source, (*self.path, key), value)

    def tables(self, key: str) -> Iterator[Table]:
        """A list of tables; a single table is a list of one."""
        value = self._get(key, (dict, list), "a table or a list of tables")
        if isinstance(value, dict):
            yield Table(self.source, (*self.path, key), value)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield Table(self.source, (*self.path, key, index), item)
                else:
                    self.complain(f"must be a table, not {item!r}", key, index)

    def at(self, content: Mapping[str, Any], *keys: Step) -> Table:
        """A table that stands somewhere inside of this one."""
        return Table(self.source, (*self.path, *keys), content)

    def raw(self, key: str) -> Any:
        """The value as it is; ``None`` when absent."""
        self._asked.add(key)
        return self.content.get(key)

    def done(self) -> None:
        """Note every key that nobody asked for, and every one that is required and missing."""
        for key in self.content:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                meant = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(self._asked))}"
                where = (*self.path, key)
                self.source.complain(where, f"is not known{meant}", about=(*self.path, *near) if near else where)
                if near:
                    self._missing.pop(near[0], None)
        for key, advice in self._missing.items():
            self.source.complain(self.path, f"{key!r} is missing{advice}", about=(*self.path, key))

    def _get(self, key: str, kind: type | tuple[type, ...], name: str) -> Any:
        self._asked.add(key)
        value = self.content.get(key, _MISSING)
        if value is not _MISSING and not isinstance(value, kind):
            self.complain(f"must be {name}, not {value!r}", key)
            return _MISSING
        return value


def find_line(text: str, path: tuple[Step, ...]) -> int | None:
    """The line, counted from 1, of a key; of what it stands in when the key itself is not there."""
    lines = lines_of(text)
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def spell(path: tuple[Step, ...]) -> str:
    """A path as an author would say it: ``rule[3].heard.pattern``."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step + 1}]"
        else:
            words += f".{step}" if words else step
    return words
