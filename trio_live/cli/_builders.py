"""Builders named on the command line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from trio_live import ConfigError, Live


def find_builder(name: str) -> Live:
    """The builder that ``module:attribute`` names; a function without arguments is called.

    Raises:
        ConfigError: there is no such module or attribute, or it is no builder.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise ConfigError(f"{name!r} does not name a builder; write it as module:attribute, such as my_agent:live")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{name!r} cannot be found: {error}") from error
    finally:
        sys.path.pop(0)
    builder = found if isinstance(found, Live) else found() if callable(found) else found
    if not isinstance(builder, Live):
        raise ConfigError(f"{name!r} is a {type(builder).__name__}, not a Live builder")
    return builder
