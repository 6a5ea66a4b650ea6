"""Reading tables out of the code, and drawing them as Markdown: what `make_reference` is made of."""

from __future__ import annotations

import ast
import enum
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs

NOTE = "<!-- Drawn from the code by `python -m docs.make_reference`; change the code and run it again. -->"

SECTIONS = {"Args:": "Parameters", "Returns:": "Returns", "Raises:": "Raises"}
"""The sections of a docstring, and how a page calls them."""

# -- reading --------------------------------------------------------------------------------------------------------


def summary(thing: object) -> str:
    """The first paragraph of a docstring, as Markdown."""
    return prose((inspect.getdoc(thing) or "").split("\n\n")[0])


def paragraphs(thing: object) -> list[str]:
    """All paragraphs of a docstring, as Markdown."""
    return [prose(paragraph) for paragraph in (inspect.getdoc(thing) or "").split("\n\n")]


def whole(thing: object) -> str:
    """A docstring as Markdown: what is under ``Args``, ``Raises`` and ``Returns`` as lists."""
    parts = []
    for block in (inspect.getdoc(thing) or "").split("\n\n"):
        title, _, rest = block.partition("\n")
        if title not in SECTIONS:
            parts.append(prose(block))
            continue
        items = re.split(r"\n(?=    \S)", rest)
        lines = [re.sub(r"^(\w+): ", r"`\1`: ", prose(item)) if title != "Returns:" else prose(item) for item in items]
        parts.append("\n".join([f"{SECTIONS[title]}:", "", *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts)


def prose(text: str) -> str:
    """A docstring's words as Markdown, on one line."""
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))


def attribute_docs(thing: Any) -> dict[str, str]:
    """The docstrings under the attributes of a class, and under those that its initialiser sets."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    made = [node.body for node in body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    found = {}
    for node, following in (pair for statements in (body, *made) for pair in pairwise(statements)):
        match node, following:
            case (
                ast.AnnAssign(target=target) | ast.Assign(targets=[target]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                if name := {ast.Name: "id", ast.Attribute: "attr"}.get(type(target)):
                    found[getattr(target, name)] = prose(text)
    return {name: text for name, text in found.items() if name[0] != "_"}


def comments_of(room: Any, names: Iterable[str]) -> dict[str, str]:
    """The comments behind the rows of a table that is a plain dictionary in one of a room's files."""
    source = source_of(room)
    return {name: re.findall(rf'^    "{re.escape(name)}": .*?# (.+)$', source, re.MULTILINE)[0] for name in names}


@cache
def source_of(resident: Any) -> str:
    """All files of the room where something lives, and of the rooms inside of it."""
    files = Path(inspect.getfile(resident)).parent.rglob("*.py")
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def public(kind: Any) -> list[str]:
    """What a class itself offers, in the order of its source."""
    return [
        name
        for name, member in vars(kind).items()
        if name[0] != "_" and (callable(member) or isinstance(member, property | classmethod))
    ]


def parameters(function: Callable[..., object]) -> str:
    """The parameters of a method, as a signature shows them."""
    pieces, starred = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            pieces.append("*")
        starred = starred or parameter.kind in {parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL}
        star = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        default = "" if parameter.default is parameter.empty else f" = {shown(parameter.default)}"
        pieces.append(f"{star}{parameter.name}: {parameter.annotation}{default}")
    return ", ".join(pieces)


def call_of(kind: Any, name: str) -> str:
    """A method or property as it is written down: with its parameters, and ``await`` where it needs one."""
    if isinstance(inspect.getattr_static(kind, name), property):
        return name
    function = getattr(kind, name)
    return f"{'await ' if inspect.iscoroutinefunction(function) else ''}{name}({parameters(function)})"


def fields_of(kind: Any) -> Iterator[str]:
    """The fields of a value, as a signature shows them."""
    for field in attrs.fields(kind):
        default = "" if field.default is attrs.NOTHING else f" = {shown(field.default)}"
        yield f"`{field.name}: {field.type}{default}`"


def shown(value: object) -> str:
    """A default as it would be written."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    return "…" if hasattr(value, "factory") or " at 0x" in repr(value) else repr(value)


# -- drawing --------------------------------------------------------------------------------------------------------


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", NOTE, *(part for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def enum_rows(kind: type[enum.Enum]) -> str:
    """The members of an enum with their docstrings."""
    docs = attribute_docs(kind)
    return table([kind.__name__, "meaning"], [[f"`{name}`", docs[name]] for name in kind.__members__ if name in docs])


def method_sections(kind: Any, names: Iterable[str], depth: str = "###") -> str:
    """Methods and properties with their whole docstrings, each under a heading of its own."""
    return "\n\n".join(f"{depth} {name}\n\n`{call_of(kind, name)}`\n\n{whole(getattr(kind, name))}" for name in names)


def method_rows(kind: Any, names: Iterable[str]) -> str:
    """Methods and properties with their first sentences."""
    return table(["", "what it does"], [[f"`{call_of(kind, name)}`", summary(getattr(kind, name))] for name in names])


def codes(names: Iterable[object]) -> str:
    """Several pieces of code in a row; nothing for nothing."""
    return ", ".join(f"`{name}`" for name in names if str(name))
