"""Whom a command talks to: the real API when the environment names one, otherwise an emulator."""

from __future__ import annotations

from trio_live import ConfigError
from trio_live.live import endpoint_from_env
from trio_live.transport import Endpoint


def chosen_endpoint(*, force_emulator: bool, persona: str | None) -> Endpoint | None:
    """The endpoint that the environment names; ``None``: the emulator is wanted, or there is no key.

    Args:
        force_emulator: the emulator is wanted, whatever the environment says.
        persona: who is to answer there.

    Raises:
        ConfigError: somebody is to answer in the emulator, and the real API would.
    """
    if force_emulator:
        return None
    try:
        endpoint = endpoint_from_env()
    except ConfigError:
        return None
    if persona is not None:
        raise ConfigError("--persona is for the emulator, and there is a key in the environment: add --emulator")
    return endpoint
