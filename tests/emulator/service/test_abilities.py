"""What each model cannot do: one row for each ability, tried on every model that is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from trio.testing import MockClock

from tests.emulator.callers import calling, has, persona, tools
from trio_live.emulator import Emulation
from trio_live.emulator._service._abilities import ABILITY_RULES, CONDUCT, UNSEEN, Attempt, refuse_attempt
from trio_live.emulator._service._refusals import INVALID_ARGUMENT, PRECONDITION
from trio_live.emulator._service._settings import SessionSettings
from trio_live.wire import (
    CHANGEABLE,
    PROFILES,
    Blob,
    ClientContent,
    ClientContentUse,
    ClientMessage,
    Content,
    ContextUpdate,
    FunctionResponse,
    GenerationConfig,
    HistoryConfig,
    LiveModelProfile,
    Platform,
    ProactivityConfig,
    RealtimeInput,
    SessionResumptionConfig,
    Setup,
    Switch,
    ThinkingConfig,
    Tool,
    ToolList,
    ToolResponse,
    TranslationConfig,
    encode_client_message,
)

G, V = Platform.GOOGLE_AI, Platform.VERTEX
SERVED = [profile for profile in PROFILES if not profile.retired]
ECHO = '[[default]]\nsay = "You said {heard}."'


def unknown(name: str, place: str = "") -> str:
    where = f" at '{place}'" if place else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'


def no_modality(*names: str) -> str:
    return f"The requested combination of response modalities ({', '.join(names)}) is not supported by the model."


def served(profile: LiveModelProfile, **changes: Any) -> Setup:
    """A setup that this model takes, with something added to its generation config or to itself."""
    config = {
        "response_modalities": list(profile.modalities[:1]),
        "thinking_config": ThinkingConfig(thinking_level="LOW") if profile.thinking.required else None,
        "translation_config": TranslationConfig(target_language_code="pl") if profile.translates else None,
    }
    known = {name: changes.pop(name) for name in list(changes) if name in GenerationConfig.__struct_fields__}
    prefix = "models/" if profile.platform is G else "publishers/google/models/"
    return Setup(
        model=prefix + profile.prefixes[0], generation_config=GenerationConfig(**{**config, **known}), **changes
    )


def setting(**changes: Any) -> Callable[[LiveModelProfile], ClientMessage]:
    return lambda profile: ClientMessage(setup=served(profile, **changes))


def saying(**fields: Any) -> Callable[[LiveModelProfile], ClientMessage]:
    return lambda _: ClientMessage(**fields)


def content(role: str = "user") -> ClientContent:
    return ClientContent(turns=[Content.of("hello", role)], turn_complete=False)


def answering(**fields: Any) -> Callable[[LiveModelProfile], ClientMessage]:
    return saying(
        tool_response=ToolResponse(function_responses=[FunctionResponse(id="1", name="f", response={}, **fields)])
    )


def knows_async(profile: LiveModelProfile) -> bool:
    return profile.platform is G or "NON_BLOCKING" in profile.call_behaviors


@attrs.frozen(kw_only=True)
class Row:
    """Something a client may ask of a model."""

    ability: str
    asked: Callable[[LiveModelProfile], ClientMessage]
    words: Callable[[LiveModelProfile], str | None]
    """The reason of the close; ``None`` where the model takes it."""
    answered: bool = False
    """Asked after the model has begun a turn."""
    version: str = "v1beta"


def refused(words: str, when: Callable[[LiveModelProfile], bool]) -> Callable[[LiveModelProfile], str | None]:
    return lambda profile: words if when(profile) else None


def behavior(profile: LiveModelProfile, asked: str) -> str | None:
    match profile.call_behaviors:
        case ():
            return INVALID_ARGUMENT
        case ("NON_BLOCKING",):
            return INVALID_ARGUMENT if asked == "BLOCKING" else None
        case ("BLOCKING",):
            place = "setup.tools[0].function_declarations[0]"
            return INVALID_ARGUMENT if profile.platform is G else unknown("behavior", place)
        case _:
            return None


def scheduled(profile: LiveModelProfile) -> str | None:
    if profile.scheduling:
        return None
    place = "tool_response.function_responses[0]"
    return INVALID_ARGUMENT if knows_async(profile) else unknown("scheduling", place)


def proactive(profile: LiveModelProfile, version: str) -> str | None:
    taken = {Switch.OPT_IN, Switch.OPT_IN_ALPHA} if version == "v1alpha" else {Switch.OPT_IN}
    if profile.proactivity in taken:
        return None
    if profile.platform is G:
        return unknown("proactivity", "setup")
    return None if profile.proactivity is Switch.ALWAYS else INVALID_ARGUMENT


def affective(profile: LiveModelProfile, version: str) -> str | None:
    match profile.affective:
        case Switch.OPT_IN:
            return None
        case Switch.OPT_IN_ALPHA:
            return None if version == "v1alpha" else unknown("enableAffectiveDialog", "setup.generation_config")
        case _:
            return INVALID_ARGUMENT


def is_set_by(profile: LiveModelProfile, *kinds: str) -> bool:
    return profile.thinking.kind.name in {*kinds, "ANY"}


USER = RealtimeInput(text="hello")
PICTURE = RealtimeInput(video=Blob(mime_type="image/jpeg", data=b"\xff"))
SEARCH = Tool(google_search={})

ROWS = [
    *(
        Row(
            ability="modalities",
            asked=setting(response_modalities=names),
            words=lambda profile, names=names: (  # type: ignore[misc]  # a default holds the value of this round
                None if len(names) == 1 and names[0] in profile.modalities else no_modality(*names)
            ),
        )
        for names in (["AUDIO"], ["TEXT"], ["VIDEO"], ["AUDIO", "TEXT"])
    ),
    Row(
        ability="instructions",
        asked=setting(system_instruction=Content.of("Be kind.")),
        words=refused(INVALID_ARGUMENT, lambda profile: not profile.instructions),
    ),
    Row(
        ability="history_seeding",
        asked=setting(history_config=HistoryConfig(initial_history_in_client_content=True)),
        words=refused(INVALID_ARGUMENT, lambda profile: not profile.history_seeding),
    ),
    Row(
        ability="resumption",
        asked=setting(session_resumption=SessionResumptionConfig()),
        words=refused(INVALID_ARGUMENT, lambda profile: not profile.resumption),
    ),
    Row(
        ability="transparent_resumption",
        asked=setting(session_resumption=SessionResumptionConfig(transparent=True)),
        words=refused(
            unknown("transparent", "setup.session_resumption"), lambda profile: not profile.transparent_resumption
        ),
    ),
    Row(
        ability="thinking",
        asked=setting(thinking_config=ThinkingConfig(thinking_budget=0)),
        words=refused(INVALID_ARGUMENT, lambda profile: not is_set_by(profile, "BUDGET")),
    ),
    Row(
        ability="thinking",
        asked=setting(thinking_config=ThinkingConfig(thinking_level="HIGH")),
        words=refused(INVALID_ARGUMENT, lambda profile: not is_set_by(profile, "LEVEL")),
    ),
    Row(
        ability="thinking",
        asked=setting(thinking_config=ThinkingConfig(thinking_level="MINIMAL")),
        words=refused(
            INVALID_ARGUMENT,
            lambda profile: (
                not is_set_by(profile, "LEVEL") or "MINIMAL" not in (profile.thinking.levels or ["MINIMAL"])
            ),
        ),
    ),
    Row(
        ability="thinking",
        asked=setting(thinking_config=None),
        words=refused(INVALID_ARGUMENT, lambda profile: profile.thinking.required),
    ),
    *(
        Row(
            ability="proactivity",
            asked=setting(proactivity=ProactivityConfig(proactive_audio=True)),
            words=lambda profile, version=version: proactive(profile, version),  # type: ignore[misc]
            version=version,
        )
        for version in ("v1beta", "v1alpha")
    ),
    *(
        Row(
            ability="affective",
            asked=setting(enable_affective_dialog=True),
            words=lambda profile, version=version: affective(profile, version),  # type: ignore[misc]
            version=version,
        )
        for version in ("v1beta", "v1alpha")
    ),
    Row(
        ability="translates",
        asked=setting(translation_config=None),
        words=refused(INVALID_ARGUMENT, lambda profile: profile.translates),
    ),
    *(
        Row(
            ability="call_behaviors",
            asked=setting(tools=tools("f", behavior=asked)),
            words=lambda profile, asked=asked: behavior(profile, asked),  # type: ignore[misc]
        )
        for asked in ("BLOCKING", "NON_BLOCKING")
    ),
    Row(
        ability="call_behaviors",
        asked=setting(tools=tools("f")),
        words=refused(INVALID_ARGUMENT, lambda profile: not profile.call_behaviors),
    ),
    Row(
        ability="search_with_functions",
        asked=setting(tools=[SEARCH, *tools("f")]),
        words=refused(
            INVALID_ARGUMENT, lambda profile: not profile.search_with_functions or not profile.call_behaviors
        ),
    ),
    Row(
        ability="client_content",
        asked=saying(client_content=content()),
        words=refused(PRECONDITION, lambda profile: profile.client_content is ClientContentUse.NEVER),
    ),
    Row(
        ability="client_content",
        asked=saying(client_content=content()),
        answered=True,
        words=lambda profile: {
            ClientContentUse.NEVER: PRECONDITION,
            ClientContentUse.SEED_ONLY: INVALID_ARGUMENT,
            ClientContentUse.ALWAYS: None,
        }[profile.client_content],
    ),
    Row(
        ability="system_turns",
        asked=saying(client_content=content("system")),
        words=lambda profile: (
            PRECONDITION
            if profile.client_content is ClientContentUse.NEVER
            else None
            if profile.system_turns
            else f"{INVALID_ARGUMENT} Please use a valid role: user, model."
        ),
    ),
    Row(
        ability="realtime_text",
        asked=saying(realtime_input=USER),
        words=refused(PRECONDITION, lambda profile: not profile.realtime_text),
    ),
    Row(
        ability="input_modalities",
        asked=saying(realtime_input=PICTURE),
        words=refused(PRECONDITION, lambda profile: profile.input_modalities == ("AUDIO",)),
    ),
    Row(
        ability="context_update",
        asked=saying(context_update=ContextUpdate(system_instruction=Content.of("Be brief."))),
        words=refused(unknown("contextUpdate"), lambda profile: not profile.context_update),
    ),
    Row(ability="scheduling", asked=answering(scheduling="WHEN_IDLE"), words=scheduled),
]


def names(profile: LiveModelProfile) -> str:
    return f"{profile.name} on {profile.platform.value}"


def attempt(row: Row, profile: LiveModelProfile) -> Attempt:
    settings = SessionSettings(setup=served(profile), platform=profile.platform, version=row.version)
    settings = attrs.evolve(settings, profile=profile.in_version(row.version))
    return Attempt(message=row.asked(profile), settings=settings, has_answered=row.answered)


@pytest.mark.parametrize("profile", SERVED, ids=names)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.ability)
def test_what_a_model_cannot_do_is_refused_in_the_servers_words(row: Row, profile: LiveModelProfile) -> None:
    refusal = refuse_attempt(attempt(row, profile), strict=True)
    words = row.words(profile)
    assert (refusal and refusal.reason) == words
    if refusal is not None:
        assert refusal.code == 1007
        assert profile.name in refusal.why


MUTES = {"proactivity", "affective"}
"""3.1 falls silent on these instead: `test_the_flash_model_falls_silent_on_what_it_does_not_know`."""

ENDINGS = {
    (row.ability, words): (row, profile)
    for row in ROWS
    for profile in SERVED
    if (words := row.words(profile)) is not None
    and not row.answered
    and not (profile.name == "3.1 flash live" and row.ability in MUTES)
}
"""One model for each ability and reason."""


@pytest.mark.parametrize(("ability", "words"), ENDINGS)
async def test_the_connection_ends_with_these_words(autojump_clock: MockClock, ability: str, words: str) -> None:
    row, profile = ENDINGS[ability, words]
    message = row.asked(profile)
    async with calling(Emulation(persona(ECHO), raise_errors=True), profile.platform, row.version) as caller:
        if message.setup is None:
            await caller.send(setup=served(profile))
            await caller.until(has("setup_complete"))
        await caller.transport.send([encode_client_message(message)])
        assert await caller.closing() == (1007, words.encode()[:123].decode())


def test_every_ability_of_a_model_is_enforced_or_it_is_said_why_not() -> None:
    refusing = {rule.ability for rule in ABILITY_RULES}
    assert refusing == {row.ability for row in ROWS}, "each has its row above"
    assert refusing | set(CONDUCT) | set(UNSEEN) == CHANGEABLE | {"transparent_resumption"}
    assert not (refusing | set(CONDUCT)) & set(UNSEEN)


def test_a_lenient_server_refuses_only_what_the_model_could_do_nothing_with() -> None:
    for row in ROWS:
        for profile in SERVED:
            refusal = refuse_attempt(attempt(row, profile), strict=False)
            assert refusal is None or row.ability in {"modalities", "client_content", "system_turns", "realtime_text"}


def test_declarations_of_an_update_are_held_to_the_same_rules() -> None:
    (profile,) = [row for row in SERVED if row.name == "3.8 live extended thinking" and row.platform is G]
    update = ContextUpdate(tools=ToolList(tools=tools("f", behavior="BLOCKING")))
    row = Row(ability="call_behaviors", asked=saying(context_update=update), words=lambda _: INVALID_ARGUMENT)
    refusal = refuse_attempt(attempt(row, profile), strict=True)
    assert refusal is not None
    assert refusal.reason == INVALID_ARGUMENT


def test_a_session_without_resumption_refuses_it() -> None:
    """No model has none today; the rule holds all the same."""
    (profile,) = [row for row in SERVED if row.name == "3.8 live" and row.platform is G]
    (row,) = [row for row in ROWS if row.ability == "resumption"]
    refusal = refuse_attempt(attempt(row, attrs.evolve(profile, resumption=False)), strict=True)
    assert refusal is not None
    assert refusal.reason == INVALID_ARGUMENT
