"""What is not sent: the server would close the session for it, and the caller can still be told."""

from __future__ import annotations

from typing import Final

from trio_live.errors import LocalProtocolError
from trio_live.events._internal import ActivityEnd, ActivityStart, Command, SendClientContent, SendText
from trio_live.session._outbound import to_messages
from trio_live.wire import LiveModelProfile

REFUSABLE: Final = frozenset({ActivityStart, ActivityEnd, SendClientContent, SendText})
"""Commands that a session may have to refuse; all others can always be sent."""


def refuse(command: Command, abilities: LiveModelProfile, *, marks_activity: bool, seeding: bool) -> None:
    """Refuse a command that cannot be sent in this session.

    Args:
        command: what is to be sent.
        abilities: what the model can do.
        marks_activity: whether this side says when the user speaks.
        seeding: whether the server still reads ``clientContent`` as history.

    Raises:
        LocalProtocolError: with what to do instead.
    """
    match command:
        case ActivityStart() | ActivityEnd() if not marks_activity:
            raise LocalProtocolError(
                "activity marks need automatic activity detection to be off: set it with vad(disabled=True)"
            )
        case SendClientContent(turns) if not abilities.system_turns and any(t.role == "system" for t in turns):
            raise LocalProtocolError(
                "this server closes the session on a turn of role 'system': give the turn the role 'user', "
                "or change the instruction with update_instruction()"
            )
        case SendText() | SendClientContent():
            to_messages(command, abilities, seeding=seeding)
