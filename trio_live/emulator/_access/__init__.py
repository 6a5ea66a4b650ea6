"""Who may come in (upgrades, ephemeral tokens, limits), and what is answered over plain HTTP."""

from trio_live.emulator._access._admission import Admission
from trio_live.emulator._access._http import Request, Response, answer_http
from trio_live.emulator._access._locks import locked_setup
from trio_live.emulator._access._rest import RestDoor
from trio_live.emulator._access._tokens import expired
from trio_live.emulator._access._upgrade import UpgradeRefusal, admit

__all__ = [
    "Admission",
    "Request",
    "Response",
    "RestDoor",
    "UpgradeRefusal",
    "admit",
    "answer_http",
    "expired",
    "locked_setup",
]
