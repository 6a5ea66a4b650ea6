"""What can be made to go wrong: plans, their parsing, and the injector that carries them out."""

from trio_live.emulator._faults._injector import FaultInjector
from trio_live.emulator._faults._parsing import load_fault_plan, parse_fault, parse_fault_plan
from trio_live.emulator._faults._plan import FAULTS, NO_FAULTS, FaultPlan, FaultRow, Point, Strike
from trio_live.emulator._faults._streams import WireStream

__all__ = [
    "FAULTS",
    "NO_FAULTS",
    "FaultInjector",
    "FaultPlan",
    "FaultRow",
    "Point",
    "Strike",
    "WireStream",
    "load_fault_plan",
    "parse_fault",
    "parse_fault_plan",
]
