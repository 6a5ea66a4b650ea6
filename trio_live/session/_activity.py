"""Who says when the user speaks."""

from __future__ import annotations

from trio_live.wire import Setup


def marks_activity(setup: Setup) -> bool:
    """Whether a setup tells the server not to detect speech, because this side marks it."""
    realtime = setup.realtime_input_config
    detection = realtime.automatic_activity_detection if realtime else None
    return bool(detection and detection.disabled)
