from __future__ import annotations

import io

from rich.console import Console

from tests.peer import builder, call, settled, text, turn_complete
from trio_live.cli._chat import _show_answer


async def test_markup_and_escape_sequences_of_the_server_are_words() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=200)
    async with call(builder()) as (session, peer), session.events() as stream:
        await peer.send(text("a[/x] \x1b]0;owned\x07\n\x1b[2Jb"), "no [/x] frame", turn_complete())
        await settled()
        assert await _show_answer(stream, console)
    shown = out.getvalue()
    assert r"a[/x] \x1b]0;owned\x07" in shown
    assert r"\x1b[2Jb" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
