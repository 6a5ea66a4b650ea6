"""A telephone for tests: the other side of each dialect of `trio_live.phone` (extra ``phone``)."""

from trio_live.testing.phone._calling import open_phone, open_phone_over_socket
from trio_live.testing.phone._phone import ScriptedPhone

__all__ = ["ScriptedPhone", "open_phone", "open_phone_over_socket"]
