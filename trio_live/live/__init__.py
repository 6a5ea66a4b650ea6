"""The public face: the builder, what it builds, and the handle of a running session."""

from trio_live.live._attach import attach_session
from trio_live.live._builder import Live, endpoint_from_env
from trio_live.live._halves import ConversationHandle, VoiceHandle
from trio_live.live._handle import LiveHandle
from trio_live.live._pages import LiveSpec
from trio_live.live._session_handle import SessionHandle

__all__ = [
    "ConversationHandle",
    "Live",
    "LiveHandle",
    "LiveSpec",
    "SessionHandle",
    "VoiceHandle",
    "attach_session",
    "endpoint_from_env",
]
