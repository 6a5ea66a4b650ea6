"""Every key of a persona's file, with what it holds and what it means: the reference, as data.

The reader does not need it. A test compares it with what the reader asks for, and the page of the documentation with
what `reference` draws.
"""

from __future__ import annotations

from typing import Final

import attrs

from trio_live.emulator._persona._checks import ALWAYS_KNOWN
from trio_live.emulator._templates import FORMATS

REPLY: Final = "string, list of strings, or table with the keys of a reply"


@attrs.frozen
class Key:
    """One key of one kind of table."""

    name: str
    holds: str
    meaning: str


@attrs.frozen
class Section:
    """One kind of table."""

    title: str
    keys: tuple[Key, ...]


RULE_KEYS: Final = (
    Key("name", "string", "what the log calls it; no two may share a name"),
    Key("in", "string or list", "the states it applies in; without it, all"),
    Key("once", "boolean", "applies once in a conversation, and then no more"),
)

SECTIONS: Final = (
    Section(
        "At the top of the file",
        (
            Key("name", "string", "required"),
            Key("description", "string", "for people"),
            Key("initial", "string", "the state a conversation begins in; `start`"),
            Key("facts", "table", "values that templates may use from the beginning"),
            Key(
                "utterances",
                "list of strings",
                "what the caller says: without a recogniser, the n-th spoken turn counts as the n-th",
            ),
            Key("repeat_utterances", "boolean", "begin again when they are used up; otherwise it is `(speech)`"),
            Key("vocabulary", "list of strings", "names and words that callers may say besides; for a recogniser"),
            Key(
                "least_confidence",
                "number from 0 to 1",
                "how sure a recogniser must be; words that it is less sure of count as `<noise>`",
            ),
            Key("thought", "string", "what it thinks before every reply that has no thought of its own"),
            Key("words_per_delta", "whole number", "words in one piece of a transcript; 2"),
            Key("voice", "string", "a directory beside the file, with recordings and an `index.toml`"),
            Key("greeting", "table", "a reply, for when the client asks for an answer before anything was said"),
            Key("rule", "list of tables", "what it answers; the first that fits applies"),
            Key("default", "list of tables", "replies for when no rule fits, taken in turn"),
            Key("on_interrupted", "list of tables", "reactions to being cut off; their lines open the next answer"),
            Key("on_silence", "list of tables", "reactions to nobody speaking"),
            Key("on_image", "list of tables", "reactions to pictures, in the stream or in a turn"),
            Key("on_context", "list of tables", "reactions to turns that ask for no answer, history too"),
            Key("on_context_update", "list of tables", "reactions to a new instruction or to new functions"),
            Key(
                "on_unwanted_answer", "list of tables", "reactions to answers of calls cancelled, given up or answered"
            ),
            Key("on_unknown_answer", "list of tables", "reactions to answers of calls that were never made"),
        ),
    ),
    Section(
        "In `greeting`, besides those of a reply",
        (Key("when", "`asked` or `connected`", "`connected`: greet unasked; no real model does"),),
    ),
    Section(
        "In a `rule`, besides those of a reply",
        (*RULE_KEYS, Key("heard", "table", "what must have been heard; required")),
    ),
    Section(
        "In a reaction, besides those of a reply",
        (
            *RULE_KEYS,
            Key("heard", "table", "what the text must hold; `on_context` and `on_context_update` only"),
            Key("after", "seconds", "how long nobody must have spoken; `on_silence` only, required there"),
        ),
    ),
    Section(
        "In `heard`: all that is given must fit",
        (
            Key("any", "boolean", "everything fits"),
            Key("exact", "string or list", "one of these sentences; case, punctuation and spacing do not count"),
            Key("keywords", "string or list", 'all of these words or phrases; `"cost|price"` is either'),
            Key("pattern", "string", "a regular expression, found anywhere; its named groups become values"),
        ),
    ),
    Section(
        "A reply",
        (
            Key("say", "line or list of lines", "what is said; a line is a string or a table"),
            Key("words_per_delta", "whole number", "words in one piece of its transcript"),
            Key(
                "thought",
                "string",
                "what it thinks before; sent to clients that ask for thoughts, and by 2.5 on Google AI to all",
            ),
            Key("delay", "seconds", "how long it hesitates first"),
            Key("silent", "boolean", "answer nothing at all: no turn begins and none completes"),
            Key("set", "table", "values to remember; they are templates"),
            Key("goto", "string", "the state to enter"),
            Key("call", "table", "a function to run after the lines"),
            Key("calls", "list of tables", "functions to run at the same time"),
            Key("then", REPLY, "how it goes on with the answers"),
            Key("on_error", REPLY, "instead, when an answer holds an `error`"),
            Key("on_late", "table: a reply and `after`", "instead, when the answers took that many seconds"),
            Key("on_wait", "table: a reply and `after`", "what it says while it waits, after that many seconds"),
            Key("on_missing", "table: a reply and `after`", "when it gives up, cancels the calls, and how it goes on"),
            Key("without_tool", REPLY, "instead of all of it, when the client did not declare a function"),
        ),
    ),
    Section(
        "A line",
        (
            Key("text", "string", "the words; required"),
            Key("wav", "string", "a recording of them, beside the file: mono, 16 bits, 24 kHz"),
            Key("pause", "seconds", "silence before it"),
        ),
    ),
    Section(
        "A call",
        (
            Key("tool", "string", "name of the function; required"),
            Key("args", "table", "its arguments; strings in it are templates"),
            Key("as", "string", "the name its answer is remembered under; that of the function"),
        ),
    ),
    Section("In `on_wait`, `on_late` and `on_missing`", (Key("after", "seconds", "counted from the call; required"),)),
)


def reference() -> str:
    """The reference as Markdown."""
    parts = [_table(section.title, ("key", "holds", "meaning"), section.keys) for section in SECTIONS]
    values = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in ALWAYS_KNOWN.items())
    formats = ", ".join(f"`{name}`" for name in FORMATS)
    parts.append(f"### Values that are always there\n\n| value | what it is |\n| --- | --- |\n{values}\n")
    parts.append(f"### Formats\n\n{formats}\n")
    return "\n".join(parts)


def _table(title: str, columns: tuple[str, ...], keys: tuple[Key, ...]) -> str:
    rows = [f"| `{key.name}` | {_cell(key.holds)} | {_cell(key.meaning)} |" for key in keys]
    head = f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}"
    return "\n".join((f"### {title}\n", head, *rows, ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
