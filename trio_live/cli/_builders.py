"""Builders named on the command line."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trio_live import ConfigError, Live, LiveError
from trio_live.contract import RuntimeContract


def find_builder(name: str) -> Live:
    """The builder that ``module:attribute`` names; a function without arguments is called.

    Raises:
        ConfigError: there is no such module or attribute, it cannot be loaded, or it is no builder.
    """
    found = _find(name)
    with _loading(name):
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
        with _loading(name):
            found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{name!r} cannot be found: {error}") from error
    finally:
        sys.path.pop(0)
    return found


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """What the user's module raises is told with the place in it.

    Raises:
        ConfigError: anything was raised that says nothing of the kind itself.
    """
    try:
        yield
    except (LiveError, ImportError):
        raise
    except SyntaxError as error:
        raise ConfigError(f"{name!r} cannot be loaded: {error.filename}:{error.lineno}: {error.msg}") from error
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ConfigError(f"{name!r} cannot be loaded: {last.filename}:{last.lineno}: {what}") from error
