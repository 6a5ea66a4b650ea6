"""The links of the site: tables of contents, links between pages, and what a name leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs._linking import OF_A_CLASS, Names, on_site, with_contents, with_fields

PAGE = """# All

- [of nothing](https://example.org)

## How to

- [Connect](how-to/connect.md): [here](how-to/connect.md#keys), or [there](how-to/there.md)

## Nothing

No [list](how-to/lost.md).
"""


def test_lists_of_links_become_tables_of_contents_in_which_each_page_stands_once() -> None:
    made = with_contents(PAGE, set())
    assert made.startswith(PAGE)
    assert made.count("{toctree}") == 1
    assert ":caption: How to\n\nhow-to/connect\nhow-to/there\n```" in made


def test_links_lead_to_pages_of_the_site_and_what_leads_elsewhere_is_text(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "how-to").mkdir(parents=True)
    (docs / "how-to" / "connect.md").touch()
    (tmp_path / "CHANGELOG.md").touch()
    text = (
        "[a](connect.md#x) [b](../../CHANGELOG.md#new) [`c`](../examples) [d](https://example.org/e.md) [e](#here)\n"
        "```\n[f](../examples)\n```"
    )
    made = on_site(text, docs / "how-to" / "page.md", docs, {tmp_path / "CHANGELOG.md": "project/changelog.md"})
    assert made == (
        "[a](/how-to/connect.md#x) [b](/project/changelog.md#new) `c` [d](https://example.org/e.md) [e](#here)\n"
        "```\n[f](../examples)\n```"
    )


NAMES = Names(
    ["trio_live.live.Live", "trio_live.live.Live.agent", "trio_live.emulator.Rule", "trio_live.reactive.Rule"]
)


@pytest.mark.parametrize(
    ("words", "contexts", "found"),
    [
        ("Live", (), "trio_live.live.Live"),
        ("Live.agent(name)", (), "trio_live.live.Live.agent"),
        ("await Live.agent()", (), "trio_live.live.Live.agent"),
        ("agent", ("trio_live.live.Live",), "trio_live.live.Live.agent"),
        ("agents", (), None),
        ("Rule", (), None),
        ("Rule", (None, "trio_live.reactive"), "trio_live.reactive.Rule"),
    ],
)
def test_a_name_is_found_by_its_end_unless_several_have_it(
    words: str, contexts: tuple[str | None, ...], found: str | None
) -> None:
    assert NAMES.find(words, *contexts) == found


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("Live", True), ("Live.agent(name)", True), ("await Live.run()", True), ("agent", False), ("x = Live()", False)],
)
def test_code_is_a_link_only_if_it_is_of_a_class(code: str, is_one: bool) -> None:  # noqa: FBT001
    assert bool(OF_A_CLASS.fullmatch(code)) == is_one


def test_what_is_returned_and_what_a_cancellation_leaves_become_fields() -> None:
    docstring = """Say it.

Args:
    words: what.

Returns:
    Whether it came: in time.
    Or not.

Cancellation: it is said
or not.

The end."""
    assert with_fields(docstring.splitlines())[4:] == [
        "",
        "",
        ":returns:",
        "   Whether it came: in time.",
        "   Or not.",
        "",
        "",
        ":cancellation: it is said",
        "   or not.",
        "",
        "The end.",
    ]
