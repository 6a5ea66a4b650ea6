"""Running the extractors of a session. Loaded only where there are some."""

from __future__ import annotations

from trio_live.control._extraction._extractors import Extractors

__all__ = ["Extractors"]
