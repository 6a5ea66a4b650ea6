"""From a spec to a plan that can run: every mistake is found here, before any I/O, and told at once."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Sequence

import attrs

from trio_live.control._internal import check_options
from trio_live.errors import ConfigError
from trio_live.events import Road, SteeringChannel
from trio_live.lanes._internal import SessionPlan
from trio_live.live._agents import agents_problems, all_declared, begun_by, everything_of, spec_of
from trio_live.live._pages import DEFAULT_SESSION_ID, LiveSpec
from trio_live.phases._internal import OWN_KEYS, declared_names
from trio_live.session._internal import changed, keep_alive_every, lower, marks_activity
from trio_live.state import State
from trio_live.telemetry import CostOptions, prices_for
from trio_live.transport import Dialer, Endpoint, GoogleAI
from trio_live.transport._internal import check_endpoint
from trio_live.wire import (
    DEFAULT_MODEL,
    AudioTranscriptionConfig,
    Content,
    FunctionDeclaration,
    GenerationConfig,
    IgnoredSetting,
    LiveModelProfile,
    SessionResumptionConfig,
    Setup,
    profile_for,
)
from trio_live.wire._internal import bare_model, evolve, fit_setup, missing_settings, type_lists

logger = logging.getLogger("trio_live.config")

MODEL_VARIABLES = ("GEMINI_LIVE_MODEL", "GEMINI_MODEL")
"""Where a model is looked for when nobody named one; the one for Live comes first, because the other is shared."""


def resolve_model(spec: LiveSpec, endpoint: Endpoint) -> str:
    """The model id: the builder's, the endpoint's, the environment's, or the default."""
    named = (spec.model, endpoint.model, *(os.environ.get(variable) for variable in MODEL_VARIABLES))
    return next((model for model in named if model), DEFAULT_MODEL)


def resolve_abilities(spec: LiveSpec, endpoint: Endpoint) -> LiveModelProfile:
    """What the model can do there: its row, and what the builder knows better."""
    profile = profile_for(resolve_model(spec, endpoint), endpoint.platform)
    return attrs.evolve(profile.in_version(endpoint.api_version), **spec.abilities)


def fitted_setup(spec: LiveSpec, endpoint: Endpoint) -> tuple[Setup, tuple[IgnoredSetting, ...]]:
    """The setup as it will be sent, and what was left out of it."""
    model, abilities = resolve_model(spec, endpoint), resolve_abilities(spec, endpoint)
    generation = spec.setup.generation_config or GenerationConfig()
    if generation.response_modalities is None:
        served = abilities.modalities or ("AUDIO",)
        generation = evolve(generation, response_modalities=[served[0]])
    transcription = spec.setup.output_audio_transcription
    voiceless: tuple[IgnoredSetting, ...] = ()
    if generation.response_modalities == ["TEXT"] and generation.speech_config is not None:
        generation = evolve(generation, speech_config=None)
        voiceless = (IgnoredSetting("generationConfig.speechConfig", "an answer in text has no voice"),)
    if writes_speech(spec, abilities):
        generation = evolve(generation, response_modalities=["AUDIO"])
        transcription = transcription or AudioTranscriptionConfig()
    instruction = spec.control.standing_instruction
    setup = evolve(
        spec.setup,
        session_resumption=resumption_of(spec, abilities),
        model=endpoint.resource(model),
        generation_config=generation,
        output_audio_transcription=transcription,
        system_instruction=Content.of(instruction) if instruction else None,
        tools=everything_of(spec, abilities) or None,
    )
    fitted, ignored = fit_setup(setup, abilities)
    return fitted, (*voiceless, *ignored)


def resumption_of(spec: LiveSpec, abilities: LiveModelProfile) -> SessionResumptionConfig | None:
    """What is asked of the server for another connection: what the builder says, or what a session that reconnects needs."""
    asked = spec.setup.session_resumption
    if asked is not None or spec.resumption is not None or not spec.reconnect.attempts or not abilities.resumption:
        return asked
    return SessionResumptionConfig(transparent=abilities.transparent_resumption or None)


def writes_speech(spec: LiveSpec, abilities: LiveModelProfile) -> bool:
    """Whether answers are wanted in text from a model that only speaks: then what it says is transcribed."""
    wanted = spec.setup.generation_config and spec.setup.generation_config.response_modalities
    return wanted == ["TEXT"] and "AUDIO" in abilities.modalities and "TEXT" not in abilities.modalities


def compile_plan(spec: LiveSpec, endpoint: Endpoint, dial: Dialer) -> SessionPlan:
    """The plan of a session.

    Raises:
        ConfigError: everything that is wrong.
    """
    abilities = resolve_abilities(spec, endpoint)
    first = begun_by(spec, None, abilities)
    setup, ignored = fitted_setup(first, endpoint)
    mistakes, warnings = check_agents(spec, endpoint) if spec.agents else check_spec(spec, setup, abilities)
    if spec.agents and not mistakes:
        setup = changed(setup, abilities, tools=all_declared(spec, setup.tools or (), abilities) or None)
    problems = [*check_endpoint(endpoint), *mistakes]
    if problems:
        raise ConfigError(problems)
    if ignored:
        named = "; ".join(str(setting) for setting in ignored)
        where = f"{abilities.name} on {endpoint.platform.value}"
        warnings.append(f"{where} does not take these settings, so they are not sent: {named}")
    for warning in warnings if not spec.tools.servers else ():  # their tools come, and then all of this is said
        logger.warning("%s", warning)
    return SessionPlan(
        setup=setup,
        abilities=abilities,
        dial=dial,
        callbacks=spec.callbacks,
        state=spec.state if spec.state is not None else State(),
        callback_errors=spec.callback_errors,
        setup_within=spec.setup_within,
        telemetry_interval=spec.telemetry_interval,
        cost=priced(spec, setup, abilities),
        redaction=spec.redaction,
        reconnect=spec.reconnect,
        keep_alive=keep_alive_every(spec.keep_alive, abilities, manual_activity=marks_activity(setup)),
        ignored=ignored,
        writes_speech=writes_speech(spec, abilities),
        own_keys=OWN_KEYS,
        has_phases=any(each.control.initial_phase is not None for each in (first, *(a.spec for a in spec.agents))),
    )


def priced(spec: LiveSpec, setup: Setup, abilities: LiveModelProfile) -> CostOptions:
    """What the session may cost, with the prices of its model; those are ``None`` where nobody knows them."""
    prices = spec.cost.prices or prices_for(setup.model or "", abilities.platform)
    return attrs.evolve(spec.cost, prices=prices)


def check_agents(spec: LiveSpec, endpoint: Endpoint) -> tuple[list[str], list[str]]:
    """As `check_spec`, of every agent of a call, and of them together. What is wrong with each of them is said once."""
    abilities = resolve_abilities(spec, endpoint)
    found: list[tuple[str, list[str], list[str]]] = []
    for agent in spec.agents:
        own = spec_of(spec, agent, abilities)
        found.append((agent.name, *check_spec(own, fitted_setup(own, endpoint)[0], abilities)))
    mistakes = _told_once([(name, mistakes) for name, mistakes, _ in found])
    return [*mistakes, *agents_problems(spec, abilities)], _told_once([(name, odd) for name, _, odd in found])


def _told_once(found: Sequence[tuple[str, list[str]]]) -> list[str]:
    """Sentences about agents: one that holds for all of them without a name."""
    common = [each for each in found[0][1] if all(each in sentences for _, sentences in found)]
    return common + [f"agent {name!r}: {each}" for name, told in found for each in told if each not in common]


def check_spec(spec: LiveSpec, setup: Setup, abilities: LiveModelProfile) -> tuple[list[str], list[str]]:
    """What is wrong with a spec and the setup made from it, and what is merely odd."""
    # As declared, not as sent: what a model does not take is no slip of whoever enables it in a phase.
    functions = frozenset(declared_names(everything_of(spec, abilities)))
    mistakes, warnings = check_options(spec.control, None if spec.tools.servers else functions)
    mistakes += [*spec.tools.problems(abilities), *_idle_middleware(spec)]
    if spec.control.greeting is not None and lower(SteeringChannel.PROMPT, abilities).road is Road.NOWHERE:
        mistakes.append(f"the {abilities.name} model takes no text, so it cannot be given a greeting")
    if spec.cost != CostOptions() and priced(spec, setup, abilities).prices is None:
        model, where = bare_model(setup.model or ""), abilities.platform.value
        mistakes.append(
            f"nobody knows what {model} costs on {where}, so its cost has no limit: give `prices` to `cost`"
        )
    if spec.control.voice.client_authority and not marks_activity(setup):
        mistakes.append(
            "client_interruption_authority() needs the server's detection off: leave vad(disabled=False) out"
        )
    if spec.persistence is None and spec.session_id != DEFAULT_SESSION_ID:
        warnings.append(f"the session_id {spec.session_id!r} has no effect: nothing is kept without `persistence`")
    return [*_check_setup(setup, abilities), *mistakes], [*warnings, *_spoken_plans(setup, abilities)]


def _idle_middleware(spec: LiveSpec) -> list[str]:
    """Layers that would never do anything."""
    if not spec.tools.middleware:
        return []
    from trio_live.agents import AgentMiddleware
    from trio_live.agents._internal import AgentCall

    if any(isinstance(each.function, AgentCall) for each in spec.tools.tools.values()):
        return []
    return [
        f"{type(layer).__name__} does something about {' and '.join(sorted(layer.acts_on)) or 'nothing'} only, and none of "
        "the tools is a text agent: put it around an agent with `with_middleware`, or around a model with M.around"
        for layer in spec.tools.middleware
        if isinstance(layer, AgentMiddleware) and "tools" not in layer.acts_on
    ]


def _spoken_plans(setup: Setup, abilities: LiveModelProfile) -> list[str]:
    declared = [function for tool in setup.tools or () for function in tool.function_declarations or ()]
    full = [function.name for function in declared if function.parameters_json_schema is not None]
    if not full or not abilities.speaks_plans:
        return []
    names = ", ".join(full)
    return [f"{abilities.name} says its plans aloud where `parametersJsonSchema` is used; use `parameters` for {names}"]


def check_without_endpoint(spec: LiveSpec) -> tuple[list[str], list[str]]:
    """As `check_spec`, as far as it can be told before anybody has said where it goes."""
    nowhere = GoogleAI("-")
    if spec.agents:
        return check_agents(spec, nowhere)
    return check_spec(spec, fitted_setup(spec, nowhere)[0], resolve_abilities(spec, nowhere))


def _check_setup(setup: Setup, profile: LiveModelProfile) -> list[str]:
    problems = [f"the {profile.name} model needs {path}" for path in missing_settings(setup, profile)]
    wanted = (setup.generation_config and setup.generation_config.response_modalities) or []
    if profile.modalities:
        problems += [
            f"the {profile.name} model answers in {' or '.join(profile.modalities)}, not in {modality}"
            for modality in wanted
            if modality not in profile.modalities
        ]
    for tool in setup.tools or ():
        for function in tool.function_declarations or ():
            problems += _schema_problems(function)
    names = Counter(f.name for tool in setup.tools or () for f in tool.function_declarations or ())
    problems += [f"the function {name!r} is declared {count} times" for name, count in names.items() if count > 1]
    if (
        names
        and not profile.search_with_functions
        and any(tool.google_search is not None for tool in setup.tools or ())
    ):
        problems.append(
            f"the {profile.name} model does not take Google Search together with functions: leave one of them out"
        )
    return problems


def _schema_problems(function: FunctionDeclaration) -> list[str]:
    return [
        f"the function {function.name!r}: {path} is a list, which the server refuses; name one type there, "
        "with nullable or anyOf for the others"
        for where in ("parameters", "response")
        for path in type_lists(getattr(function, where), where)
    ]
