"""``trio-live phases``: a picture of a builder's phases, as text."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

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


def show_phases(name: str, *, as_format: str, say: bool) -> None:
    """Print the picture, or what is said in each phase; a builder without phases is an error."""
    builder = find_builder(name)
    if not builder.declared_phases():
        raise ConfigError(f"{name!r} declares no phases")
    click.echo(builder.phase_words() if say else builder.phase_picture(as_format))
