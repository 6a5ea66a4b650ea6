"""What the built distributions must hold: ``python -m tests.package.contents DIST``. Standard library only."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

LARGEST_WHEEL: Final = 2_500_000
"""Bytes. The package is installed in many containers, and most of them never play the demo."""

MOST_SOUND: Final = 0.4
"""The share of a wheel that may be recordings."""

SOUND: Final = {".wav", ".pcm", ".raw", ".steps"}

IN_THE_WHEEL: Final = (
    "trio_live/__init__.py",
    "trio_live/py.typed",
    "trio_live/emulator/_persona/bundled/front_desk.toml",
)
IN_THE_SDIST: Final = (
    *IN_THE_WHEEL,
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "docs/conf.py",
    "docs/README.md",
    "docs/reference/public-names.md",
    "noxfile.py",
    "pyproject.toml",
    "tests/conftest.py",
)
NOT_IN_THE_SDIST: Final = ("build/", "dist/", "docs/api/", "docs/project/", ".venv", ".nox", ".ci")


def mistakes_of_wheel(names: Collection[str], metadata: str) -> Iterator[str]:
    """What is wrong with the files of a wheel."""
    yield from (f"lacks {name}" for name in IN_THE_WHEEL if name not in names)
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        yield "lacks the licence"
    for name in names:
        top = PurePosixPath(name).parts[0]
        if top != "trio_live" and not top.endswith(".dist-info"):
            yield f"holds {name}, which belongs to no package"
        if "__pycache__" in name or "/tests/" in name:
            yield f"holds {name}"
    if "](docs/" in metadata:
        yield "describes itself with links that lead nowhere on the package index"


def mistakes_of_sdist(names: Collection[str]) -> Iterator[str]:
    """What is wrong with the files of an sdist, whose names are given without its top folder."""
    yield from (f"lacks {name}" for name in IN_THE_SDIST if name not in names)
    yield from (f"holds {name}" for name in names if "__pycache__" in name or name.startswith(NOT_IN_THE_SDIST))


def mistakes_of_size(sizes: dict[str, int]) -> Iterator[str]:
    """Whether a wheel is larger than it may be; sizes are those of its compressed files."""
    whole = sum(sizes.values())
    sound = sum(size for name, size in sizes.items() if PurePosixPath(name).suffix in SOUND)
    if whole > LARGEST_WHEEL:
        yield f"has {whole:,} bytes, more than {LARGEST_WHEEL:,}"
    if sound > MOST_SOUND * whole:
        yield f"consists of recordings by {sound / whole:.0%}"


def check_wheel(path: Path) -> Iterator[str]:
    """What is wrong with a wheel."""
    with zipfile.ZipFile(path) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        yield from mistakes_of_wheel(wheel.namelist(), wheel.read(metadata).decode())
        yield from mistakes_of_size({each.filename: each.compress_size for each in wheel.infolist()})


def check_sdist(path: Path) -> Iterator[str]:
    """What is wrong with an sdist."""
    with tarfile.open(path) as sdist:
        yield from mistakes_of_sdist({name.partition("/")[2] for name in sdist.getnames() if "/" in name})


def main(folder: Path) -> int:
    """Check what was built."""
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        print(f"{folder} holds {len(wheels)} wheels and {len(sdists)} sdists, not one of each")
        return 1
    found = [f"{wheels[0].name} {what}" for what in check_wheel(wheels[0])]
    found += [f"{sdists[0].name} {what}" for what in check_sdist(sdists[0])]
    print("\n".join(found) or f"{wheels[0].name} ({wheels[0].stat().st_size:,} bytes) and {sdists[0].name} are whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
