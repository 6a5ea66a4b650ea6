"""What waits for a free floor: the deferred prompt, and the greeting that has to be said once more.

One rule for all of them, and for the reprompt: never while the user speaks, never while the model is audible.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import trio

from trio_live import wire_events
from trio_live.control._speaking import GRACE, PendingContext, Stage, TrackedGreeting, fell_due, missed_words
from trio_live.control._voice._runtime import VoiceRuntime
from trio_live.errors import SessionClosed
from trio_live.events._internal import Command, SendText


async def release_when_free(voice: VoiceRuntime, pending: PendingContext) -> None:
    """Have armed prompts released that no edge releases: nobody reports the playback, or it was over before.

    A player that reports is waited for. What has no player is over when it must have been played.

    Cancellation: nothing was sent.
    """
    with suppress(SessionClosed):
        while True:
            await pending.wait_prompt()
            voice.catch_up()
            playback = voice.playback
            heard_at = pending.armed_at if playback.has_player else max(playback.ends_at, pending.armed_at)
            if trio.current_time() < heard_at + GRACE:
                await trio.sleep_until(heard_at + GRACE)
            elif not voice.floor_is_free():
                if not await voice.wait_floor():
                    return
            elif pending.has_prompt():
                await voice.playback_over()
                if pending.has_prompt():  # something came between
                    await trio.sleep(GRACE)


async def watch_greeting(
    tracked: TrackedGreeting, voice: VoiceRuntime, note: Callable[[wire_events.SessionEvent], None]
) -> None:
    """Say the greeting once more when it is due, or tell that the model did not greet. Returns when it is settled.

    Args:
        tracked: where the greeting stands.
        voice: knows when the floor is free, and shows ``tracked`` what was heard so far.
        note: puts an event of our own on the control lane.

    Cancellation: nothing more is said.
    """
    with suppress(SessionClosed):
        while tracked.standing.stage is Stage.WAITING:
            await trio.sleep_until(tracked.standing.due_at)
            voice.catch_up()
            if tracked.standing.attempts == 1 and tracked.greeting.again and not voice.floor_is_free():
                if await _missed_the_end(tracked, voice):
                    return
                continue
            before = tracked.standing
            tracked.standing = fell_due(before, tracked.greeting, trio.current_time())
            if tracked.standing.attempts > before.attempts:
                await voice.writer.submit_all(_again(tracked))
            elif tracked.standing.stage is Stage.MISSED:
                note(wire_events.Error(missed_words(tracked)))


async def _missed_the_end(tracked: TrackedGreeting, voice: VoiceRuntime) -> bool:
    """Wait for the floor, unless what was just seen has settled it; tells whether the session is over."""
    return tracked.standing.stage is Stage.WAITING and not await voice.wait_floor()


def _again(tracked: TrackedGreeting) -> list[Command]:
    return [SendText(tracked.greeting.text)]
