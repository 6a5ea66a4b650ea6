from __future__ import annotations

from trio_live.events._internal import SendText, Steer
from trio_live.phases._internal import InstructionLedger


def test_fix_the_memory_begins_with_what_the_setup_carried() -> None:
    ledger = InstructionLedger("setup")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "setup")
    assert InstructionLedger().last_sent is None


def test_p20_a_text_is_remembered_once_it_was_sent() -> None:
    ledger = InstructionLedger("setup")
    ledger.settle(Steer(instruction="x"), written=True)
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "x")


def test_a_new_setup_forgets_the_updates_before_it() -> None:
    ledger = InstructionLedger("setup")
    ledger.settle(Steer(instruction="x"), written=True)
    ledger.begin_again("y")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "y"), "amendments still go by the first one"
    ledger.begin_again(None)
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", None)


def test_what_waits_is_the_newest_and_not_sent() -> None:
    ledger = InstructionLedger("setup")
    ledger.queue(Steer(instruction="x"))
    assert (ledger.last_sent, ledger.newest) == ("setup", "x")
    ledger.settle(Steer(instruction="x"), written=False)
    assert (ledger.last_sent, ledger.newest) == ("setup", "setup"), "an update that failed is tried again"


def test_updates_are_written_in_the_order_in_which_they_wait() -> None:
    ledger = InstructionLedger()
    first, second = Steer(instruction="x"), Steer(instruction="y")
    ledger.queue(first)
    ledger.queue(second)
    ledger.settle(first, written=True)
    assert (ledger.last_sent, ledger.newest) == ("x", "y")
    ledger.settle(second, written=True)
    assert (ledger.last_sent, ledger.newest) == ("y", "y")


def test_what_waits_for_another_connection_still_waits() -> None:
    ledger = InstructionLedger("setup")
    ledger.queue(Steer(instruction="x"))
    ledger.begin_again("y")
    assert (ledger.last_sent, ledger.newest) == ("y", "x")


def test_other_commands_do_not_touch_the_ledger() -> None:
    ledger = InstructionLedger("setup")
    for command in (SendText("Hi"), Steer(prompt=True)):
        ledger.queue(command)
        ledger.settle(command, written=True)
    assert (ledger.last_sent, ledger.newest) == ("setup", "setup")
