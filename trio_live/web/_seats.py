"""Whose call a page gets: a new one, its own of before, or none; a decision and its table.

A page that was loaded again, or whose network changed, brings the name of its call and of its tab. The old socket may not have
noticed yet that it is dead, so the same tab always gets its call back. Another tab must ask for it: two tabs with open
microphones hear each other.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.web._messages import VERSION, Garbage
from trio_live.web._site import PageClose

_MOST_NAME: Final = 64


@value(kw_only=True)
class Wish:
    """What a page says in its hello."""

    call: str | None
    """The call it had; ``None`` for a new one."""
    tab: str
    """Its own name, which it keeps when it is loaded again."""
    take: bool
    """Whether it takes the call from another tab."""


class Seat(enum.Enum):
    """What a page gets."""

    NEW = "a new call"
    BACK = "its call"
    BUSY = "there are as many calls as there may be"
    OVER = "that call is over"
    ELSEWHERE = "the call is open in another tab"


REFUSED: Final[dict[Seat, tuple[PageClose, str]]] = {
    Seat.BUSY: (PageClose.BUSY, "there are as many calls as there may be; close another page, or try again later"),
    Seat.OVER: (PageClose.OVER, "that call is over"),
    Seat.ELSEWHERE: (PageClose.ELSEWHERE, "the call is open in another tab"),
}
"""How a page is told that it gets nothing."""


def read_wish(hello: JsonObject) -> Wish:
    """What a page wants.

    Raises:
        Garbage: it is no hello of ours.
    """
    if hello.get("version") != VERSION:
        raise Garbage(f"the page is of version {str(hello.get('version'))[:8]}, the server of {VERSION}: load it again")
    call, tab, take = hello.get("call"), hello.get("tab"), hello.get("take", False)
    if not (call is None or _is_name(call)) or not _is_name(tab) or not isinstance(take, bool):
        raise Garbage("a hello has a call or null, a tab, and perhaps take")
    return Wish(call=call, tab=str(tab), take=take)


def _is_name(found: object) -> bool:
    return isinstance(found, str) and 0 < len(found) <= _MOST_NAME


def seat_for(wish: Wish, *, exists: bool, tab: str | None, calls: int, most: int) -> Seat:
    """What a page gets.

    Args:
        wish: what it wants.
        exists: whether there is the call that it names.
        tab: the tab in which that is open; ``None`` in none.
        calls: how many calls there are.
        most: how many there may be.
    """
    if wish.call is None:
        return Seat.NEW if calls < most else Seat.BUSY
    if not exists:
        return Seat.OVER
    return Seat.BACK if wish.take or tab in {None, wish.tab} else Seat.ELSEWHERE
