"""Where this side listens to its user. Loaded only in sessions that do."""

from trio_live.control._microphone._listening import listener_of
from trio_live.control._microphone._microphone import Microphone

__all__ = ["Microphone", "listener_of"]
