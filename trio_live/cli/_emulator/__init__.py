"""The emulator as a command: a server until it is interrupted, and a look at the file of a persona."""

from trio_live.cli._emulator._command import EmulatorCommand, check_one, find_persona, run_emulator

__all__ = ["EmulatorCommand", "check_one", "find_persona", "run_emulator"]
