"""Debt collection: nothing is said before it is known who listens, and who cannot be verified gets to a person.

What it shows: *verification with repair*. A phase that needs facts reminds the model of what is missing, gives up after
some turns, and then a way out of its own is open. The debt is in no prompt before the caller is verified, the function
that takes a promise is refused until then, and the digits reach neither log, journal nor recording.

    disclosure ──verified──▶ negotiation ──promised──▶ closing
        └──no progress for three turns──▶ colleague

Run it against the emulator, once as Ada and once as somebody who gives no answer; then with a key, against Google:

    trio-live emulator --port 8080 --persona docs/examples/agents/verification.toml
    GOOGLE_GEMINI_BASE_URL=ws://127.0.0.1:8080 GEMINI_API_KEY=any python docs/examples/agents/verification.py
    GEMINI_API_KEY=… python docs/examples/agents/verification.py
"""

from __future__ import annotations

import trio

from trio_live import Live, RepairConfig, State, ToolContext
from trio_live.extraction import FieldPromotion, RuleExtractor, regex

ACCOUNT = {"last_four": "4321", "birth_year": "1985", "owes": "180 dollars"}


def is_verified(state: State) -> bool:
    """Decided here, from what the caller said; no model is asked whether it believes somebody."""
    return all(state.get(key) == ACCOUNT[key] for key in ("last_four", "birth_year"))


def has_promised(state: State) -> bool:
    return state.is_known("app:promise")


def was_given_up(state: State) -> bool:
    """Set by the repair of a phase, taken back when the phase is left."""
    return state.get("repair:escalation") is True


async def take_promise(amount: str, day: str, context: ToolContext) -> str:
    """Note what the caller promises to pay, and by when."""
    context.state.set("app:promise", {"amount": amount, "day": day})
    return "noted"


identity = RuleExtractor(
    "Identity",
    {"last_four": regex(r"(?:ends in|digits are) (\d{4})"), "birth_year": regex(r"born in (\d{4})")},
    promotion_rules=[FieldPromotion.overwrite("last_four"), FieldPromotion.overwrite("birth_year")],
)

# fmt: off
live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You call for Harbour Credit. Be polite, never threaten, and tell nobody but the debtor of the debt.")
    .transcription()
    .extractor(identity)
    .tools(take_promise)
    .redact(keys=["last_four", "birth_year", "Identity"])
    .repair(RepairConfig(nudge_after=1, escalate_after=3))
    .phase("disclosure")
        .instruction("Say that the call is recorded. Ask for the last four digits of the account and the year of birth.")
        .needs(["last_four", "birth_year"])
        .tool_guard("take_promise", is_verified, "nobody is verified yet")
        .transition_with("negotiation", is_verified, "when both are right")
        .transition_with("colleague", was_given_up, "when they cannot be had")
        .done()
    .phase("negotiation")
        .dynamic_instruction(lambda _: f"They owe {ACCOUNT['owes']}. Agree on a day, and note the promise.")
        .guard(is_verified)
        .transition_with("closing", has_promised, "when a promise is noted")
        .done()
    .phase("closing")
        .instruction("Repeat what was agreed, and say goodbye.")
        .terminal()
        .done()
    .phase("colleague")
        .instruction("Say that a colleague will write, and say goodbye. Do not tell what it is about.")
        .tools([])
        .terminal()
        .done()
    .initial_phase("disclosure")
)
# fmt: on

HONEST = ["Hello?", "It ends in 4321.", "I was born in 1985.", "I can pay it on Friday.", "Thank you."]
SILENT = ["Hello?", "Who is this?", "I say nothing on the phone.", "What is it about?", "Tell me!"]


async def main() -> None:
    for lines in (HONEST, SILENT):
        async with live.connect_from_env() as session:
            for line in lines:
                print(f"caller: {line}\n agent: {await session.ask(line)}")
                print(f"        [{session.conversation_phase}]")
            print(f"        [promise: {session.state.get('app:promise')}]\n")


if __name__ == "__main__":
    trio.run(main)
