"""The command that opens an agent in the browser."""

from trio_live.cli._talk._talk import TalkCommand, run_talk

__all__ = ["TalkCommand", "run_talk"]
