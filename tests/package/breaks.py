"""What this version takes from those who use the last one: ``python -m tests.package.breaks [--against REFERENCE]``.

griffe compares the public names, their parameters and their fields with those of the last tag. Until there is one there
is nothing to compare with, and nothing that anybody could rely on; that is said, and is no failure.
"""

from __future__ import annotations

import subprocess
import sys

PACKAGE = "trio_live"


def last_tag() -> str | None:
    """The newest tag before the present commit."""
    found = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"],  # noqa: S607  # whichever git is there
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


def main(arguments: list[str]) -> int:
    """Compare, and print each break with its place."""
    reference = arguments[1] if arguments[:1] == ["--against"] else last_tag()
    if reference is None:
        print(
            "There is no tag yet, so there is no version that this one could break. The first tag is compared with from then on."
        )
        return 0
    print(f"Comparing {PACKAGE} with {reference}.")
    command = [sys.executable, "-m", "griffe", "check", PACKAGE, "--search", ".", "--against", reference]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
