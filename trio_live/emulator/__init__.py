"""A Gemini Live server for one machine: real sockets, the real wire, and a persona instead of a model."""

from trio_live.emulator._close_rows import CLOSE_ROWS, CloseRow
from trio_live.emulator._emulation import ConnectionStatistics, Emulation, serve_transport
from trio_live.emulator._fault_file import load_fault_plan, parse_fault, parse_fault_plan
from trio_live.emulator._faults import FAULTS, FaultPlan, FaultRow, Point, Strike
from trio_live.emulator._habits import HABITS, PROFILE_NAMES, Habits
from trio_live.emulator._log import Direction, LogHook, LogRecord
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Call, Greets, Heard, Line, Occasion, Persona, Reaction, Reply, Rule, Timed
from trio_live.emulator._persona_file import (
    bundled_persona,
    bundled_personas,
    check_persona,
    load_persona,
    parse_persona,
)
from trio_live.emulator._server import Emulator, open_emulator
from trio_live.emulator._voice_bank import VoiceBank, load_voice_bank

__all__ = [
    "CLOSE_ROWS",
    "FAULTS",
    "HABITS",
    "PROFILE_NAMES",
    "Call",
    "CloseRow",
    "ConnectionStatistics",
    "Direction",
    "Emulation",
    "Emulator",
    "EmulatorOptions",
    "FaultPlan",
    "FaultRow",
    "Greets",
    "Habits",
    "Heard",
    "Line",
    "LogHook",
    "LogRecord",
    "Occasion",
    "Persona",
    "Point",
    "Reaction",
    "Reply",
    "Rule",
    "Strike",
    "Timed",
    "VoiceBank",
    "bundled_persona",
    "bundled_personas",
    "check_persona",
    "load_fault_plan",
    "load_persona",
    "load_voice_bank",
    "open_emulator",
    "parse_fault",
    "parse_fault_plan",
    "parse_persona",
    "serve_transport",
]
