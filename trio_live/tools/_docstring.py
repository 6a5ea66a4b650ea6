"""What a docstring says of a function and of its parameters; in Google's style or Sphinx's."""

from __future__ import annotations

import inspect
import re
from typing import Final

from trio_live._values import value

_SECTION: Final = re.compile(
    r"(Args|Arguments|Parameters|Params|Returns?|Yields?|Raises|Notes?|Examples?|Cancellation|See Also|Attributes|Warns?)"
    r":\s*$"
)
_PARAMETER_SECTIONS: Final = {"Args", "Arguments", "Parameters", "Params"}
_GOOGLE: Final = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
"""``name: words`` and ``name (type): words``."""
_SPHINX: Final = re.compile(r":(\w+)\s*([^:]*):\s*(.*)$")
"""``:param name: words``, ``:param type name: words``, ``:returns: words``."""
_SPHINX_PARAMETERS: Final = {"param", "parameter", "arg", "argument", "key", "keyword"}


@value
class Docstring:
    """A docstring, taken apart."""

    summary: str
    """What it says before the first section, in one piece; empty when it says nothing."""
    parameters: dict[str, str]
    """Parameter → what is said of it."""


def read_docstring(text: str | None) -> Docstring:
    """Take a docstring apart.

    Args:
        text: as it stands in the source; ``None`` for none.
    """
    lines = inspect.cleandoc(text or "").splitlines()
    told = next((n for n, line in enumerate(lines) if _SECTION.match(line) or _SPHINX.match(line)), len(lines))
    return Docstring(_joined(lines[:told]), {**_google(lines[told:]), **_sphinx(lines[told:])})


def _joined(lines: list[str]) -> str:
    """Paragraphs, each in one line."""
    paragraphs = "\n".join(line.strip() for line in lines).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _google(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    inside, margin, name = False, 0, ""
    for line in lines:
        section = _SECTION.match(line)
        if section:
            inside, margin, name = section[1] in _PARAMETER_SECTIONS, 0, ""
        elif not inside or not line.strip():
            continue
        else:
            indent = len(line) - len(line.lstrip())
            margin = margin or indent
            entry = _GOOGLE.match(line.strip()) if indent == margin else None
            if entry:
                name, found[entry[1]] = entry[1], entry[2].strip()
            elif name:
                found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _sphinx(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        field = _SPHINX.match(line)
        if field:
            is_parameter = field[1] in _SPHINX_PARAMETERS and field[2].strip()
            name = field[2].split()[-1].lstrip("*") if is_parameter else ""
            if name:
                found[name] = field[3].strip()
        elif name and line.strip():
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
