"""Where names are made: following the imports of the package's own source, without running more than is imported."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import attrs

from docs._drawing import attribute_docs, prose, public
from docs._public import PUBLIC


@attrs.frozen
class Definition:
    """Where a name is made."""

    module: str
    name: str
    node: ast.stmt
    docs: str
    """The string under it, if it is assigned."""


@cache
def statements(module: str) -> tuple[ast.stmt, ...]:
    """What stands at the top of a module, also under ``if TYPE_CHECKING``."""
    path = importlib.import_module(module).__file__ or ""
    body = ast.parse(Path(path).read_text(encoding="utf-8")).body
    return tuple(
        inner for node in body for inner in ([*node.body, *node.orelse] if isinstance(node, ast.If) else [node])
    )


@cache
def defined(module: str, name: str) -> Definition:
    """Follow imports to where a name is made."""
    body = statements(module)
    for position, node in enumerate(body):
        match node:
            case ast.ImportFrom(module=str(there), names=names):
                for alias in names:
                    if (alias.asname or alias.name) == name:
                        return defined(there, alias.name)
            case ast.ClassDef(name=found) | ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found):
                if found == name:
                    return Definition(module, name, node, "")
            case ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)):
                if found == name:
                    return Definition(module, name, node, string_of(body[position + 1 : position + 2]))
    raise LookupError(f"{module} has no {name}")


@cache
def origin(module: str, name: str) -> str | None:
    """The dotted name of what a module calls so; ``None`` for what Python itself has."""
    for node in statements(module):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if (alias.asname or alias.name.partition(".")[0]) == name:
                        return alias.name if alias.asname else name
            case ast.ImportFrom(module=str(there), names=names):
                for alias in names:
                    if (alias.asname or alias.name) == name:
                        return imported(there, alias.name)
            case (
                ast.ClassDef(name=found)
                | ast.Assign(targets=[ast.Name(id=found)])
                | ast.AnnAssign(target=ast.Name(id=found))
            ):
                if found == name:
                    return f"{module}.{name}"
    return None


def imported(module: str, name: str) -> str:
    """Where ``from module import name`` leads in the end."""
    whole = f"{module}.{name}"
    if not module.startswith("trio_live") or not is_module(module) or is_module(whole):
        return whole
    return origin(module, name) or whole


@cache
def is_module(name: str) -> bool:
    """Whether a dotted name is that of a module."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return False
    return True


def string_of(following: Iterable[ast.stmt]) -> str:
    """The docstring that stands where one may stand."""
    match list(following):
        case [ast.Expr(value=ast.Constant(value=str(text)))]:
            return prose(text)
        case _:
            return ""


@cache
def homes() -> Mapping[tuple[str, str], str]:
    """Definition → the door that describes it: of the room where it is made, or else the first that is not the front."""
    found: dict[tuple[str, str], str] = {}
    for door in (*PUBLIC[1:], PUBLIC[0]):
        for name in door.names:
            made = key_of(door.module, name)
            if made not in found or (made[0].startswith(f"{door.module}.") and door is not PUBLIC[0]):
                found[made] = door.module
    return MappingProxyType(found)


def key_of(module: str, name: str) -> tuple[str, str]:
    """What is the same for all doors at which a thing stands."""
    if inspect.ismodule(getattr(importlib.import_module(module), name)):
        return f"{module}.{name}", ""
    made = defined(module, name)
    return made.module, made.name


def members_of(kind: type) -> Iterator[tuple[str, type]]:
    """The public members of a class, and the class of ours in which each is made; the nearest first."""
    seen: set[str] = set()
    for ancestor in (each for each in kind.__mro__ if each.__module__.startswith("trio_live")):
        fields = [name for name in vars(ancestor).get("__annotations__", {}) if not name.startswith("_")]
        named = [name for name in vars(ancestor) if name in getattr(ancestor, "__members__", {})]
        documented = [name for name in attribute_docs(ancestor) if not name.startswith("_")]
        for name in dict.fromkeys([*named, *fields, *documented, *public(ancestor)]):
            if name not in seen:
                seen.add(name)
                yield name, ancestor
