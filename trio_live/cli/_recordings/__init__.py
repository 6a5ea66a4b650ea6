"""Recordings on the command line: replayed, inspected, redacted, drawn."""

from trio_live.cli._recordings._drawing import TimelineCommand, draw_timeline
from trio_live.cli._recordings._replay import inspect_file, redact_file, replay_file

__all__ = ["TimelineCommand", "draw_timeline", "inspect_file", "redact_file", "replay_file"]
