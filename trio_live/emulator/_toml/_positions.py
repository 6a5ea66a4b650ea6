"""On which line each key of a TOML text stands.

The standard library's parser does not tell. This one reads the same grammar for the places alone: it takes for granted
that the text was found sound, and skips what it does not understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

_BLANK: Final = re.compile(r"(?:[\s]+|#[^\n]*)*")
_STRING: Final = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_BARE: Final = re.compile(r"[^\s,\]}\[{=#\"'.]+")
_PLAIN: Final = re.compile(r"[^,\]}#\n]+")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def lines_of(text: str) -> Mapping[Path, int]:
    """Every key, table and item of an array, with its line counted from 1."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counts: dict[Path, int] = {}
        self._line, self._counted = 1, 0
        self.lines: dict[Path, int] = {}

    def document(self) -> None:
        """Read everything."""
        table: Path = ()
        while self._more():
            if self._takes("[["):
                table = self._header(array=True)
            elif self._takes("["):
                table = self._header(array=False)
            else:
                self._pair(table)

    def _header(self, *, array: bool) -> Path:
        start = self._at
        path: Path = ()
        for key in self._keys():
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
            path = (*path, key)
            self._note(path, start)
        if array:
            count = self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, count - 1)
            self._note(path, start)
        self._takes("]]" if array else "]")
        return path

    def _pair(self, table: Path) -> None:
        start, path = self._at, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._blank()
        if self._takes("="):
            self._value(path)
        elif self._at == start:
            self._at += 1

    def _value(self, path: Path) -> None:
        self._blank()
        if self._takes("["):
            self._array(path)
        elif self._takes("{"):
            self._inline_table(path)
        elif string := _STRING.match(self._text, self._at):
            self._at = string.end()
        elif plain := _PLAIN.match(self._text, self._at):
            self._at = plain.end()

    def _array(self, path: Path) -> None:
        index = 0
        while self._more() and not self._takes("]"):
            start = self._at
            self._note((*path, index), start)
            self._value((*path, index))
            self._blank()
            self._takes(",")
            self._at = max(self._at, start + 1)
            index += 1

    def _inline_table(self, path: Path) -> None:
        while self._more() and not self._takes("}"):
            start = self._at
            self._pair(path)
            self._blank()
            self._takes(",")
            self._at = max(self._at, start + 1)

    def _keys(self) -> list[str]:
        """The parts of a dotted key."""
        keys: list[str] = []
        while self._more():
            if string := _STRING.match(self._text, self._at):
                self._at = string.end()
                keys.append(_unquoted(string[0]))
            elif bare := _BARE.match(self._text, self._at):
                self._at = bare.end()
                keys.append(bare[0])
            self._blank()
            if not self._takes("."):
                break
        return keys

    def _note(self, path: Path, at: int) -> None:
        if at >= self._counted:
            self._line += self._text.count("\n", self._counted, at)
            self._counted = at
        self.lines.setdefault(path, self._line)

    def _more(self) -> bool:
        self._blank()
        return self._at < len(self._text)

    def _blank(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _takes(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found


def _unquoted(string: str) -> str:
    if string.startswith("'"):
        return string.strip("'")
    return _ESCAPE.sub(_character, string[1:-1])


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""  # noqa: PLR2004  # the end of Unicode
    return _ESCAPED.get(escape[3], escape[3])
