"""Where the command begins: says what to install when the extra is missing, and ends without a traceback."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the ``trio-live`` command and exit."""
    try:
        from trio_live.cli._commands import cli
    except ModuleNotFoundError as missing:
        if missing.name not in {"click", "rich"}:
            raise
        sys.exit(f"the trio-live command needs {missing.name}; install it with: pip install 'trio-live[cli]'")
    cli.main(prog_name="trio-live")
