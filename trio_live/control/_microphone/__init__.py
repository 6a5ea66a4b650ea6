"""Where this side listens to its user. Loaded only in sessions that do."""

from trio_live.control._microphone._equipping import equip

__all__ = ["equip"]
