"""The errors a program meets, each on purpose: before connecting, while connecting, in a callback, after the end."""

from __future__ import annotations

import trio

from trio_live import ConfigError, ConnectError, ConnectRejected, Live, SessionClosed, events

LIVE = Live.builder().model("gemini-3.8-live").transcription()


async def mistakes_in_the_configuration() -> None:
    """Everything that is wrong is told at once, and nothing was sent."""
    try:
        async with LIVE.initial_phase("nowhere").connect_google_ai("", base_url="telnet://example.com"):
            pass
    except ConfigError as error:
        print("ConfigError:")
        for problem in error.problems:
            print(f"  - {problem}")


async def nobody_there() -> None:
    """No answer at all: the address, or the network."""
    try:
        async with LIVE.connect_google_ai("any", base_url="ws://127.0.0.1:9"):
            pass
    except ConnectError as error:
        print(f"{type(error).__name__}: {error}")


async def an_answer_that_says_no() -> None:
    """The server was there and refused; the code and its words are attributes."""
    try:
        async with LIVE.model("gemini-2.0-flash-live-001").connect_from_env():
            pass
    except ConnectRejected as error:
        print(f"ConnectRejected with {error.code}: {error.advice}")


async def fail() -> None:
    """A callback with a mistake in it."""
    raise ZeroDivisionError("a mistake in on_turn_complete")


async def tell(message: str) -> None:
    """What an application would log or show."""
    print(f"on_error: {message}")


async def a_callback_that_raises(live: Live) -> None:
    """One turn with a callback that fails at its end."""
    async with live.on_turn_complete(fail).connect_from_env() as session, session.events() as stream:
        await session.send_text("Hello")
        async for event in stream:
            if isinstance(event, events.TurnComplete):
                break
    print(f"the session went on; errors of callbacks: {session.telemetry.callback_errors}")


async def too_late() -> None:
    """A send after the end raises; it never waits."""
    async with LIVE.connect_from_env() as session:
        pass
    try:
        await session.send_text("One more thing …")
    except SessionClosed as error:
        print(f"SessionClosed: {error}")


async def main() -> None:
    await mistakes_in_the_configuration()
    await nobody_there()
    await an_answer_that_says_no()
    await a_callback_that_raises(LIVE.on_error(tell))
    try:
        await a_callback_that_raises(LIVE.callback_errors("raise"))
    except ZeroDivisionError as error:
        print(f"the session ended with {error!r}")
    await too_late()


if __name__ == "__main__":
    trio.run(main)
