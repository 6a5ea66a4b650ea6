"""What the server would close the session for is refused while the caller can be told."""

from __future__ import annotations

import pytest

from trio_live.errors import LocalProtocolError
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
)
from trio_live.session._refusing import refuse
from trio_live.wire import Content, Platform, profile_for

SYSTEM = SendClientContent((Content.of("Sing.", role="system"),), turn_complete=False)
TURN = SendClientContent((Content.of("Hi"),), turn_complete=True)


def check(
    command: Command, model: str = "gemini-3.8-live", platform: Platform = Platform.GOOGLE_AI, *, marks: bool = False
) -> None:
    refuse(command, profile_for(model, platform), marks_activity=marks, seeding=False)


@pytest.mark.parametrize("command", [ActivityStart(), ActivityEnd()])
def test_marks_are_for_sessions_in_which_the_server_does_not_listen(command: Command) -> None:
    with pytest.raises(LocalProtocolError, match="vad"):
        check(command)
    check(command, marks=True)


def test_a_system_turn_is_for_servers_that_take_one() -> None:
    with pytest.raises(LocalProtocolError, match="system"):
        check(SYSTEM)
    check(SYSTEM, "gemini-live-2.5-flash-native-audio", Platform.VERTEX)


@pytest.mark.parametrize("command", [SendText("Hi")])
def test_what_no_road_of_the_model_leads_to_is_refused(command: Command) -> None:
    with pytest.raises(LocalProtocolError):
        check(command, "gemini-3.5-live-translate-preview")


@pytest.mark.parametrize("command", [SendText("Hi"), TURN, SendAudio(b"00"), SendToolResponse(())])
def test_everything_else_passes(command: Command) -> None:
    check(command)
