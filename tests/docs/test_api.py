"""The pages of the API: every public name once, with its signature as the source has it and its whole docstring."""

from __future__ import annotations

import re

import pytest

from docs import _api
from docs._public import PUBLIC, Door


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return _api.pages()


def test_every_door_has_a_page(pages: dict[str, str]) -> None:
    assert set(pages) == {"index.rst", *(f"{door.module}.rst" for door in PUBLIC)}


@pytest.mark.parametrize("door", PUBLIC, ids=lambda door: door.module)
def test_a_page_names_everything_that_stands_at_its_door(pages: dict[str, str], door: Door) -> None:
    module, names = door.module, door.names
    page = pages[f"{module}.rst"]
    for name in names:
        here = re.search(rf"^\.\. [\w:]+:: {re.escape(module)}\.{name}\b", page, re.MULTILINE)
        assert here or f"`{name} <trio_live." in page, f"{module}.{name} is on no page"


def test_each_name_is_described_once(pages: dict[str, str]) -> None:
    described = re.findall(r"^ *\.\. [\w:]+:: (trio_live\.[\w.]+)", "\n".join(pages.values()), re.MULTILINE)
    described = [name for name in described if name not in {door.module for door in PUBLIC}]
    assert len(described) == len(set(described))


def test_signatures_are_as_the_source_has_them(pages: dict[str, str]) -> None:
    page = pages["trio_live.live.rst"]
    assert (
        "automethod:: trio_live.live.Live.connect_google_ai(api_key: ~trio_live.transport.Token, *, base_url: str | None"
        in page
    )
    assert "-> ~contextlib.AbstractAsyncContextManager[~trio_live.live.LiveHandle]\n      :async-with:" in page
    assert " at 0x" not in "".join(pages.values())


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("trio_live.phases.rst", "PhaseBuilder.requires("),
        ("trio_live.phases.rst", "py:attribute:: tools_enabled"),
        ("trio_live.reactive.rst", "WatcherBuilder.became_true("),
        ("trio_live.conversation.rst", "ContextBuilder.section("),
        ("trio_live.conversation.rst", "autoclass:: trio_live.conversation.RepairConfig("),
        ("trio_live.telemetry.rst", "SessionTelemetry.snapshot("),
        ("trio_live.wire.rst", "py:attribute:: silence_duration_ms"),
        ("trio_live.testing.plugin.rst", "py:function:: live_session("),
    ],
)
def test_what_is_half_built_kept_or_given_by_a_fixture_is_there_too(
    pages: dict[str, str], page: str, words: str
) -> None:
    assert words in pages[page]
