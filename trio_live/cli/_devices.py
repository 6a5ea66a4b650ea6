"""``trio-live devices``: the microphones and speakers of this machine."""

from __future__ import annotations

import click

from trio_live.audio import AudioDeviceInfo, list_devices


def show_devices() -> None:
    """Print one line for each.

    Raises:
        ConfigError: a library is missing.
    """
    found = list_devices()
    for device in found:
        click.echo(line_of(device))
    if not found:
        click.echo("this machine has no audio device")


def line_of(device: AudioDeviceInfo) -> str:
    """One device in a line; a star stands at what is chosen when nothing else is."""
    hears = f"{device.inputs} in{'*' if device.is_default_input else ''}"
    plays = f"{device.outputs} out{'*' if device.is_default_output else ''}"
    return f"{device.index:3}  {hears:6} {plays:7} {device.rate:6} Hz  {device.name}"
