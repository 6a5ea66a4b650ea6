"""How a call outlives its connections: handles to go on with, and what is done when a connection is lost."""

from __future__ import annotations

from typing import Self

import attrs

from trio_live._typing import Seconds
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page, with_setup
from trio_live.resilience import NO_RECONNECT, RECONNECT
from trio_live.wire import SessionResumptionConfig
from trio_live.wire._internal import evolve


class ResiliencePage(Page):
    """How a session stays connected."""

    def session_resume(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Ask for handles with which the session can be resumed on another connection.

        A session that reconnects asks for them unless told not to; the server keeps the talk for as long as they are
        valid: two hours on Google AI, a day on Vertex (documented). The newest is `LiveHandle.resume_handle`.

        Args:
            on: False asks for none: a lost connection is then replaced by one that is told of the talk, or knows nothing.

        Raises:
            TypeError: no boolean.
        """
        before = self.spec.setup.session_resumption or SessionResumptionConfig()
        asked = attrs.evolve(self.spec, resumption=check.flag("session_resume", on))
        return self._with(with_setup(asked, session_resumption=before if on else None))

    def session_resume_from(self, handle: str) -> Self:
        """Resume an older session; new handles are asked for too.

        Args:
            handle: from ``resume_handle`` of that session. An unknown or old one is refused when connecting.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        before = self.spec.setup.session_resumption or SessionResumptionConfig()
        config = evolve(before, handle=check.text("resumption handle", handle))
        return self._with(with_setup(self.spec, session_resumption=config))

    def transparent_resumption(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Have updates name the last client message they include (Vertex only); handles are asked for too.

        Args:
            on: False asks for handles alone.

        Raises:
            TypeError: no boolean.
        """
        before = self.spec.setup.session_resumption
        if not check.flag("transparent_resumption", on) and before is None:
            return self._with(self.spec)
        config = evolve(before or SessionResumptionConfig(), transparent=on or None)
        return self._with(with_setup(self.spec, session_resumption=config))

    def reconnect(
        self,
        on: bool = True,  # noqa: FBT001, FBT002
        *,
        attempts: int | None = None,
        within: Seconds | None = None,
        rotate: bool | None = None,
        sound_kept: Seconds | None = None,
    ) -> Self:
        """What is done when the connection is lost, or about to be; what is not given keeps its value.

        On by default, over sockets: the session dials again, asks for its credential anew, and goes on by the newest
        handle, else from the transcript, else from nothing, which is told. A connection whose end the server announces is
        replaced in time, at the first quiet moment. ``connect_with_transport`` has no second connection to go to.

        Args:
            on: False ends the session when its connection is lost.
            attempts: dials in a row that may fail before the session ends, from 1 to 100; 5 by default.
            within: seconds after the loss in which a dial may begin, from 0.1 to 3600; 30 by default.
            rotate: False stays until the server closes the connection.
            sound_kept: seconds of the user's sound, the newest, that wait for the next connection, from 0 to 60; 2 by default.

        Raises:
            TypeError: no number, or no boolean.
            ValueError: out of bounds.
        """
        if not check.flag("reconnect", on):
            return self._with(attrs.evolve(self.spec, reconnect=NO_RECONNECT))
        policy = self.spec.reconnect if self.spec.reconnect.attempts else RECONNECT
        if attempts is not None:
            policy = attrs.evolve(policy, attempts=check.whole("reconnect attempts", attempts, 1, 100))
        if within is not None:
            policy = attrs.evolve(policy, within=check.number("reconnect within", within, 0.1, 3600))
        if rotate is not None:
            policy = attrs.evolve(policy, rotate=check.flag("reconnect rotate", rotate))
        if sound_kept is not None:
            policy = attrs.evolve(policy, sound_kept=check.number("reconnect sound_kept", sound_kept, 0, 60))
        return self._with(attrs.evolve(self.spec, reconnect=policy))
