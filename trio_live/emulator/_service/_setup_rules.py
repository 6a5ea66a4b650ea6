"""What a setup is refused for, as functions of values. The order is the order in which a client learns of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

import attrs

from trio_live.emulator._service._refusals import Refused, invalid, model_not_found, unknown_name, wrong_modality
from trio_live.wire import PLATFORM_REFUSALS, FunctionDeclaration, Platform, Setup, Tool, profile_for
from trio_live.wire._internal import FUNCTION_NAME, bare_model, fit_setup, missing_settings, type_lists

_MODEL_NAME: Final = {
    Platform.GOOGLE_AI: re.compile(r"(models|tunedModels)/[^/]+"),
    Platform.VERTEX: re.compile(r"(projects/[^/]+/locations/[^/]+/)?publishers/google/models/[^/]+|projects/.+"),
}


@attrs.frozen
class Route:
    """Where a connection came in."""

    platform: Platform
    version: str
    token: str | None = None
    """The ephemeral token it came in with."""


def refuse_setup(setup: Setup, route: Route, *, models: Collection[str] | None, strict: bool) -> Refused | None:
    """Why this setup cannot be served, or ``None`` when it can.

    Args:
        setup: the first message.
        route: the platform and version the client addressed.
        models: ids of the only models there are; ``None``: every model that is not retired.
        strict: also refuse settings that could simply be passed over.
    """
    return next(_reasons(setup, route, models, strict=strict), None)


def declarations(tools: list[Tool] | None) -> dict[str, FunctionDeclaration]:
    """Declared functions by name."""
    return {declaration.name: declaration for tool in tools or () for declaration in tool.function_declarations or ()}


def _reasons(setup: Setup, route: Route, models: Collection[str] | None, *, strict: bool) -> Iterator[Refused]:
    if not setup.model:
        yield invalid("setup.model is required.")
    if strict and not _MODEL_NAME[route.platform].fullmatch(setup.model):
        yield invalid(f"{setup.model}: unexpected model name format.")
    bare, known = bare_model(setup.model), models is None or {setup.model, bare_model(setup.model)} & set(models)
    if profile_for(bare, route.platform).retired or not known:
        yield model_not_found(setup.model, route.version)
    yield from _modalities(setup, route)
    if strict:
        yield from _unfit(setup, route)
        yield from _missing(setup, route)
        yield from _tools(setup, route)


def _modalities(setup: Setup, route: Route) -> Iterator[Refused]:
    config = setup.generation_config
    asked = (config and config.response_modalities) or ["AUDIO"]
    served = profile_for(setup.model, route.platform).modalities
    if len(asked) != 1 or (served and asked[0] not in served):
        yield wrong_modality(*asked)


def _unfit(setup: Setup, route: Route) -> Iterator[Refused]:
    foreign = {refusal.path for refusal in PLATFORM_REFUSALS if refusal.equals is None}
    profile = profile_for(setup.model, route.platform).in_version(route.version)
    for ignored in fit_setup(setup, profile)[1]:
        parent, _, name = ignored.path.rpartition(".")
        if ignored.path in foreign:
            yield unknown_name(name, f"setup.{parent}" if parent else "setup")
        else:
            yield invalid(f"setup.{ignored.path}: {ignored.why}.")


def _missing(setup: Setup, route: Route) -> Iterator[Refused]:
    for path in missing_settings(setup, profile_for(setup.model, route.platform)):
        yield invalid(f"setup.{path} is required by this model.")


def _tools(setup: Setup, route: Route) -> Iterator[Refused]:
    seen: set[str] = set()
    listed = [declaration for tool in setup.tools or () for declaration in tool.function_declarations or ()]
    for declaration in listed:
        if not FUNCTION_NAME.fullmatch(declaration.name):
            yield invalid(f"Invalid function name {declaration.name!r}.")
        if declaration.name in seen:
            yield invalid(f"Duplicate function declaration found: {declaration.name}")
        seen.add(declaration.name)
        if declaration.parameters is not None and declaration.parameters_json_schema is not None:
            yield invalid(f"{declaration.name}: parameters and parametersJsonSchema exclude each other.")
        for where in ("parameters", "response"):
            for path in type_lists(getattr(declaration, where), where):
                yield Refused(
                    1007, f"Invalid value at 'setup.tools.function_declarations.{path}' of {declaration.name}"
                )
    searches = any(tool.google_search is not None for tool in setup.tools or ())
    if searches and listed and not profile_for(setup.model, route.platform).search_with_functions:
        yield invalid("Search and function calling cannot be combined in this model.")
