from __future__ import annotations

from trio_live._wording import describe, one_line, shown


def test_plain_words_of_any_language_stay_as_they_are() -> None:
    for words in ("", "no", "quota: 5 %", "grün, 日本語, 🙂"):
        assert one_line(words) == shown(words) == words


def test_what_would_forge_a_line_or_steer_a_screen_can_be_seen() -> None:
    assert one_line("no\nERROR trio: yes") == r"no\nERROR trio: yes"
    assert one_line("\x1b]0;title\x07\r\x9b2J\u2028\u202e") == r"\x1b]0;title\x07\r\x9b2J\u2028\u202e"
    assert shown("a\n\tb\x1b[2J") == "a\n\tb\\x1b[2J"


def test_an_exception_without_words_is_told_by_its_class() -> None:
    class Mute(Exception):  # noqa: N818  # as users write them
        def __str__(self) -> str:
            raise LookupError

    assert describe(ValueError("so")) == "so"
    assert describe(ValueError()) == "ValueError"
    assert describe(Mute()) == "Mute"
