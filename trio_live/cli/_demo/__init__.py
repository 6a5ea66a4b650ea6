"""The demo: a call on this machine, and what is kept of it."""

from trio_live.cli._demo._agent import build_agent
from trio_live.cli._demo._call import folder_for, run_demo
from trio_live.cli._demo._caller import read_recording

__all__ = ["build_agent", "folder_for", "read_recording", "run_demo"]
