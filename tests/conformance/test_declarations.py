"""The official client's own models take what is declared of typed functions: forty shapes of signatures.

Run by ``nox -s conformance``, which installs the client into an environment of its own; skipped elsewhere.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.shapes import SHAPES
from trio_live import ToolDispatcher
from trio_live.wire import ClientMessage, Setup, encode_client_message

WANTED = bool(os.environ.get("TRIO_LIVE_CONFORMANCE"))

if not WANTED and (importlib.util.find_spec("google") is None or importlib.util.find_spec("google.genai") is None):
    pytest.skip("google-genai is not installed here; nox -s conformance installs it", allow_module_level=True)


def declared(function: Callable[..., None]) -> dict[str, Any]:
    """The declaration of one function, as it goes over the wire."""
    setup = Setup(tools=ToolDispatcher(function).to_tool_declarations())
    sent = json.loads(encode_client_message(ClientMessage(setup=setup)))
    found: dict[str, Any] = sent["setup"]["tools"][0]["functionDeclarations"][0]
    return found


def forbidding(model: Any) -> Any:
    """The client's models ignore nothing: an unknown field is an error."""
    assert model.model_config.get("extra") == "forbid"
    return model


@pytest.mark.parametrize("function", [function for function, _ in SHAPES], ids=lambda function: function.__name__)
def test_the_official_models_take_every_shape(function: Callable[..., None]) -> None:
    types = importlib.import_module("google.genai.types")
    told = declared(function)
    read = forbidding(types.FunctionDeclaration).model_validate(told)
    assert read.behavior.value == "BLOCKING"
    if "parameters" in told:
        schema = forbidding(types.Schema).model_validate(told["parameters"])
        kept = schema.model_dump(by_alias=True, exclude_none=True, mode="json")
        assert kept == told["parameters"]
