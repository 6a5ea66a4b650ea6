from __future__ import annotations

from trio_live.phases import InstructionLedger


def test_fix_the_memory_begins_with_what_the_setup_carried() -> None:
    ledger = InstructionLedger("setup")
    assert (ledger.setup_instruction, ledger.last_sent) == ("setup", "setup")
    assert not ledger.is_news("setup")
    assert InstructionLedger().is_news("")


def test_p20_a_text_is_news_until_it_was_sent() -> None:
    ledger = InstructionLedger("setup")
    assert ledger.is_news("x")
    assert ledger.is_news("x"), "an update that failed is tried again"
    ledger.record("x")
    assert not ledger.is_news("x")
    assert ledger.is_news("setup")


def test_a_new_setup_forgets_the_updates_before_it() -> None:
    ledger = InstructionLedger("setup")
    ledger.record("x")
    ledger.reset("setup")
    assert (ledger.last_sent, ledger.is_news("x")) == ("setup", True)
    ledger.reset(None)
    assert (ledger.setup_instruction, ledger.last_sent) == (None, None)
