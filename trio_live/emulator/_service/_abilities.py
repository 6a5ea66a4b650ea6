"""What a model cannot do, as rules: what a client must not ask for, and the words with which the server hangs up.

`trio_live.wire.LiveModelProfile` says what each model can; a client goes by it, and here the server holds the client to
it. Every ability has its rows: `ABILITY_RULES` for what is refused, `CONDUCT` for what shows in how a model behaves, and
`UNSEEN` for what no server can be seen to enforce. Together they name every ability.

The reasons are the server's. Most of the time it says `INVALID_ARGUMENT` and nothing more; what was wrong stands in the
emulator's log.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import attrs

from trio_live.emulator._service._refusals import (
    INVALID,
    INVALID_ARGUMENT,
    NO_MODALITY,
    PRECONDITION,
    UNKNOWN_ROLE,
    Refused,
    unknown_name,
)
from trio_live.emulator._service._settings import SessionSettings
from trio_live.wire import ClientContentUse, ClientMessage, Platform, Setup, Switch, Tool
from trio_live.wire._internal import fit_response, fit_setup, missing_settings

_BEHAVIOR: Final = "tools.functionDeclarations.behavior"
_THINKING: Final = "generationConfig.thinkingConfig"
_AFFECTIVE: Final = "generationConfig.enableAffectiveDialog"
_LANGUAGE: Final = "generationConfig.translationConfig.targetLanguageCode"


@attrs.frozen(kw_only=True)
class Attempt:
    """What a client asks of a model with one message."""

    message: ClientMessage
    settings: SessionSettings
    has_answered: bool = False
    """Whether the model has begun a turn."""

    @property
    def tools(self) -> list[Tool] | None:
        """What it declares."""
        if self.message.setup is not None:
            return self.message.setup.tools
        update = self.message.context_update
        return update.tools.tools if update is not None and update.tools is not None else None

    @property
    def modalities(self) -> list[str]:
        """The forms of answer it asks for."""
        config = self.message.setup.generation_config if self.message.setup else None
        return (config and config.response_modalities) or ["AUDIO"]

    @cached_property
    def unfit(self) -> dict[str, str]:
        """Paths of settings that this model on this platform does not take, and why not."""
        setup = self.message.setup or (Setup(model=self.settings.setup.model, tools=self.tools) if self.tools else None)
        return {} if setup is None else {each.path: each.why for each in fit_setup(setup, self.settings.profile)[1]}

    def sets(self, *paths: str) -> bool:
        """Whether it sets one of these, and the model does not take it."""
        return not self.unfit.keys().isdisjoint(paths)

    def lacks(self, path: str) -> bool:
        """Whether the model needs a setting that is not there."""
        setup = self.message.setup
        return setup is not None and path in missing_settings(setup, self.settings.profile)

    @property
    def schedules(self) -> bool:
        """Whether it says when an answer is to be spoken of, and the model does not take that."""
        answers = (self.message.tool_response and self.message.tool_response.function_responses) or ()
        return any(
            ignored.path == "scheduling"
            for answer in answers
            for ignored in fit_response(answer, self.settings.profile)[1]
        )

    @property
    def knows_async(self) -> bool:
        """Whether the fields of asynchronous functions are in the schema at all. Vertex has one for each generation."""
        profile = self.settings.profile
        return profile.platform is Platform.GOOGLE_AI or "NON_BLOCKING" in profile.call_behaviors


@attrs.frozen
class AbilityRule:
    """Something that a model without an ability does not take."""

    ability: str
    """A field or a property of `LiveModelProfile`."""
    what: str
    """What is refused."""
    reason: str
    """Of the close, whose code is 1007."""
    is_broken: Callable[[Attempt], bool]
    always: bool = False
    """Refused by a lenient server, too: the model could do nothing with it."""

    def refusal(self, attempt: Attempt) -> Refused:
        """The close; what was wrong is for the log."""
        reason = self.reason.format(modalities=", ".join(attempt.modalities))
        return Refused(INVALID, reason, f"{attempt.settings.profile.name} does not take {self.what}")


def _is_late(attempt: Attempt) -> bool:
    return attempt.settings.profile.client_content is ClientContentUse.SEED_ONLY and attempt.has_answered


def _asks_other_modality(attempt: Attempt) -> bool:
    if attempt.message.setup is None:
        return False
    served = attempt.settings.profile.modalities
    return len(attempt.modalities) != 1 or bool(served and attempt.modalities[0] not in served)


def _shows(attempt: Attempt) -> bool:
    realtime = attempt.message.realtime_input
    return bool(realtime and realtime.video and not {"IMAGE", "VIDEO"} & set(attempt.settings.profile.input_modalities))


def _types(attempt: Attempt) -> bool:
    realtime = attempt.message.realtime_input
    return bool(realtime and realtime.text is not None and not attempt.settings.profile.realtime_text)


def _searches_beside_functions(attempt: Attempt) -> bool:
    tools = attempt.tools or ()
    both = any(tool.google_search is not None for tool in tools) and any(tool.function_declarations for tool in tools)
    return both and not attempt.settings.profile.search_with_functions


def _speaks_as_system(attempt: Attempt) -> bool:
    turns = (attempt.message.client_content and attempt.message.client_content.turns) or ()
    return not attempt.settings.profile.system_turns and any(turn.role == "system" for turn in turns)


ABILITY_RULES: Final = (
    AbilityRule("modalities", "this form of answer", NO_MODALITY, _asks_other_modality, always=True),
    AbilityRule(
        "modalities", "an avatar", unknown_name("avatarConfig", "setup").reason, lambda a: a.sets("avatarConfig")
    ),
    AbilityRule("instructions", "a system instruction", INVALID_ARGUMENT, lambda a: a.sets("systemInstruction")),
    AbilityRule("history_seeding", "`historyConfig`", INVALID_ARGUMENT, lambda a: a.sets("historyConfig")),
    AbilityRule("resumption", "`sessionResumption`", INVALID_ARGUMENT, lambda a: a.sets("sessionResumption")),
    AbilityRule(
        "transparent_resumption",
        "`transparent`",
        unknown_name("transparent", "setup.session_resumption").reason,
        lambda a: a.sets("sessionResumption.transparent"),
    ),
    AbilityRule(
        "thinking",
        "this way of setting how much it thinks",
        INVALID_ARGUMENT,
        lambda a: a.sets(_THINKING, f"{_THINKING}.thinkingLevel", f"{_THINKING}.thinkingBudget"),
    ),
    AbilityRule(
        "thinking", "a setup without `thinkingLevel`", INVALID_ARGUMENT, lambda a: a.lacks(f"{_THINKING}.thinkingLevel")
    ),
    AbilityRule(
        "proactivity",
        "`proactivity` on Google AI in this version",
        unknown_name("proactivity", "setup").reason,
        lambda a: a.sets("proactivity") and a.settings.platform is Platform.GOOGLE_AI,
    ),
    AbilityRule(
        "proactivity",
        "`proactivity`, or its end where it is always on",
        INVALID_ARGUMENT,
        lambda a: a.sets("proactivity", "proactivity.proactiveAudio"),
    ),
    AbilityRule(
        "affective",
        "`enableAffectiveDialog` in this version",
        unknown_name("enableAffectiveDialog", "setup.generation_config").reason,
        lambda a: a.sets(_AFFECTIVE) and a.settings.profile.affective is Switch.OPT_IN_ALPHA,
    ),
    AbilityRule("affective", "`enableAffectiveDialog`", INVALID_ARGUMENT, lambda a: a.sets(_AFFECTIVE)),
    AbilityRule("translates", "a setup without a language", INVALID_ARGUMENT, lambda a: a.lacks(_LANGUAGE)),
    AbilityRule("call_behaviors", "tools", INVALID_ARGUMENT, lambda a: a.sets("tools")),
    AbilityRule(
        "call_behaviors",
        "`behavior`, which this platform does not know of it",
        unknown_name("behavior", "setup.tools[0].function_declarations[0]").reason,
        lambda a: a.sets(_BEHAVIOR) and not a.knows_async,
    ),
    AbilityRule("call_behaviors", "this `behavior` of a function", INVALID_ARGUMENT, lambda a: a.sets(_BEHAVIOR)),
    AbilityRule(
        "search_with_functions", "search together with functions", INVALID_ARGUMENT, _searches_beside_functions
    ),
    AbilityRule(
        "client_content",
        "`clientContent`",
        PRECONDITION,
        lambda a: a.message.client_content is not None and a.settings.profile.client_content is ClientContentUse.NEVER,
        always=True,
    ),
    AbilityRule(
        "client_content",
        "`clientContent` once it has begun a turn",
        INVALID_ARGUMENT,
        lambda a: a.message.client_content is not None and _is_late(a),
        always=True,
    ),
    AbilityRule("system_turns", "turns of role `system`", UNKNOWN_ROLE, _speaks_as_system, always=True),
    AbilityRule("realtime_text", "text", PRECONDITION, _types, always=True),
    AbilityRule("input_modalities", "pictures", PRECONDITION, _shows),
    AbilityRule(
        "context_update",
        "`contextUpdate`",
        unknown_name("contextUpdate").reason,
        lambda a: a.message.context_update is not None and not a.settings.profile.context_update,
    ),
    AbilityRule(
        "scheduling",
        "`scheduling`, which this platform does not know of it",
        unknown_name("scheduling", "tool_response.function_responses[0]").reason,
        lambda a: a.schedules and not a.knows_async,
    ),
    AbilityRule("scheduling", "`scheduling`", INVALID_ARGUMENT, lambda a: a.schedules),
)
"""What is refused, in the order in which a client learns of it."""

CONDUCT: Final = {
    "proactivity": "Where it is on, the model may answer nothing at all, and then sends nothing at all.",
    "call_behaviors": "Whether the model waits for the answer of a function follows from the behaviour that was sent.",
    "speaks_plans": "Where it holds, a call of a function that was declared by `parametersJsonSchema` is announced aloud.",
    "context_update": "The declared tools become those of the update, and its instruction replaces the one before.",
    "turn_ends_on": "A turn ends with these messages and no others; a holding line ends with `IN_PROGRESS`.",
    "transcripts_finished": "Only where it holds, the last piece of a transcript is followed by `finished`.",
    "barge_in": "A polite model begins no words while the user talks.",
    "audio_stream_end": "Where it does not hold, `audioStreamEnd` changes nothing.",
    "trailing_silence": "Speech ends in audio: without silence after it, and without `audioStreamEnd`, there is no answer.",
    "translates": "What is heard is said; nobody is talked with.",
    "resumption": "Each turn is followed by a handle.",
    "transparent_resumption": "A handle tells the last message that was consumed.",
    "context_window": "A context that is larger, and is not compressed, ends the session with 1007.",
    "connection_limit": "The connection is closed at this age (`connection_lifetime`), after a `goAway`.",
}
"""Ability → how it shows in what the model does. Holds for a lenient server, too."""

UNSEEN: Final = {
    "heeds_new_instructions": "Shows in what the model says, and that is the persona's.",
    "session_limit": "A rule of thumb: it is the context window that fills, and no clock.",
    "video_session_limit": "The same rule.",
}
"""Ability → why a server cannot be seen to enforce it."""


def refuse_attempt(attempt: Attempt, *, strict: bool) -> Refused | None:
    """Why this asks for more than the model can, or ``None`` when it does not."""
    broken = (rule for rule in ABILITY_RULES if (strict or rule.always) and rule.is_broken(attempt))
    rule = next(broken, None)
    return None if rule is None else rule.refusal(attempt)
