from __future__ import annotations

from trio_live.tools._docstring import read_docstring


def test_googles_style_is_read() -> None:
    said = read_docstring(
        """Book a table.

        For tonight, or any
        other night.

        Args:
            day: which day, as
                the caller said it
            guests (int): how many: at most eight
            **more: anything

        Returns:
            nothing: at all
        """
    )
    assert said.summary == "Book a table.\n\nFor tonight, or any other night."
    assert said.parameters == {
        "day": "which day, as the caller said it",
        "guests": "how many: at most eight",
        "more": "anything",
    }


def test_sphinxs_style_is_read() -> None:
    said = read_docstring(
        """Book a table.

        :param day: which day, as
            the caller said it
        :param int guests: how many
        :type day: str
        :returns: nothing
            at all
        """
    )
    assert said.summary == "Book a table."
    assert said.parameters == {"day": "which day, as the caller said it", "guests": "how many"}


def test_without_a_docstring_nothing_is_said() -> None:
    said = read_docstring(None)
    assert (said.summary, said.parameters) == ("", {})


def test_what_comes_after_a_section_of_parameters_is_none() -> None:
    assert read_docstring("Do.\n\nArgs:\n    a: one\n\nRaises:\n    KeyError: two").parameters == {"a": "one"}
