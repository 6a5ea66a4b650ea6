"""Frames to read, and the one spelling of a frame that an encoder would choose.

`canonical` knows the conventions of protobuf JSON by *key*, and nothing of the structs under test: it is the second
opinion that their decoder and encoder are compared with.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import attrs

from trio_live.wire import (
    ClientMessage,
    ServerMessage,
    decode_client_message,
    decode_server_message,
    encode_client_message,
    encode_server_message,
)

FREE_FORM = {
    "args",
    "response",
    "parameters",
    "parametersJsonSchema",
    "responseJsonSchema",
    "labels",
    "partMetadata",
    "googleSearch",
}
"""Objects whose keys are somebody's data."""

_BYTES = {"data", "thoughtSignature", "voiceSampleAudio", "consentAudio", "imageData"}


@attrs.frozen
class Example:
    """One line of ``examples.jsonl``."""

    direction: str
    note: str
    frame: dict[str, Any]
    expect_close: int | None

    def __str__(self) -> str:
        return self.note


def load_examples() -> list[Example]:
    lines = Path(__file__).with_name("examples.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [Example(row["dir"], row["note"], row["frame"], row.get("expect_close")) for row in rows]


EXAMPLES = load_examples()


def example(note: str) -> dict[str, Any]:
    """The frame of the example with this note."""
    return next(row.frame for row in EXAMPLES if row.note == note)


def canonical(value: Any, key: str = "") -> Any:
    """A frame as an encoder writes it: camelCase, standard base64, whole counts, no nulls."""
    if key in FREE_FORM:
        return value
    if isinstance(value, dict):
        return {_camel(k): canonical(v, _camel(k)) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [canonical(item, key) for item in value]
    if isinstance(value, str) and key in _BYTES:
        padded = value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)
        return base64.b64encode(base64.urlsafe_b64decode(padded.replace("+", "-").replace("/", "_"))).decode()
    if isinstance(value, str) and key.lower().endswith("tokencount"):
        return int(value)
    return value


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def server(frame: dict[str, Any]) -> ServerMessage:
    return decode_server_message(json.dumps(frame))


def client(frame: dict[str, Any], *, strict: bool = False) -> ClientMessage:
    return decode_client_message(json.dumps(frame), strict=strict)


def written(message: ServerMessage | ClientMessage) -> Any:
    """The JSON that a message becomes."""
    data = encode_server_message(message) if isinstance(message, ServerMessage) else encode_client_message(message)
    return json.loads(data)
