"""Sound on its way between a line and a model."""

from __future__ import annotations

import math
import struct

import pytest

from trio_live import ConfigError
from trio_live.phone import AudioFormat
from trio_live.phone._dialects import Hearing, Speaking
from trio_live.phone._dialects._formats import NAMES, warm_up
from trio_live.voice._internal import energy_dbfs

FORMATS = [
    AudioFormat("PCMU"),
    AudioFormat("PCMA"),
    AudioFormat("L16"),
    AudioFormat("L16", 16_000),
    AudioFormat("audio/x-l16", 16_000),
    AudioFormat("slin48", 48_000),
    AudioFormat("slin44", 44_100),
]


def tone(rate: int, seconds: float = 0.4) -> bytes:
    count = int(rate * seconds)
    return struct.pack(f"<{count}h", *(round(9_000 * math.sin(2 * math.pi * 700 * n / rate)) for n in range(count)))


@pytest.mark.parametrize("coded", FORMATS, ids=str)
def test_a_voice_survives_the_way_through_a_phone(coded: AudioFormat) -> None:
    warm_up(coded)
    speaking, hearing, said = Speaking(coded), Hearing(coded), tone(24_000)
    payloads = [speaking.speak(said[at : at + 960]) for at in range(0, len(said), 960)]
    assert {len(payload) for payload in payloads} == {coded.frame_bytes}
    heard = b"".join(map(hearing.hear, payloads))
    assert len(heard) == len(tone(16_000))
    assert energy_dbfs(heard[640:]) == pytest.approx(energy_dbfs(tone(16_000)), abs=0.3)


def test_half_a_sample_waits_for_its_other_half() -> None:
    coded, sound = AudioFormat("slin16", 16_000), tone(16_000)
    hearing = Hearing(coded)
    assert b"".join(hearing.hear(sound[at : at + 7]) for at in range(0, len(sound), 7)) == sound


def test_network_order_has_the_larger_byte_first() -> None:
    assert Hearing(AudioFormat("L16", 16_000)).hear(b"\x01\x02") == b"\x02\x01"
    assert Hearing(AudioFormat("audio/x-l16", 16_000)).hear(b"\x01\x02") == b"\x01\x02"


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_a_coding(name: str) -> None:
    coded = AudioFormat(name)
    assert len(coded.coding.encode(coded.coding.decode(bytes(320)))) == 320
    assert energy_dbfs(Hearing(coded).hear(coded.coding.silence * 160)) < -70, "A-law has no zero"


@pytest.mark.parametrize(
    ("name", "rate", "words"), [("opus", 48_000, "is not spoken here"), ("PCMU", 4_000, "8,000 to")]
)
def test_what_nobody_here_speaks_is_refused(name: str, rate: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        AudioFormat(name, rate)
