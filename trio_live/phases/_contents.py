"""Turns that a function of the user wants to have said: looked at where it returns them."""

from __future__ import annotations

from collections.abc import Iterable

from trio_live._callables import answered_nothing
from trio_live.wire import ClientContent, ClientMessage, Content, Part, encode_client_message


def answered_contents(answer: Iterable[Content] | None) -> tuple[Content, ...] | None:
    """The turns, if there are any.

    Raises:
        TypeError: something else was returned.
        LocalProtocolError: they hold what no frame can carry.
    """
    if answer is None:
        return None
    answered_nothing(answer)
    contents = tuple(answer)
    for content in contents:
        if not isinstance(content, Content):
            raise TypeError(f"it returned {type(content).__name__} where Content was expected")
        if not all(isinstance(part, Part) for part in content.parts or ()):
            raise TypeError(f"it returned {content!r}, whose parts are no Part values")
    encode_client_message(ClientMessage(client_content=ClientContent(turns=list(contents))))
    return contents
