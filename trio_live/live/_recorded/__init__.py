"""Sessions that are recorded: their frames, and what is asked of them."""

from trio_live.live._recorded._recording import open_recording
from trio_live.live._recorded._writer import RecordedWriter

__all__ = ["RecordedWriter", "open_recording"]
