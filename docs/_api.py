"""The pages of the site that show every public name: whole docstrings by autodoc, signatures as the source has them.

The list in ``_public.py`` says which names there are. Each is described once: at the door of the room where it lives;
other doors link there. Signatures are given to autodoc as they are written (``Seconds | None``, not what that stands
for), because that is how a reader knows the types from everywhere else.
"""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, ForwardRef

import msgspec

from docs._definitions import Definition, defined, homes, imported, key_of, members_of, origin
from docs._drawing import attribute_docs, prose, shown
from docs._public import PUBLIC, Door

SHORTHANDS: Final = "trio_live._typing"
"""Where the names for plain types are, which signatures use; the first page shows them."""

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

LONGEST_VALUE: Final = 80
"""Characters of a constant that are shown; longer ones are tables, which have pages of their own."""


def indented(text: str) -> str:
    """One level further in."""
    return "\n".join(f"   {line}" if line else "" for line in text.splitlines())


def directive(name: str, argument: str, *content: str, **options: str | None) -> str:
    """A directive of reStructuredText."""
    flags = [f":{option.replace('_', '-')}: {value}".rstrip() for option, value in options.items() if value is not None]
    head = "\n".join([f".. {name}:: {argument}", *(indented(flag) for flag in flags)])
    return "\n\n".join([head, *(indented(part) for part in content if part)])


def title(text: str, mark: str) -> str:
    """A heading."""
    return f"{text}\n{mark * len(text)}"


def signature(function: Any) -> str:
    """Parameters and result as the source has them."""
    found = inspect.signature(function)
    kept = [p for p in found.parameters.values() if p.name not in {"self", "cls"}]
    return spelled(found.replace(parameters=kept), function.__module__)


def spelled(found: inspect.Signature, module: str) -> str:
    """A signature with annotations from a module, as text."""
    pieces, starred = [], False
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            pieces.append("*")
        starred = starred or parameter.kind in {parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL}
        stars = STARS.get(parameter.kind, "")
        hint = "" if parameter.annotation is parameter.empty else f": {qualified(parameter.annotation, module)}"
        default = "" if parameter.default is parameter.empty else f" = {shown(parameter.default)}"
        pieces.append(f"{stars}{parameter.name}{hint}{default}")
    result = "" if found.return_annotation is found.empty else f" -> {qualified(found.return_annotation, module)}"
    return f"({', '.join(pieces)}){result}"


EVERYWHERE: Final = {
    "abilities": "what the model can do",
    "args": "the arguments, as the model gave them",
    "call": "the call of a function, as the model made it",
    "code": "the number with which a connection is closed",
    "context": "what a function is told about its call: the State, what cancels it, where its progress goes",
    "direction": "which way a frame went",
    "event": "what has happened",
    "key": "the whole key in the State, prefix included",
    "keys": "keys in the State",
    "live": "the agent, as its builder describes it",
    "llm": "the text model that is asked",
    "new": "the value of a key after a change",
    "now": "the present instant, in seconds on whichever clock the caller reckons with",
    "old": "the value of a key before a change",
    "path": "the file",
    "pcm": "sound: mono samples of 16 bits, little-endian",
    "platform": "Google AI or Vertex",
    "profile": "what the model can do",
    "reason": "why, in words",
    "report": "called with where something went wrong, and the exception",
    "request": "what a text model is asked",
    "response": "what a text model has answered",
    "seconds": "how long",
    "session_id": "the name under which the session is kept",
    "state": "the State of the session",
    "talk": "what caller and agent have said so far",
    "text": "the words",
    "tools": "names of functions",
    "usage": "tokens, as the server reported them",
    "voice": "who speaks and what plays, as the session believes",
    "window": "the last turns of the transcript",
    "writer": "says something to the server",
}
"""Parameters that mean the same wherever they stand; their functions do not say it again."""

STARS: Final[dict[object, str]] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
NAMED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|[A-Za-z_][\w.]*")


def qualified(annotation: Any, module: str) -> str:
    """An annotation as it was written in a module, each name telling whom it means; only its last part is shown."""

    def told(found: re.Match[str]) -> str:
        name, _, rest = found[0].partition(".")
        whole = None if found[0][0] in "'\"" else origin(module, name)
        if whole is None:
            return "~builtins.type" if found[0] == "type" else found[0]
        made_in, _, made = (imported(whole, rest) if rest else whole).rpartition(".")
        return f"~{homes().get((made_in, made), made_in)}.{made}"

    return NAMED.sub(told, plain(annotation))


def plain(annotation: Any) -> str:
    """An annotation as text, without what is said about a type to those who check values."""
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"Optional\[ForwardRef\('(.+?)'\)\]", r"\1 | None", text)
    return re.sub(r"Annotated\[(.+?), at_most\('\w+'\)\]", r"\1", text)


def awaited(function: Any) -> dict[str, str | None]:
    """The options that say how a function is called: with ``await``, or in ``async with``."""
    result = str(inspect.signature(function).return_annotation)
    manager = "AsyncContextManager" in result
    made = getattr(function, "__wrapped__", None)
    if manager or (inspect.isasyncgenfunction(made) and not inspect.isasyncgenfunction(function)):
        return {"async_with": ""}
    return {"async": ""} if inspect.iscoroutinefunction(function) else {}


def callable_entry(kind: str, argument: str, function: Any) -> str:
    """A function or method, by autodoc."""
    return directive(kind, f"{argument}{signature(function)}", **awaited(function))


def class_entry(argument: str, kind: type) -> str:
    """A class, by autodoc, with its members; those it has from private bases are described as its own."""
    members = [member_entry(kind, name, maker) for name, maker in members_of(kind)]
    directive_name = "autoexception" if issubclass(kind, BaseException) else "autoclass"
    return directive(directive_name, argument + construction(kind), *bases_of(kind), *members)


def bases_of(kind: type) -> Iterator[str]:
    """What a class is a kind of, if that is public."""
    described = {made for made, _ in homes().items()}
    names = [base.__name__ for base in kind.__bases__ if (base.__module__, base.__qualname__) in described]
    if names:
        yield f"A kind of {' and '.join(f'`{name}`' for name in names)}."


def construction(kind: type) -> str:
    """How an instance is made; nothing for those that are not made by calling the class."""
    if issubclass(kind, enum.Enum) or getattr(kind, "_is_protocol", False) or inspect.isabstract(kind):
        return ""
    if issubclass(kind, msgspec.Struct):
        return spelled(struct_signature(kind), kind.__module__)
    made = kind.__init__  # to be looked at, not called
    return signature(made).removesuffix(" -> None") if made is not object.__init__ and inspect.isfunction(made) else ""


def struct_signature(kind: type[msgspec.Struct]) -> inspect.Signature:
    """As msgspec makes it, with the annotations of the source."""
    hints = {
        name: hint for each in reversed(kind.__mro__) for name, hint in vars(each).get("__annotations__", {}).items()
    }
    found = inspect.signature(kind)
    return found.replace(
        parameters=[p.replace(annotation=hints.get(p.name, p.annotation)) for p in found.parameters.values()]
    )


def member_entry(kind: type, name: str, maker: type) -> str:
    """One member of a class."""
    found = inspect.getattr_static(maker, name, None)
    if isinstance(found, property):
        result = inspect.signature(found.fget).return_annotation if found.fget else None
        return directive("py:property", name, inspect.getdoc(found) or "", type=qualified(result, maker.__module__))
    if isinstance(found, (staticmethod, classmethod)) or inspect.isfunction(found):
        function = found.__func__ if isinstance(found, (staticmethod, classmethod)) else found
        kinds = {"classmethod": ""} if isinstance(found, classmethod) else {}
        kinds |= {"staticmethod": ""} if isinstance(found, staticmethod) else {}
        return directive("automethod", f"{dotted(kind)}.{name}{signature(function)}", **kinds, **awaited(function))
    return attribute_entry(kind, name, maker)


def dotted(kind: type) -> str:
    """The class as its door offers it."""
    made = (kind.__module__, kind.__qualname__)
    return f"{homes().get(made, kind.__module__)}.{kind.__qualname__}"


def attribute_entry(kind: type, name: str, maker: type) -> str:
    """A field, or a member of an enum, with the string under it."""
    hint = vars(maker).get("__annotations__", {}).get(name)
    value = getattr(kind, "__members__", {}).get(name)
    return directive(
        "py:attribute",
        name,
        attribute_docs(maker).get(name, ""),
        type=None if hint is None else qualified(hint, maker.__module__),
        value=None if value is None else repr(value.value),
    )


def data_entry(argument: str, made: Definition) -> str:
    """A constant or a name for a type, with the string under it."""
    annotated = isinstance(made.node, ast.AnnAssign)
    hint = ast.unparse(made.node.annotation) if isinstance(made.node, ast.AnnAssign) else ""
    value = (
        ast.unparse(made.node.value) if isinstance(made.node, ast.Assign | ast.AnnAssign) and made.node.value else ""
    )
    if hint == "TypeAlias" or (not annotated and made.name[0].isupper() and not made.name.isupper()):
        return directive("py:type", argument, made.docs, canonical=qualified(value, made.module))
    short = value if 0 < len(value) <= LONGEST_VALUE else None
    return directive("py:data", argument, made.docs, value=short)


def entry(door: Door, name: str) -> str:
    """A public name at its door: in full where it is at home, and as a link elsewhere."""
    thing = getattr(importlib.import_module(door.module), name)
    home = homes()[key_of(door.module, name)]
    if inspect.ismodule(thing) or home != door.module:
        return ""
    full = f"{door.module}.{name}"
    if inspect.isclass(thing):
        return class_entry(full, thing)
    if inspect.isfunction(thing):
        return callable_entry("autofunction", full, thing)
    made = defined(door.module, name)
    return fixture_entry(name, thing) if isinstance(made.node, FUNCTIONS) else data_entry(name, made)


def fixture_entry(argument: str, fixture: Any) -> str:
    """A fixture of pytest: what it asks for, and what it gives."""
    function = inspect.unwrap(fixture)
    return directive("py:function", argument + signature(function), "A fixture.", inspect.getdoc(function) or "")


def described() -> Iterator[str]:
    """Every name that must stand on a page, members included."""
    for door in PUBLIC:
        for name in door.names:
            thing = getattr(importlib.import_module(door.module), name)
            if inspect.ismodule(thing) or homes()[key_of(door.module, name)] != door.module:
                continue
            yield f"{door.module}.{name}"
            if inspect.isclass(thing):
                yield from (f"{door.module}.{name}.{member}" for member, _ in members_of(thing))


def elsewhere(door: Door) -> str:
    """The names that this door offers, and another one describes."""
    names = {}
    for name in door.names:
        home = homes()[key_of(door.module, name)]
        if inspect.ismodule(getattr(importlib.import_module(door.module), name)):
            names[name] = f":py:mod:`{name} <{door.module}.{name}>`"
        elif home != door.module:
            names[name] = f":py:obj:`{name} <{home}.{name}>`"
    return f"Also to be had from here: {', '.join(names.values())}." if names else ""


def door_page(door: Door) -> str:
    """The page of one door."""
    module = importlib.import_module(door.module)
    entries = [entry(door, name) for name in door.names]
    return "\n\n".join(
        part
        for part in (
            title(door.module, "="),
            directive("py:module", door.module),
            inspect.getdoc(module) or door.about,
            contents(door),
            elsewhere(door),
            *entries,
        )
        if part
    )


def contents(door: Door) -> str:
    """What a page describes, as links."""
    here = [name for name in door.names if homes()[key_of(door.module, name)] == door.module]
    return " · ".join(f":py:obj:`{name} <{door.module}.{name}>`" for name in here)


def pages() -> dict[str, str]:
    """Every page by its file name."""
    doors = {f"{door.module}.rst": door_page(door) for door in PUBLIC}
    return {"index.rst": index(list(doors)), **doors}


def index(names: Iterable[str]) -> str:
    """The first page: the doors, and the shorthands of signatures."""
    short = [
        data_entry(name, defined(SHORTHANDS, name)) for name in importlib.import_module(SHORTHANDS).__annotations__
    ]
    rows = [f"* - :doc:`{door.module}`\n  - {prose(door.about)}" for door in PUBLIC]
    return "\n\n".join(
        [
            title("The API", "="),
            "Every name you may rely on, by the door from which it is imported, with its whole docstring.",
            directive("list-table", "", "\n".join(rows), header_rows="0"),
            directive("toctree", "", "\n".join(name.removesuffix(".rst") for name in names), hidden=""),
            title("Parameters that mean the same everywhere", "-"),
            directive("list-table", "", "\n".join(f"* - ``{name}``\n  - {what}" for name, what in EVERYWHERE.items())),
            title("Shorthands", "-"),
            "Signatures use these names for plain types. They are not imported: write what they stand for.",
            *short,
        ]
    )
