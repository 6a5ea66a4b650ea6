from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.redaction import Redaction
from trio_live.redaction._internal import Pieces
from trio_live.redaction._pieces import LONGEST_HELD

pieces = st.lists(
    st.text("0123456789 -ab", max_size=8) | st.sampled_from(["4111 11", "11 1111", " 1111", "411111", "1111111111"]),
    max_size=8,
)


@given(pieces, st.none() | st.integers(1, 8))
def test_the_pieces_together_are_redacted_as_the_whole(said: list[str], digits: int | None) -> None:
    redaction = Redaction(digits=digits)
    stream = Pieces(redaction)
    told = "".join([*(stream.push(piece) for piece in said), stream.flush()])
    assert told == redaction.text("".join(said))


def test_only_a_number_at_the_end_waits() -> None:
    stream = Pieces(Redaction())
    assert [stream.push(piece) for piece in ("My card is 41", "11 1111 1111 ", "1111, please")] == [
        "My card is ",
        "",
        "[card ending 1111], please",
    ]
    assert stream.flush() == ""


def test_a_number_without_end_does_not_wait_for_ever() -> None:
    stream = Pieces(Redaction())
    assert stream.push("1" * (LONGEST_HELD + 1)) == "1" * (LONGEST_HELD + 1)


@given(pieces)
def test_without_numbers_to_hide_nothing_waits(said: list[str]) -> None:
    stream = Pieces(Redaction(cards=False, patterns=(("b", "*"),)))
    assert [stream.push(piece) for piece in said] == [piece.replace("b", "*") for piece in said]
