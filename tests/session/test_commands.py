"""What may be said, and when: activity marks, and everything else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.session.link import (
    PCM,
    closing,
    hear,
    new_protocol,
    open_protocol,
    waiting_for_setup,
)
from trio_live.errors import LocalProtocolError
from trio_live.events._internal import ActivityEnd, ActivityStart, AudioStreamEnd, Command, SendAudio, SendText, Steer
from trio_live.session._internal import SessionProtocol
from trio_live.wire import (
    AutomaticActivityDetection,
    RealtimeInputConfig,
)


def manual_protocol() -> SessionProtocol:
    """A session in which this side says when the user speaks."""
    detection = AutomaticActivityDetection(disabled=True)
    return open_protocol(realtime_input_config=RealtimeInputConfig(automatic_activity_detection=detection))


def test_activity_marks_alternate() -> None:
    protocol = manual_protocol()
    frames = [protocol.send(mark)[0] for mark in (ActivityEnd(), ActivityStart(), ActivityStart(), ActivityEnd())]
    assert frames == [
        [],
        ['{"realtimeInput":{"activityStart":{}}}'],
        [],
        ['{"realtimeInput":{"activityEnd":{}}}'],
    ]
    assert protocol.send(ActivityEnd()) == ([], [])
    assert protocol.send(ActivityStart())[0] == frames[1]


def test_an_activity_does_not_outlive_its_connection() -> None:
    protocol = manual_protocol()
    protocol.send(ActivityStart())
    protocol.end()
    protocol.begin()
    hear(protocol, setupComplete={})
    assert protocol.send(ActivityEnd())[0] == []
    assert protocol.send(ActivityStart())[0] != []


@pytest.mark.parametrize("mark", [ActivityStart(), ActivityEnd()])
@pytest.mark.parametrize(
    "realtime",
    [
        None,
        RealtimeInputConfig(),
        RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection()),
        RealtimeInputConfig(automatic_activity_detection=AutomaticActivityDetection(disabled=False)),
    ],
)
def test_activity_marks_are_refused_where_the_server_listens_itself(
    mark: Command, realtime: RealtimeInputConfig | None
) -> None:
    protocol = open_protocol(realtime_input_config=realtime)
    assert not protocol.manual_activity
    with pytest.raises(LocalProtocolError, match="automatic activity detection"):
        protocol.check(mark)


def test_activity_marks_are_welcome_where_this_side_says_when_the_user_speaks() -> None:
    protocol = manual_protocol()
    assert protocol.manual_activity
    for command in (ActivityStart(), ActivityEnd(), SendText("Hi")):
        protocol.check(command)


@pytest.mark.parametrize("command", [SendText("Hi"), SendAudio(PCM), Steer(instruction="Be brief."), AudioStreamEnd()])
def test_everything_else_may_be_said_at_any_time(command: Command) -> None:
    protocol = open_protocol()
    protocol.check(command)
    (frame,), events = protocol.send(command)
    assert json.loads(frame)
    assert events == []


@pytest.mark.parametrize("reach", [new_protocol, waiting_for_setup, closing])
def test_nothing_is_sent_before_the_setup_is_accepted_or_after_the_goodbye(
    reach: Callable[[], SessionProtocol],
) -> None:
    with pytest.raises(LocalProtocolError, match="nothing can be sent"):
        reach().send(SendText("Hi"))
