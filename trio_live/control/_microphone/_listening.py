"""What listens in a session, made of what was chosen and of what its setup says."""

from __future__ import annotations

from typing import Final

from trio_live.control._speaking import VoiceOptions
from trio_live.voice import RESPONSIVE_COMMIT, BackendInputVad, TurnCommitPolicy, TurnListener
from trio_live.wire import Setup

ALL_INPUT: Final = "TURN_INCLUDES_ALL_INPUT"
"""A server that is told so hears what comes before the mark as well."""


def listener_of(options: VoiceOptions, setup: Setup) -> TurnListener:
    """The listener of one session.

    Args:
        options: what was chosen.
        setup: says whether the model may be interrupted, and what the server hears between the turns.
    """
    realtime = setup.realtime_input_config
    commit = options.commit or (RESPONSIVE_COMMIT if options.client_authority else None)
    may_interrupt = realtime is None or realtime.activity_handling != "NO_INTERRUPTION"
    hears_again = options.client_authority and (realtime is None or realtime.turn_coverage != ALL_INPUT)
    return TurnListener(
        BackendInputVad() if options.detector is None else options.detector(),
        None if commit is None else TurnCommitPolicy(commit, may_interrupt=may_interrupt),
        hears_again=hears_again,
    )
