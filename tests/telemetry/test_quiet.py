"""Sound that is nearly silent is told, once a spell; pauses of a voice are none."""

from __future__ import annotations

import math
import struct

from trio_live.telemetry._quiet import QUIET_BELOW, SPELL_SECONDS, QuietOutput, is_quiet

PIECE = 960  # samples: 40 ms
PIECES = round(SPELL_SECONDS * 24_000 / PIECE)


def tone(loudest: int, hertz: float = 220) -> bytes:
    samples = (round(loudest * math.sin(2 * math.pi * hertz * n / 24_000)) for n in range(PIECE))
    return struct.pack(f"<{PIECE}h", *samples)


SPEECH, HUM, SILENCE = tone(8000), tone(QUIET_BELOW // 2), bytes(2 * PIECE)


def test_a_voice_is_heard_in_every_piece_of_it() -> None:
    assert not any(is_quiet(tone(2000, hertz)) for hertz in (80, 100, 220, 440, 1000, 3000))
    assert is_quiet(SILENCE)
    assert is_quiet(HUM)
    assert is_quiet(b"")
    assert is_quiet(b"\x01")


def test_a_spell_is_told_once_and_another_one_again() -> None:
    ears = QuietOutput()
    told = [ears.hears(2 * PIECE, quiet=True) for _ in range(3 * PIECES)]
    assert told.count(True) == 1
    assert told.index(True) == PIECES - 1
    assert not ears.hears(2 * PIECE, quiet=False)
    assert [ears.hears(2 * PIECE, quiet=True) for _ in range(PIECES)].count(True) == 1


def test_pauses_are_no_spell() -> None:
    ears = QuietOutput()
    for _ in range(20):
        assert not any(ears.hears(2 * PIECE, quiet=True) for _ in range(PIECES - 1))
        assert not ears.hears(2 * PIECE, quiet=False)
