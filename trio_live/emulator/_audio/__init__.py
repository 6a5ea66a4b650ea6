"""Speech in frames, and speech heard in a client's audio."""

from trio_live.emulator._audio._babble import babble
from trio_live.emulator._audio._hearing import SpeechHearing, vad_config
from trio_live.emulator._audio._speech import Frame, FrameEncoder, SpeechStyle, pieces

__all__ = ["Frame", "FrameEncoder", "SpeechHearing", "SpeechStyle", "babble", "pieces", "vad_config"]
