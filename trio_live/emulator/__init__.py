"""A Gemini Live server for one machine: real sockets, the real wire, and a persona instead of a model."""

from trio_live.emulator._emulation import ConnectionStatistics, Emulation, serve_transport
from trio_live.emulator._log import Direction, LogHook, LogRecord
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Call, Greets, Heard, Persona, Reply, Rule
from trio_live.emulator._persona_file import bundled_persona, bundled_personas, load_persona, parse_persona
from trio_live.emulator._server import Emulator, open_emulator
from trio_live.emulator._voice_bank import VoiceBank, load_voice_bank

__all__ = [
    "Call",
    "ConnectionStatistics",
    "Direction",
    "Emulation",
    "Emulator",
    "EmulatorOptions",
    "Greets",
    "Heard",
    "LogHook",
    "LogRecord",
    "Persona",
    "Reply",
    "Rule",
    "VoiceBank",
    "bundled_persona",
    "bundled_personas",
    "load_persona",
    "load_voice_bank",
    "open_emulator",
    "parse_persona",
    "serve_transport",
]
