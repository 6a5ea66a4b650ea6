from __future__ import annotations

from typing import Any

import pytest

from trio_live.errors import LocalProtocolError
from trio_live.phases._contents import answered_contents
from trio_live.wire import Content, Part


def test_turns_are_taken_as_they_are() -> None:
    turn = Content.of("words", "model")
    assert answered_contents([turn]) == (turn,)
    assert answered_contents(iter([turn])) == (turn,)
    assert answered_contents([]) == ()
    assert answered_contents(None) is None


@pytest.mark.parametrize("answer", [7, "words", {"role": "model"}, ["words"], [Content(parts=["words"])]])  # type: ignore[list-item]  # the mistake
def test_anything_else_is_refused(answer: Any) -> None:
    with pytest.raises(TypeError):
        answered_contents(answer)


def test_what_no_frame_can_carry_is_refused() -> None:
    with pytest.raises(LocalProtocolError):
        answered_contents([Content.of("\ud800", "model")])
    with pytest.raises(LocalProtocolError):
        answered_contents([Content(role="model", parts=[Part(text=object())])])  # type: ignore[arg-type]  # the mistake
