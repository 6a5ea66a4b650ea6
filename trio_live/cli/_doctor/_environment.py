"""What the environment says: with which key, where to, which model. Nothing here shows a credential."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from trio_live import ConfigError, Platform
from trio_live.cli._doctor._findings import Finding, Status
from trio_live.live._internal import KEY_VARIABLES, MODEL_VARIABLES
from trio_live.transport import Endpoint, GoogleAI, Vertex
from trio_live.wire import UNKNOWN_MODEL, profile_for

_MODELS: Final = "the page on models lists those that are known"
_WHERE: Final = {Platform.GOOGLE_AI: "GOOGLE_GEMINI_BASE_URL", Platform.VERTEX: "GOOGLE_VERTEX_BASE_URL"}


def look_at_credential(endpoint: Endpoint | ConfigError, environment: Mapping[str, str]) -> Finding:
    """Whether there is one, and whether it can be one.

    Args:
        endpoint: what the environment describes, or why it describes none.
        environment: its variables.
    """
    if isinstance(endpoint, ConfigError):
        advice = f"for real calls set {KEY_VARIABLES[0]}; without it `trio-live demo`, `chat` and `emulator` still work"
        return Finding("credential", Status.WARNING, str(endpoint), advice)
    if isinstance(endpoint, Vertex):
        token = "GOOGLE_ACCESS_TOKEN" if environment.get("GOOGLE_ACCESS_TOKEN") else "gcloud, asked at every dial"
        return Finding("credential", Status.OK, f"Vertex AI, project {endpoint.project}, token from {token}")
    name = next(each for each in KEY_VARIABLES if environment.get(each))
    others = [each for each in KEY_VARIABLES if environment.get(each) and each != name]
    return _look_at_key(environment[name], name, others)


def _look_at_key(key: str, name: str, others: list[str]) -> Finding:
    if key != key.strip() or not key.isprintable() or not key.isascii() or " " in key:
        found = f"{name} holds a blank, a line break or another character that no key has"
        return Finding("credential", Status.PROBLEM, found, "set it again, without quotes, blanks and line ends")
    if others:
        found = f"{name} is used, and {' and '.join(others)} is not"
        return Finding("credential", Status.WARNING, found, "if the wrong one is used, unset the others")
    return Finding("credential", Status.OK, f"{name} is set ({len(key)} characters)")


def look_at_address(endpoint: Endpoint, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether calls go to Google; silent where they do.

    Raises:
        ConfigError: they go nowhere: the address is none.
    """
    variable = _WHERE[endpoint.platform]
    if endpoint.base_url is not None:
        advice = f"if that is a mistake, unset {variable}"
        yield Finding("address", Status.WARNING, f"calls go to {endpoint.url()}, because of {variable}", advice)
    for other in (each for each in _WHERE.values() if each != variable):
        if environment.get(other):
            yield Finding("address", Status.WARNING, f"{other} is set, and is not for this platform", f"unset {other}")


def look_at_model(endpoint: Endpoint, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the environment names a model, and one that is known; silent where it names none."""
    for variable in MODEL_VARIABLES:
        if model := environment.get(variable):
            profile = profile_for(model, endpoint.platform)
            if profile.retired:
                yield Finding(
                    "model", Status.PROBLEM, f"{variable} names {model!r}, which is served no longer", _MODELS
                )
            elif profile is UNKNOWN_MODEL[endpoint.platform]:
                yield Finding("model", Status.WARNING, f"{variable} names {model!r}, which is not known", _MODELS)
            else:
                yield Finding("model", Status.OK, f"{variable} names {model}")
            return


def default_endpoint() -> Endpoint:
    """Where calls go when the environment says nothing."""
    return GoogleAI("-")
