"""Builders named on the command line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from trio_live import ConfigError, Live
from trio_live.contract import RuntimeContract


def find_builder(name: str) -> Live:
    """The builder that ``module:attribute`` names; a function without arguments is called.

    Raises:
        ConfigError: there is no such module or attribute, or it is no builder.
    """
    found = _find(name)
    builder = found() if is_called(name) else found
    if not isinstance(builder, Live):
        raise ConfigError(f"{name!r} is a {type(builder).__name__}, not a Live builder")
    return builder


def find_agent(name: str) -> Live | RuntimeContract:
    """What `find_builder` finds, or the contract in the JSON file of that name.

    Raises:
        ConfigError: there is no such builder, or the file holds no contract.
        OSError: the file cannot be read.
    """
    if name.endswith(".json"):
        return RuntimeContract.from_json(Path(name).read_text(encoding="utf-8"))
    return find_builder(name)


def is_called(name: str) -> bool:
    """Whether ``module:attribute`` names a function that returns a builder.

    Raises:
        ConfigError: there is no such module or attribute.
    """
    found = _find(name)
    return callable(found) and not isinstance(found, Live)


def _find(name: str) -> Any:
    module_name, _, attribute = name.partition(":")
    module_name = module_name.removeprefix("./").removesuffix(".py").replace("/", ".")  # as shells complete it
    if not module_name or not attribute:
        raise ConfigError(f"{name!r} does not name a builder; write it as module:attribute, such as my_agent:live")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{name!r} cannot be found: {error}") from error
    finally:
        sys.path.pop(0)
    return found
