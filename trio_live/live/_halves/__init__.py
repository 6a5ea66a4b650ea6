"""Two halves of a handle: the talk, and the voices in it."""

from trio_live.live._halves._conversing import ConversationHandle
from trio_live.live._halves._voice import VoiceHandle

__all__ = ["ConversationHandle", "VoiceHandle"]
