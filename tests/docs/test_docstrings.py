"""Every public function says what it does, and what each of its parameters is: under ``Args``, or by name in its words."""

from __future__ import annotations

import enum
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import msgspec
import pytest

from docs._api import EVERYWHERE
from docs._definitions import homes, origin
from docs._drawing import attribute_docs
from docs._public import PUBLIC

Function = Callable[..., Any]

SELF = {"self", "cls"}


def functions() -> Iterator[tuple[str, Function, str]]:
    """Every public function and method by its dotted name, and the words that describe it."""
    for door in PUBLIC:
        for name in door.names:
            thing = getattr(importlib.import_module(door.module), name)
            if inspect.isfunction(thing):
                yield f"{door.module}.{name}", thing, inspect.getdoc(thing) or ""
            elif inspect.isclass(thing) and thing.__module__.startswith("trio_live."):
                yield from ((f"{door.module}.{name}.{part}", made, words) for part, made, words in methods(thing))


def methods(kind: type) -> Iterator[tuple[str, Function, str]]:
    """The public methods of a class, and its initialiser where it is written by hand; the class describes that one."""
    seen = set()
    for ancestor in (each for each in kind.__mro__ if each.__module__.startswith("trio_live.")):
        for name, member in vars(ancestor).items():
            function = getattr(member, "__func__", member)
            if name[0] != "_" and inspect.isfunction(function) and name not in seen:
                seen.add(name)
                yield name, function, inspect.getdoc(getattr(kind, name)) or ""
    if "__init__" in vars(kind) and not is_written_by_a_library(kind):
        made = vars(kind)["__init__"]
        if not takes_what_is_private(made):
            words = [inspect.getdoc(kind) or "", made.__doc__ or ""]
            fields = [
                f"{name}: {what}" for ancestor in fields_of(kind) for name, what in attribute_docs(ancestor).items()
            ]
            yield "__init__", made, "\n".join([*words, *fields])


def fields_of(kind: type) -> list[type]:
    """The classes of ours whose fields a class has."""
    return [each for each in kind.__mro__ if each.__module__.startswith("trio_live.")]


def takes_what_is_private(made: Function) -> bool:
    """Whether only the package itself can call an initialiser: it takes what programs cannot name."""
    hints = " ".join(str(each.annotation) for each in inspect.signature(made).parameters.values())
    origins = [origin(made.__module__, word) or "" for word in re.findall(r"[A-Z]\w+", hints)]
    return any(each.startswith("trio_live.") and tuple(each.rsplit(".", 1)) not in homes() for each in origins)


def is_written_by_a_library(kind: type) -> bool:
    """Whether the fields of a class say what its initialiser takes."""
    return attrs.has(kind) or issubclass(kind, msgspec.Struct | enum.Enum) or getattr(kind, "_is_protocol", False)


FUNCTIONS = {name: (function, words) for name, function, words in functions()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_does_and_what_it_takes(name: str) -> None:
    function, words = FUNCTIONS[name]
    assert words, f"{name} has no docstring"
    parameters = [
        each.rstrip("_") for each in inspect.signature(function).parameters if each not in SELF | set(EVERYWHERE)
    ]
    unsaid = [each for each in parameters if not is_named(each, words)]
    assert not unsaid, f"the docstring of {name} does not say what {', '.join(unsaid)} is"


def is_named(parameter: str, words: str) -> bool:
    """Whether a parameter is spoken of: by its name, or by a word that has it for its stem."""
    stem = parameter.removesuffix("s")
    return re.search(rf"(?<![^\W_]){stem}", words, re.IGNORECASE) is not None


def test_a_parameter_is_named_by_a_word_of_its_own() -> None:
    assert is_named("key", "Reads a key.")
    assert is_named("keys", "``session_keys``, each key.")
    assert not is_named("key", "A monkey.")


def test_functions_of_every_door_are_looked_at() -> None:
    assert {name.split(".")[1] for name in FUNCTIONS} > {"live", "phases", "tools", "compose", "emulator", "testing"}
