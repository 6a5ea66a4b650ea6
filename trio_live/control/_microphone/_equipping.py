"""A session's microphone, put together."""

from __future__ import annotations

from trio_live.control._microphone._listening import listener_of
from trio_live.control._microphone._microphone import Microphone
from trio_live.control._microphone._processing import Processing
from trio_live.control._speaking import Timings, VoiceOptions
from trio_live.control._voice import VoiceRuntime
from trio_live.lanes._internal import RawWriter, SessionParts


def equip(writer: RawWriter, parts: SessionParts, options: VoiceOptions, voice: VoiceRuntime, timings: Timings) -> None:
    """Give a writer what changes its user's sound and what listens to it, where that is wanted.

    Args:
        writer: the user's.
        parts: of the session.
        options: what is wanted.
        voice: is told of edges.
        timings: how patient the phase is.
    """
    if options.processors:
        writer.process = Processing([make() for make in options.processors], parts.desk.report_sparingly)
    if not options.listens:
        return

    async def interrupt() -> None:
        await parts.router.route_all(parts.protocol.barge_in())

    voice.microphone = writer.microphone = Microphone(
        listener_of(options, parts.protocol.setup),
        voice,
        timings,
        send=writer.submit_sound,
        publish=parts.events.publish,
        interrupt=interrupt if options.client_authority else None,
    )
