"""Names that nobody uses: ``python -m tests.architecture.unused`` lists them, and fails if there are any.

Vulture reads the package and what its users might write: examples, benchmarks, the scripts of the docs. What only tests
use is used by nobody. Public names (docs/_public.py), and the public methods and fields of what they stand for, are for
users to use; whatever else vulture does not see is named below, with the reason.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from vulture.core import Item, Vulture

from docs._public import PUBLIC

ROOT = Path(__file__).parents[2]
READ = ("trio_live", "docs", "benchmarks")

USED: Final = {
    "__dir__": "Python calls it",
    "__getattr__": "Python calls it",
    "demo": "a command, which click calls",
    "lagged": "users read it: how many events a slow reader has lost",
}
"""Name → who uses it, though vulture does not see it."""


def main() -> int:
    """The command."""
    unused = [item for item in found() if not is_public(item) and item.name not in USED]
    for item in unused:
        print(item.get_report())
    idle = USED.keys() - {item.name for item in found()}
    for name in sorted(idle):
        print(f"{name} is used, or gone: take it off the list in {Path(__file__).name}")
    return 1 if unused or idle else 0


def found() -> list[Item]:
    """What vulture believes to be unused in the package."""
    vulture = Vulture(ignore_decorators=["@*.default", "@*.validator"])  # attrs calls those
    vulture.scavenge([ROOT / each for each in READ])
    return [
        item for item in vulture.get_unused_code(min_confidence=60) if (ROOT / "trio_live") in item.filename.parents
    ]


def is_public(item: Item) -> bool:
    """Whether a name is a public one, or a public attribute of something public."""
    return (item.filename, item.name) in PUBLIC_NAMES


def public_names() -> Iterator[tuple[Path, str]]:
    """Files with the names in them that users may use."""
    for door in PUBLIC:
        module = importlib.import_module(door.module)
        for name in door.names:
            yield from names_of(name, getattr(module, name))


def names_of(name: str, value: Any) -> Iterator[tuple[Path, str]]:
    """A name, and the public attributes of a class in its own files and those of its bases."""
    if not inspect.isclass(value):
        home = inspect.getmodule(value)
        if home is not None and home.__file__:
            yield Path(home.__file__), name
        return
    for kind in value.__mro__:
        if kind.__module__.startswith("trio_live."):
            file = Path(inspect.getfile(kind))
            yield file, kind.__name__
            yield from (
                (file, each) for each in {*vars(kind), *vars(kind).get("__annotations__", ())} if each[0] != "_"
            )


PUBLIC_NAMES = frozenset(public_names())


if __name__ == "__main__":
    sys.exit(main())
