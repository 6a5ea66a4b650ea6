from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.session.link import ACTIVE, hear_content, ignore, open_protocol, said, sound
from trio_live import wire_events
from trio_live.session._internal import SessionProtocol
from trio_live.session._whole_samples import WholeSamples


def say(protocol: SessionProtocol, pcm: bytes, **beside: object) -> list[bytes]:
    """The audio events of one frame; with something beside it, it takes the long way."""
    events = hear_content(protocol, modelTurn=said(sound(pcm)), **beside)
    return [event.data for event in events if isinstance(event, wire_events.AudioData)]


@given(st.lists(st.binary(max_size=5)))
def test_however_it_is_cut_whole_samples_come_out_and_nothing_is_lost_but_half_a_one_at_the_end(
    pieces: list[bytes],
) -> None:
    lost: list[str] = []
    samples = WholeSamples(lost.append)
    out = [samples.of(piece) for piece in pieces]
    whole = b"".join(pieces)
    assert all(len(piece) % 2 == 0 for piece in out)
    assert b"".join(out) == whole[: len(whole) // 2 * 2]
    samples.end()
    assert lost == ["half a sample"] * (len(whole) % 2)
    assert samples.of(b"") == b""


def test_even_pieces_are_handed_on_as_they_are() -> None:
    piece = bytes(4)
    assert WholeSamples(ignore).of(piece) is piece


def test_the_halves_of_a_sample_are_joined_across_the_frames_of_a_turn_whichever_way_they_take() -> None:
    protocol = open_protocol()
    assert say(protocol, b"123") == [b"12"]
    assert say(protocol, b"456") == [b"3456"]
    assert say(protocol, b"7") == []
    assert say(protocol, b"890", outputTranscription={"text": "a"}) == [b"7890"]


def test_half_a_sample_that_is_left_over_goes_with_its_turn_and_is_counted() -> None:
    lost: list[str] = []
    protocol = open_protocol(on_lost=lost.append)
    say(protocol, b"123")
    hear_content(protocol, interrupted=True)
    assert say(protocol, b"456") == [b"45"]
    hear_content(protocol, turnComplete=True)
    assert say(protocol, b"78") == [b"78"]
    assert say(protocol, b"9") == []
    protocol.end()
    assert lost == ["half a sample"] * 3


def test_half_a_sample_alone_does_not_make_the_model_speak() -> None:
    protocol = open_protocol()
    assert hear_content(protocol, modelTurn=said(sound(b"1"))) == []
    assert ACTIVE not in hear_content(protocol, modelTurn=said(sound(b"2")))
