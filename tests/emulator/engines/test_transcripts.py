from __future__ import annotations

import pytest

from trio_live.emulator._engines._transcripts import GrowingTranscript


@pytest.mark.parametrize(
    ("guesses", "final", "pieces"),
    [
        ([], "hello there", ["hello there"]),
        (["hello", "hello there", "hello there you"], "hello there you", ["hello", " there", " you"]),
        (["hello", "hello"], "hello", ["hello"]),
        (
            ["I want an", "I want an apple", "I want an apple pie"],
            "I want an apple pie.",
            ["I want an", " apple", " pie."],
        ),
        (["hell", "hello", "hello there now"], "hello there now", ["hello", " there now"]),
        (["a b c", "a b c d"], "a x c d", ["a b c", " d"]),
        (["a b c", "a b c d"], "a", ["a b c"]),
        (["Hello there", "hello, there friend"], "Hello there friend", ["hello, there", " friend"]),
    ],
)
def test_what_two_guesses_agree_on_is_sent(guesses: list[str], final: str, pieces: list[str]) -> None:
    transcript = GrowingTranscript()
    sent = [*(transcript.guess(guess) for guess in guesses), transcript.finish(final)]
    assert [piece for piece in sent if piece] == pieces
