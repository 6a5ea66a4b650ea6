"""The command that lets an agent answer the telephone."""

from trio_live.cli._phone._phone import NAMES, PhoneCommand, run_phone

__all__ = ["NAMES", "PhoneCommand", "run_phone"]
