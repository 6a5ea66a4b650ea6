"""The voice page: which calls there are, and who gets which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from trio_live._tasks import open_service_nursery
from trio_live._typing import JsonObject, Seconds
from trio_live.errors import ConfigError
from trio_live.live import Live
from trio_live.web._call import Call, Connect
from trio_live.web._messages import Garbage
from trio_live.web._seats import REFUSED, Seat, read_wish, seat_for
from trio_live.web._site import PageClose, PageSocket, Routes, files_in

GRACE: Final[Seconds] = 30.0
"""So long a call waits for a page that is gone."""
MOST_CALLS: Final = 50
"""So many calls at a time."""


class VoicePage:
    """A page through which an agent is spoken with, in the browser.

    Each socket of a page holds one session and owns it. A page that is loaded again, or changes its network, finds its session
    within ``grace``; then the session ends.

    Args:
        build: makes the agent of a call; called once for each. What the page needs of callbacks is put around those that it has,
            and transcripts are switched on.
        connect: opens a session of it; with whatever the environment names, unless given.
        grace: seconds for which a call waits for its page; 0: it ends with it.
        most_calls: so many calls at a time; more are refused, and the page says so.
        about: a sentence for the user, shown with the call.

    Raises:
        ConfigError: a number is out of bounds.
    """

    def __init__(
        self,
        build: Callable[[], Live],
        connect: Connect = Live.connect_from_env,
        *,
        grace: Seconds = GRACE,
        most_calls: int = MOST_CALLS,
        about: str = "",
    ) -> None:
        problems = [
            f"{name} is {given}; it cannot be below {least}"
            for name, given, least in (("grace", grace, 0), ("most_calls", most_calls, 1))
            if given < least
        ]
        if problems:
            raise ConfigError(problems)
        self._build = build
        self._connect = connect
        self._grace = grace
        self._most_calls = most_calls
        self._about = about
        self._calls: dict[str, Call] = {}
        self.routes = Routes(files=files_in("trio_live.web", "page"), sockets={"call": self._hold})
        """The page and its socket: for `open_site`, or `SiteApp`."""

    @property
    def calls(self) -> int:
        """How many calls there are now, those included that wait for their page."""
        return len(self._calls)

    async def _hold(self, socket: PageSocket, hello: JsonObject) -> None:
        """One socket: the beginning of a call, or the next one of a call that goes on."""
        try:
            wish = read_wish(hello)
        except Garbage as problem:
            await socket.aclose(PageClose.GARBAGE, str(problem))
            return
        call = self._calls.get(wish.call or "")
        tab = None if call is None else call.tab
        seat = seat_for(wish, exists=call is not None, tab=tab, calls=len(self._calls), most=self._most_calls)
        if seat in REFUSED:
            await socket.aclose(*REFUSED[seat])
        elif call is not None and seat is Seat.BACK:
            await call.attend(socket, wish.tab)
        else:
            await self._begin(socket, wish.tab)

    async def _begin(self, socket: PageSocket, tab: str) -> None:
        call = Call(self._build(), self._connect, grace=self._grace, about=self._about)
        self._calls[call.name] = call
        try:
            async with open_service_nursery("the call is over") as nursery:
                await nursery.start(call.attend, socket, tab)
                await call.run()
        finally:
            del self._calls[call.name]
