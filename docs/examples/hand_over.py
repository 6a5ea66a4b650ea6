"""Two agents share a call. The model hands over by itself; each has its own instruction and its own functions."""

from __future__ import annotations

import trio

from trio_live import Live, events
from trio_live.emulator import open_emulator, parse_persona


async def book_table(time: str) -> str:
    """Book a table.

    Args:
        time: when, such as "eight".
    """
    return f"A table is booked for {time}."


async def find_invoice(number: int) -> str:
    """Look up an invoice.

    Args:
        number: of the invoice.
    """
    return f"Invoice {number} was paid on Monday."


async def handed_over(from_: str, to: str) -> None:
    """Called when the new agent speaks."""
    print(f"[{from_} -> {to}]")


reception = Live.builder().instruction("You are the reception. Book tables.").tools(book_table)
billing = Live.builder().instruction("You are billing. Answer questions about invoices.").tools(find_invoice)
live = (
    Live.builder()
    .model("gemini-3.8-live")
    .instruction("You work for the restaurant Luna. Be brief.")
    .transcription()
    .on_transfer(handed_over)
    .agent("reception", reception, "tables and opening hours")
    .agent("billing", billing, "invoices and payments")
)

PERSONA = parse_persona("""
name = "Luna"
[[rule]]
heard = { keywords = ["invoice"] }
call = { tool = "transfer_to", args = { agent = "billing", reason = "an invoice" } }
then = "This is billing. Which invoice?"
[[rule]]
heard = { keywords = ["number"] }
call = { tool = "find_invoice", args = { number = 7 } }
then = "{find_invoice}"
[[default]]
say = "Luna, good evening."
""")
"""Stands in for the model, so that this runs without a key."""


async def main() -> None:
    """Three typed turns; in the second one the reception hands over."""
    async with (
        open_emulator(PERSONA, time_scale=20) as emulator,
        live.connect_google_ai("any", base_url=emulator.url) as session,
        session.events() as stream,
    ):
        for words in ("Good evening", "I have a question about an invoice", "It is number seven"):
            await session.send_text(words)
            async for event in stream:
                match event:
                    case events.OutputTranscript(text=said, is_final=True) if said.strip():
                        print(f"{session.agent}: {said.strip()}")
                        break


if __name__ == "__main__":
    trio.run(main)
