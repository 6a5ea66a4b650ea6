"""What keeps a connection open on which nobody says anything: what is sent, how often, and when not.

Google AI drops a connection after about 150 s without data of the client: 1008 "The operation was aborted.", without
a word of warning. 100 ms of silence every 30 s kept one open. Both were measured; neither is documented. Ping frames do
not count as data.
"""

from __future__ import annotations

from typing import Final

from trio_live._typing import Seconds
from trio_live.events._internal import SendAudio
from trio_live.session._activity import silence
from trio_live.session._phase import SessionPhase
from trio_live.wire import LiveModelProfile

KEEP_ALIVE: Final[Seconds] = 30.0
"""So long nothing is sent before silence is."""

SILENCE: Final = SendAudio(silence(0.1))
"""100 ms of it."""

QUIET: Final = frozenset({SessionPhase.ACTIVE, SessionPhase.TOOL_CALL_PENDING, SessionPhase.TOOL_CALL_EXECUTING})
"""Where the link stands when neither the user nor the model speaks; at other times silence could be taken for a pause."""


def keep_alive_every(asked: Seconds | None, abilities: LiveModelProfile, *, manual_activity: bool) -> Seconds | None:
    """How long nothing may have been sent before silence is; ``None``: it never is.

    Args:
        asked: what the user chose.
        abilities: of the model; one that takes no audio is sent none.
        manual_activity: this side marks when the user speaks. Sound outside the marks belongs to no activity, and what
            the server makes of it is not known.
    """
    return None if manual_activity or "AUDIO" not in abilities.input_modalities else asked
