"""Tools of Model Context Protocol servers; needs the extra ``mcp``."""

from __future__ import annotations

from trio_live.mcp._connection import open_mcp_tools

__all__ = ["open_mcp_tools"]
