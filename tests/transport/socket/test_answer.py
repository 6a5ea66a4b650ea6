"""What a server says to the request for an upgrade, read from a socket pair."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from tests.transport.socket.test_line import pair
from trio_live.transport._socket._answer import Answer
from trio_live.transport._socket._limits import WORDS_WITHIN

Clock = trio.testing.MockClock


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nA: b\r\n\r\n", 403, b""),
        (b"HTTP/1.0 503 No\r\n\r\nbusy\r\n\r\nvery", 503, b"busy\r\n\r\nvery"),
        (b"HTTP/1.1 200 OK\r\n\r\nhi", 200, b"hi"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x02hi", None, b"\x81\x02hi"),
        (b"HTTP/1.1 403 Forbidden\r\nA: b\r\n", None, b""),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None, b""),
        (b"", None, b""),
    ],
)
async def test_a_refusal_is_a_whole_head_with_another_status(said: bytes, status: int | None, words: bytes) -> None:
    line, far = pair()
    answer = Answer(line)
    async with far:
        await far.send_all(said)
        await far.send_eof()
        while await answer.receive():
            pass
    assert (answer.said, answer.refusal_status(), answer.words()) == (said, status, words)
    line.close()


async def test_the_words_of_a_refusal_are_waited_for_once(patient_clock: Clock) -> None:
    line, far = pair()
    answer = Answer(line)
    async with far:
        await far.send_all(b"HTTP/1.1 403 No\r\n\r\n")
        assert await answer.receive()
        await far.send_all(b"words")
        assert await answer.receive() == b"words"
        for _ in range(2):
            assert await answer.receive() == b""
        assert trio.current_time() == pytest.approx(WORDS_WITHIN)
    line.close()


@pytest.mark.parametrize("said", [b"HTTP/1.1 403 No\r\nA: b\r\n", b"HTTP/1.1 101 Yes\r\n\r\n"])
async def test_nothing_else_is_ended(patient_clock: Clock, said: bytes) -> None:
    line, far = pair()
    answer = Answer(line)
    async with far:
        await far.send_all(said)
        assert await answer.receive() == said
        with trio.move_on_after(60) as patience:
            await answer.receive()
        assert patience.cancelled_caught
    line.close()
