"""TOML files with positions: tables that know on which line each of their values stands."""

from trio_live.emulator._toml._positions import Step
from trio_live.emulator._toml._tables import Source, Table, read_source, spell

__all__ = ["Source", "Step", "Table", "read_source", "spell"]
