"""What a session opens, and when: everything that a declaration needs is loaded when the call begins, and nothing in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.processes import PLAIN, TRIO_LIVE, finish, first_lines, serve

PERSONA = """
name = "Luna"
[[rule]]
heard = { keywords = ["table"] }
call = { tool = "book_table", args = { times = ["eight"] } }
then = "{book_table}"
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
"""

CALL = """
import json, sys, trio
from trio_live import Live, events

async def book_table(times: list[str]) -> dict[str, list[str]]:
    '''Book a table.

    Args:
        times: when.
    '''
    return {"booked": times}

async def find_invoice(number: int) -> str:
    '''Look up an invoice.

    Args:
        number: of the invoice.
    '''
    return f"Invoice {number} was paid on Monday."

async def nothing(*_):
    pass

live = Live.builder().model("gemini-3.8-live").transcription().on_audio(lambda _: None).on_turn_complete(nothing)
DECLARED

def loaded():
    return {name for name in sys.modules if not name.startswith("encodings.")}

async def main():
    async with live.connect_vertex("any", "global", "any", base_url=sys.argv[1]) as session, session.events() as stream:
        connected = loaded()
        for words in ("Good evening", "A table for eight please", "I have an invoice", "It is number seven"):
            await session.send_text(words)
            async for event in stream:
                if isinstance(event, events.TurnComplete):
                    break
        SPOKEN
        late = sorted(loaded() - connected)
        reached = [session.agent, session.conversation_phase, session.state.get("time")]
    print(json.dumps({"connected": sorted(connected), "late": late, "reached": reached}))

trio.run(main)
"""

GOVERNED = """
from trio_live.extraction import RuleExtractor, regex
from trio_live.reactive import Rule

reception = (
    Live.builder().instruction("Reception.").tools(book_table)
    .phase("greet").instruction("Greet.").transition("book", lambda state: state.get("time") is not None).done()
    .phase("book").instruction("Book.").done().initial_phase("greet")
)
billing = (
    Live.builder().instruction("Billing.").tools(find_invoice)
    .phase("ask").instruction("Ask.").done().initial_phase("ask")
)
live = (
    live.agent("reception", reception, "tables").agent("billing", billing, "invoices").on_transfer(nothing)
    .extractor(RuleExtractor("Wish", {"time": regex(r"for (\\w+)")}))
    .computed("is_late", ("time",), lambda state: state.get("time") == "eight")
    .watch("time").changed().then(nothing)
    .when_turns("long", lambda state: True, 2, nothing)
    .reactor_rule(Rule("quiet", lambda event, voice: None))
)
"""

DECLARED = {
    "governed": GOVERNED,
    "listening": "live = live.input_vad()",
    "told of speech": "live = live.explicit_vad_signal()",
}

SPOKEN = "await session.user_speech_started(); await session.user_speech_ended(); await session.playback_drained()"

NOT_FOR_ALL = frozenset(
    [
        "agents",
        "audio",
        "compose",
        "contract",
        "emulator",
        "evaluation",
        "extraction",
        "llm",
        "mcp",
        "otel",
        "persistence",
        "phone",
        "reactive",
        "recording",
        "replay",
        "testing",
        "timeline",
        "voice",
        "web",
    ]
)
"""Rooms for what only some sessions declare."""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """A plain call and some that declare something, each in a process of its own."""
    persona = tmp_path_factory.mktemp("rooms") / "luna.toml"
    persona.write_text(PERSONA)
    told = {name: _hold(persona, declared, SPOKEN) for name, declared in DECLARED.items()}
    return {"plain": _hold(persona, "", ""), **told}


def _hold(persona: Path, declared: str, spoken: str) -> dict[str, list[str]]:
    code = CALL.replace("DECLARED", declared).replace("SPOKEN", spoken)
    with serve(*TRIO_LIVE, "emulator", "--port", "0", "--persona", str(persona), "--time-scale", "20") as emulator:
        url = next(word for word in first_lines(emulator)[0].split() if word.startswith("ws://"))
        done = finish(sys.executable, "-c", code, url, env=PLAIN)
    assert done.returncode == 0, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def test_a_plain_session_opens_no_room_that_it_did_not_ask_for(held: dict[str, dict[str, list[str]]]) -> None:
    opened = {name.split(".")[1] for name in held["plain"]["connected"] if name.startswith("trio_live.")}
    assert not opened & NOT_FOR_ALL
    assert not {"cattrs", "trio_live.control._handover", "trio_websocket"} & set(held["plain"]["connected"])


@pytest.mark.parametrize("call", ["plain", *DECLARED])
def test_nothing_is_imported_while_the_call_runs(held: dict[str, dict[str, list[str]]], call: str) -> None:
    assert held[call]["late"] == []


def test_the_governed_call_went_its_whole_way(held: dict[str, dict[str, list[str]]]) -> None:
    assert held["governed"]["reached"] == ["billing", "ask", "eight"]
