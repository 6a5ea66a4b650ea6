"""The pages about the talk: phases, what follows from what, callbacks."""

from trio_live.live._pages._conversation._callbacks import CallbackPage
from trio_live.live._pages._conversation._control_callbacks import ControlCallbackPage
from trio_live.live._pages._conversation._phases import PhasePage
from trio_live.live._pages._conversation._reactive import ReactivePage

__all__ = ["CallbackPage", "ControlCallbackPage", "PhasePage", "ReactivePage"]
