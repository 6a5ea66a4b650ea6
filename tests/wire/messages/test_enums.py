"""The table of enum strings."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import inspect

from tests.wire.frames import client
from tests.wire.strategies import fields_of
from trio_live.errors import RemoteProtocolError
from trio_live.wire import FunctionDeclaration, GenerationConfig
from trio_live.wire._internal import ENUMS, MEDIA_RESOLUTIONS, THINKING_LEVELS, Wire

ROWS = [pytest.param(struct, name, id=f"{struct.__name__}.{name}") for struct, name in ENUMS]


@pytest.mark.parametrize(("struct", "name"), ROWS)
def test_every_row_names_a_text_field_that_exists(struct: type[Wire], name: str) -> None:
    (field,) = [field for field in fields_of(struct) if field.name == name]
    kinds = {type(kind) for kind in getattr(field.type, "types", [field.type])}
    assert kinds <= {inspect.NoneType, inspect.StrType, inspect.ListType}


@pytest.mark.parametrize(("struct", "name"), ROWS)
def test_every_row_knows_how_to_say_nothing_in_particular(struct: type[Wire], name: str) -> None:
    allowed = ENUMS[struct, name]
    assert all(value == value.upper() for value in allowed)
    assert any(value.endswith("UNSPECIFIED") for value in allowed)


def test_the_short_names_do_not_exist() -> None:
    assert "LOW" not in MEDIA_RESOLUTIONS
    assert "MEDIUM" in THINKING_LEVELS
    assert not any("MEDIUM" in value for (_, name), row in ENUMS.items() if "sensitivity" in name for value in row)


def setup_frame(settings: dict[str, Any]) -> dict[str, Any]:
    return {"setup": {"model": "m", "generationConfig": settings}}


def test_a_strict_server_checks_each_item_of_a_list() -> None:
    client(setup_frame({"responseModalities": ["AUDIO", "TEXT"]}), strict=True)
    with pytest.raises(
        RemoteProtocolError, match=r"Invalid value at 'setup.generation_config.response_modalities': \"SMELL\""
    ):
        client(setup_frame({"responseModalities": ["AUDIO", "SMELL"]}), strict=True)


def test_a_patient_server_reads_enum_strings_that_nobody_knows() -> None:
    read = client(setup_frame({"mediaResolution": "LOW"})).setup
    assert read is not None
    assert read.generation_config == GenerationConfig(media_resolution="LOW")


@pytest.mark.parametrize("strict", [False, True])
def test_an_enum_may_come_as_a_number(*, strict: bool) -> None:
    read = client(setup_frame({"mediaResolution": 2, "responseModalities": [3]}), strict=strict).setup
    assert read is not None
    assert read.generation_config == GenerationConfig(media_resolution="2", response_modalities=["3"])


def test_a_strict_server_takes_no_number_for_a_text() -> None:
    frame = {"setup": {"model": "m", "tools": [{"functionDeclarations": [{"name": "f", "description": 5}]}]}}
    with pytest.raises(RemoteProtocolError, match="expected a string, got a number"):
        client(frame, strict=True)
    read = client(frame).setup
    assert read is not None
    assert read.tools is not None
    assert read.tools[0].function_declarations == [FunctionDeclaration("f", "5")]
