"""What is sent where a turn begins and where it ends: signs of life, the bill, and handles."""

from __future__ import annotations

from trio_live.emulator._service import Meter, SessionSettings, invalid
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._responder import Responder
from trio_live.emulator._session._resumption import Resumption


class TurnBoundary:
    """Opens and closes the turns of one conversation.

    Args:
        context: what the connection works with.
        responder: whose memory a handle leads back to.
        meter: counts tokens.
        resumption: gives handles.
        settings: what the setup settled.
    """

    def __init__(
        self,
        context: SessionContext,
        responder: Responder,
        meter: Meter,
        resumption: Resumption,
        settings: SessionSettings,
    ) -> None:
        self._context = context
        self._responder = responder
        self._meter = meter
        self._resumption = resumption
        self._settings = settings

    def open(self) -> None:
        """Send what precedes the first word of a turn."""
        if self._settings.behaviour.empty_content:
            self._context.put(self._context.dialect.empty_content(), "empty content")
        self._resumption.suspend()

    def interrupt(self) -> None:
        """Tell that the turn was cut off."""
        self._context.put(self._context.dialect.interrupted(), "interrupted")
        self._responder.interrupted()

    def close(self, status: str | None) -> None:
        """Bill the turn; a context that has become too large is compressed, or ends the session.

        Args:
            status: whether an answer is still to come, for the model that tells.
        """
        context, meter = self._context, self._meter
        if self._settings.ends_quietly:
            context.put(context.dialect.empty_content(meter.close_turn()), "the bill of a turn that ends quietly")
        else:
            context.put(context.dialect.turn_complete(meter.close_turn(), status), "turn complete")
        if meter.compress():
            context.log.note(f"compresses the context to {meter.context.total} tokens")
        elif meter.is_full:
            context.ending.refuse(invalid())
        self._resumption.give_handle(self._responder.memory, meter.context)
