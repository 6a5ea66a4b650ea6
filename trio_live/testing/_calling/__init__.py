"""A caller who speaks: a microphone that is always on, ears, and sounds to say."""

from trio_live.testing._calling._caller import Caller, NoAnswer, open_caller
from trio_live.testing._calling._sounds import Sound, hum, noise, silence, voice

__all__ = ["Caller", "NoAnswer", "Sound", "hum", "noise", "open_caller", "silence", "voice"]
