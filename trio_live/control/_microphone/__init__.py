"""Where this side listens to its user. Loaded only in sessions that do."""

from trio_live.control._microphone._listening import listener_of
from trio_live.control._microphone._microphone import Microphone
from trio_live.control._microphone._processing import Processing

__all__ = ["Microphone", "Processing", "listener_of"]
