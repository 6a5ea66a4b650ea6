"""What a session can be told: one frozen value for each verb."""

from __future__ import annotations

from typing import get_args

import attrs
import pytest

from trio_live.events import _commands as commands
from trio_live.events import _internal as offered
from trio_live.events._internal import Command, SendVideo, Steer
from trio_live.wire import Content

FIELDS = {
    "SendAudio": ["data"],
    "SendVideo": ["data", "mime_type"],
    "SendText": ["text", "facts", "question"],
    "SendClientContent": ["turns", "turn_complete"],
    "SendToolResponse": ["responses"],
    "Steer": ["tools", "instruction", "facts", "prompt"],
    "ActivityStart": [],
    "ActivityEnd": [],
    "AudioStreamEnd": [],
}


def test_the_union_names_every_command() -> None:
    defined = {value for value in vars(commands).values() if isinstance(value, type) and attrs.has(value)}
    assert set(get_args(Command)) == defined
    assert {kind.__name__ for kind in defined} == FIELDS.keys()
    assert FIELDS.keys() <= set(offered.__all__)


@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: kind.__name__)
def test_a_command_is_a_value(kind: type) -> None:
    fields = FIELDS[kind.__name__]
    one, same, other = (kind(**dict.fromkeys(fields, value)) for value in ("one", "one", "two"))
    assert [field.name for field in attrs.fields(kind)] == fields
    assert one == same
    assert hash(one) == hash(same)
    assert (one != other) is bool(fields)
    for field in fields:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(one, field, "two")


def test_a_picture_is_a_jpeg_unless_it_says_otherwise() -> None:
    assert SendVideo(b"\xff\xd8") == SendVideo(b"\xff\xd8", "image/jpeg")


def test_steering_that_says_nothing_is_false() -> None:
    assert not Steer()
    assert all(
        Steer(**part) for part in ({"tools": ()}, {"instruction": ""}, {"facts": (Content.of("x"),)}, {"prompt": True})
    )
