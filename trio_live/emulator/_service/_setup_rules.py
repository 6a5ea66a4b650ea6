"""What a setup is refused for, as functions of values. The order is the order in which a client learns of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

import attrs

from trio_live.emulator._service._abilities import Attempt, refuse_attempt
from trio_live.emulator._service._refusals import Refused, invalid, model_not_found, no_list, unknown_name
from trio_live.emulator._service._settings import SessionSettings
from trio_live.wire import PLATFORM_REFUSALS, ClientMessage, FunctionDeclaration, Platform, Setup, Tool
from trio_live.wire._internal import FUNCTION_NAME, bare_model, type_lists, unknown_keywords

_CAPITAL: Final = re.compile("[A-Z]")

_MODEL_NAME: Final = {
    Platform.GOOGLE_AI: re.compile(r"(models|tunedModels)/[^/]+"),
    Platform.VERTEX: re.compile(r"(projects/[^/]+/locations/[^/]+/)?publishers/google/models/[^/]+|projects/.+"),
}

_PUBLISHED: Final = re.compile(r"(^|/)models/")
"""A model of Google's own."""


@attrs.frozen
class Route:
    """Where a connection came in."""

    platform: Platform
    version: str
    token: str | None = None
    """The ephemeral token it came in with."""
    addressed: Platform | None = None
    """The platform whose path was taken, where another one is played: the client spells models as that one does."""


def refuse_setup(setup: Setup, route: Route, *, models: Collection[str] | None, strict: bool) -> Refused | None:
    """Why this setup cannot be served, or ``None`` when it can.

    Args:
        setup: the first message.
        route: the platform and version the client addressed.
        models: ids of the only models there are; ``None``: every model that is known and not retired.
        strict: also refuse settings that could simply be passed over.
    """
    return next(_reasons(setup, route, models, strict=strict), None)


def declarations(tools: list[Tool] | None) -> dict[str, FunctionDeclaration]:
    """Declared functions by name."""
    return {declaration.name: declaration for tool in tools or () for declaration in tool.function_declarations or ()}


def refuse_tools(tools: list[Tool] | None, place: str) -> Refused | None:
    """Why these declarations cannot be read, or ``None`` when they can.

    Args:
        tools: what the client declares.
        place: where they stand in its message, as the server names it.
    """
    return next(_tools(tools, place), None)


def _reasons(setup: Setup, route: Route, models: Collection[str] | None, *, strict: bool) -> Iterator[Refused]:
    if not setup.model:
        yield invalid("setup.model is required.")
    if strict and not _MODEL_NAME[route.addressed or route.platform].fullmatch(setup.model):
        yield invalid(f"{setup.model}: unexpected model name format.")
    settings = SessionSettings(setup=setup, platform=route.platform, version=route.version)
    if settings.profile.retired or not _is_there(settings, models, strict=strict):
        yield model_not_found(setup.model, route.version)
    attempt = Attempt(message=ClientMessage(setup=setup), settings=settings)
    refusal = refuse_attempt(attempt, strict=strict)
    if refusal is not None:
        yield refusal
    if strict:
        yield from _of_platform(attempt)
        yield from _tools(setup.tools, "setup.tools")


def _is_there(settings: SessionSettings, models: Collection[str] | None, *, strict: bool) -> bool:
    """Whether there is such a model. One that somebody has tuned may have any name."""
    model = settings.setup.model
    if models is not None:
        return bool({model, bare_model(model)} & set(models))
    return settings.profile.known or not strict or not _PUBLISHED.search(model)


def _of_platform(attempt: Attempt) -> Iterator[Refused]:
    """What no model of the platform takes."""
    foreign = {
        row.path for row in PLATFORM_REFUSALS if row.platform is attempt.settings.platform and row.equals is None
    }
    for path, why in attempt.unfit.items():
        parent, _, name = f"setup.{path}".rpartition(".")
        yield unknown_name(name, _snake(parent)) if path in foreign else invalid(f"setup.{path}: {why}.")


def _tools(tools: list[Tool] | None, place: str) -> Iterator[Refused]:
    seen: set[str] = set()
    for position, tool in enumerate(tools or ()):
        for number, declaration in enumerate(tool.function_declarations or ()):
            name = declaration.name
            if not FUNCTION_NAME.fullmatch(name):
                yield invalid(f"Invalid function name {name!r}.")
            if name in seen:
                yield invalid(f"Duplicate function declaration found: {name}")
            seen.add(name)
            if declaration.parameters is not None and declaration.parameters_json_schema is not None:
                yield invalid(f"{name}: parameters and parametersJsonSchema exclude each other.")
            where = f"{place}[{position}].function_declarations[{number}]"
            for field in ("parameters", "response"):
                for path in type_lists(getattr(declaration, field), field):
                    yield no_list("type", f"{where}.{path.removesuffix('.type')}")
                for keyword, path in unknown_keywords(getattr(declaration, field), field):
                    yield unknown_name(keyword, f"{where}.{path}")


def _snake(path: str) -> str:
    """A path as the server writes it."""
    return _CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", path)
