from __future__ import annotations

from trio_live.phases import InstructionLedger


def test_fix_the_memory_begins_with_what_the_setup_carried() -> None:
    ledger = InstructionLedger("setup")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "setup")
    assert InstructionLedger().last_sent is None


def test_p20_a_text_is_remembered_once_it_was_sent() -> None:
    ledger = InstructionLedger("setup")
    ledger.record("x")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "x")


def test_a_new_setup_forgets_the_updates_before_it() -> None:
    ledger = InstructionLedger("setup")
    ledger.record("x")
    ledger.reset("setup")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "setup")
    ledger.reset(None)
    assert (ledger.setup_instruction, ledger.last_sent) == (None, None)
