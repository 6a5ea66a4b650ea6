"""``python -m trio_live`` is the ``trio-live`` command."""

from trio_live.cli import main

main()
