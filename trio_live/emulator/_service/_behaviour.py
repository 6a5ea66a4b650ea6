"""How each family of Live models behaves, as data: what differs between models and not between platforms.

`Dialect` says how a platform writes its frames; `ModelBehaviour` says what a model does with a conversation. What a model
*refuses* stands in `trio_live.wire.PROFILES`, which clients read as well.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.wire import Setup
from trio_live.wire._internal import bare_model

WINDOW: Final = 131_072
"""Tokens of context of all current models."""
SMALL_WINDOW: Final = 32_768
"""Tokens of context of the half-cascade models."""


class Calls(Enum):
    """What the model does while a function runs."""

    BLOCKING = "waits, unless the declaration says NON_BLOCKING"
    ALWAYS_BLOCKING = "waits, whatever the declaration says"
    NON_BLOCKING = "goes on, unless the declaration says BLOCKING"
    ALWAYS_NON_BLOCKING = "goes on, whatever the declaration says"


class Work(Enum):
    """What the model is there for."""

    TALK = "talks"
    TRANSLATE = "says in another language what it hears"
    TRANSCRIBE = "writes down what it hears"


@attrs.frozen(kw_only=True)
class ModelBehaviour:
    """The behaviour of one family of models."""

    name: str
    """What to call it in options."""
    model: str
    """An id that stands for the family."""
    prefixes: tuple[str, ...]
    work: Work = Work.TALK
    calls: Calls = Calls.BLOCKING
    window: int = WINDOW
    proactive: bool = False
    """May answer nothing at all, and then sends nothing at all; otherwise the client can ask for that."""
    waits_for_user: bool = False
    """Does not begin to speak while the user does."""
    announces_thinking: bool = False
    """Announces that it must think, ends the turn, and gives the answer in a turn nobody asked for."""
    mute_on: tuple[str, ...] = ()
    """Settings on which it never completes the setup: names of fields of the setup or its ``generationConfig``."""
    empty_content: bool = False
    """Sends an empty ``serverContent`` as soon as it has heard something."""
    volunteers_handles: bool = False
    """Sends handles for resumption that nobody asked for."""
    audio_only: bool = False
    """Takes no text."""
    bills_often: bool = False
    """Sends its usage all the time, on empty frames, instead of once a turn."""


MODEL_BEHAVIOURS: Final = (
    ModelBehaviour(
        name="2.5",
        model="gemini-2.5-flash-native-audio-latest",
        prefixes=("gemini-2.5-flash-native-audio", "gemini-live-2.5-flash"),
    ),
    ModelBehaviour(name="2.5-half-cascade", model="gemini-live-2.5-flash", prefixes=(), window=SMALL_WINDOW),
    ModelBehaviour(
        name="3.1",
        model="gemini-3.1-flash-live-preview",
        prefixes=("gemini-3.1-flash-live",),
        calls=Calls.ALWAYS_BLOCKING,
        mute_on=("proactivity", "enable_affective_dialog"),
        empty_content=True,
        volunteers_handles=True,
    ),
    ModelBehaviour(
        name="3.8",
        model="gemini-3.8-live",
        prefixes=("gemini-3.8-live",),
        calls=Calls.NON_BLOCKING,
        proactive=True,
        waits_for_user=True,
    ),
    ModelBehaviour(
        name="3.8-extended-thinking",
        model="gemini-3.8-live-extended-thinking",
        prefixes=("gemini-3.8-live-extended-thinking",),
        calls=Calls.ALWAYS_NON_BLOCKING,
        proactive=True,
        waits_for_user=True,
        announces_thinking=True,
    ),
    ModelBehaviour(
        name="translate",
        model="gemini-3.5-live-translate-preview",
        prefixes=("gemini-3.5-live-translate",),
        work=Work.TRANSLATE,
        audio_only=True,
        bills_often=True,
    ),
    ModelBehaviour(
        name="transcribe",
        model="gemini-3.5-transcribe-live",
        prefixes=("gemini-3.5-transcribe-live",),
        work=Work.TRANSCRIBE,
        audio_only=True,
    ),
)
"""One row a family. The longest prefix wins."""

UNKNOWN_MODEL: Final = ModelBehaviour(name="unknown", model="", prefixes=("",))
"""A model nobody has heard of: the plainest behaviour."""

_EXACT: Final = {row.model: row for row in MODEL_BEHAVIOURS}
_BY_PREFIX: Final = sorted(
    ((prefix, row) for row in (*MODEL_BEHAVIOURS, UNKNOWN_MODEL) for prefix in row.prefixes),
    key=lambda pair: -len(pair[0]),
)
PROFILE_NAMES: Final = tuple(row.name for row in MODEL_BEHAVIOURS)


def behaviour_of(model: str) -> ModelBehaviour:
    """The behaviour of a model, whose id may be spelled in any way."""
    bare = bare_model(model)
    return _EXACT.get(bare) or next(row for prefix, row in _BY_PREFIX if bare.startswith(prefix))


def model_playing(model: str, profile: str) -> str:
    """A model id spelled like ``model`` that stands for the family called ``profile``."""
    bare = bare_model(model)
    standing = next(row.model for row in MODEL_BEHAVIOURS if row.name == profile)
    return f"{model.removesuffix(bare)}{standing}"


def makes_mute(setup: Setup, behaviour: ModelBehaviour) -> bool:
    """Whether the model falls silent on this setup instead of refusing it."""
    holders = (setup, setup.generation_config)
    return any(getattr(holder, name, None) for holder in holders for name in behaviour.mute_on)


def is_proactive(setup: Setup, behaviour: ModelBehaviour) -> bool:
    """Whether the model may keep silent on purpose."""
    return behaviour.proactive or bool(setup.proactivity and setup.proactivity.proactive_audio)


LINGER_SECONDS: Final[Seconds] = 2.0
"""How long a model that need not wait for a function keeps its turn open for the answer all the same."""


def tool_wait(behaviour: ModelBehaviour, behaviors: list[str | None]) -> Seconds | None:
    """How long the model waits for functions before it goes on without their answers.

    Args:
        behaviour: the model's.
        behaviors: what the declarations of the functions say, ``None`` where they say nothing.

    Returns:
        Seconds; ``None``: for ever.
    """
    default = {None: "", "UNSPECIFIED": ""}
    said = [default.get(behavior, behavior) for behavior in behaviors]
    match behaviour.calls:
        case Calls.ALWAYS_BLOCKING:
            return None
        case Calls.ALWAYS_NON_BLOCKING:
            return 0.0
        case Calls.BLOCKING:
            return 0.0 if said and all(behavior == "NON_BLOCKING" for behavior in said) else None
        case Calls.NON_BLOCKING:
            if "BLOCKING" in said:
                return None
            return LINGER_SECONDS if "" in said else 0.0
