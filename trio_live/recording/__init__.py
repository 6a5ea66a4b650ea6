"""What went over the wire, kept frame by frame: its form, its writers, its reader."""

from trio_live.recording._entries import WireDirection, WireEntry
from trio_live.recording._reader import read_recording
from trio_live.recording._recorders import FileWireRecorder, MemoryWireRecorder, WireRecorder
from trio_live.recording._redacting import redact_recording

__all__ = [
    "FileWireRecorder",
    "MemoryWireRecorder",
    "WireDirection",
    "WireEntry",
    "WireRecorder",
    "read_recording",
    "redact_recording",
]
