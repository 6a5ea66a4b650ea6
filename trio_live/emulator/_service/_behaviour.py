"""How each family of Live models behaves, as data: what differs between models and not between platforms.

`Dialect` says how a platform writes its frames. What a model *can* stands in `trio_live.wire.PROFILES`, which clients read
as well; `ModelBehaviour` says what it does besides, and nothing that stands there is said again here.
"""

from __future__ import annotations

from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.wire import LiveModelProfile, Setup, Switch
from trio_live.wire._internal import bare_model

WINDOW: Final = 131_072
"""Tokens of context of a model about which nothing was published."""
BLOCKING: Final = "BLOCKING"


@attrs.frozen(kw_only=True)
class ModelBehaviour:
    """The behaviour of one family of models."""

    name: str
    """What to call it in options."""
    model: str
    """An id that stands for the family."""
    prefixes: tuple[str, ...]
    mute_on: tuple[str, ...] = ()
    """Settings on which it never completes the setup: names of fields of the setup or its ``generationConfig``."""
    empty_content: bool = False
    """Sends an empty ``serverContent`` as soon as it has heard something."""
    volunteers_handles: bool = False
    """Sends handles for resumption that nobody asked for."""
    bills_often: bool = False
    """Sends its usage all the time, on empty frames, instead of once a turn."""


MODEL_BEHAVIOURS: Final = (
    ModelBehaviour(
        name="2.5",
        model="gemini-2.5-flash-native-audio-latest",
        prefixes=("gemini-2.5-flash-native-audio", "gemini-live-2.5-flash"),
    ),
    ModelBehaviour(name="2.5-half-cascade", model="gemini-live-2.5-flash", prefixes=()),
    ModelBehaviour(
        name="3.1",
        model="gemini-3.1-flash-live-preview",
        prefixes=("gemini-3.1-flash-live",),
        mute_on=("proactivity", "enable_affective_dialog"),
        empty_content=True,
        volunteers_handles=True,
    ),
    ModelBehaviour(
        name="3.8",
        model="gemini-3.8-live",
        prefixes=("gemini-3.8-live",),
    ),
    ModelBehaviour(
        name="3.8-extended-thinking",
        model="gemini-3.8-live-extended-thinking",
        prefixes=("gemini-3.8-live-extended-thinking",),
    ),
    ModelBehaviour(
        name="translate",
        model="gemini-3.5-live-translate-preview",
        prefixes=("gemini-3.5-live-translate",),
        bills_often=True,
    ),
    ModelBehaviour(
        name="transcribe",
        model="gemini-3.5-transcribe-live",
        prefixes=("gemini-3.5-transcribe-live",),
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


def is_proactive(setup: Setup, profile: LiveModelProfile) -> bool:
    """Whether the model may keep silent on purpose."""
    return profile.proactivity is Switch.ALWAYS or bool(setup.proactivity and setup.proactivity.proactive_audio)


def window_size(profile: LiveModelProfile) -> int:
    """Tokens of context."""
    return profile.context_window[0] if profile.context_window else WINDOW


LINGER_SECONDS: Final[Seconds] = 2.0
"""How long a model that need not wait for a function keeps its turn open for the answer all the same."""


def tool_wait(profile: LiveModelProfile, behaviors: list[str | None]) -> Seconds | None:
    """How long the model waits for functions before it goes on without their answers.

    Args:
        profile: the model's.
        behaviors: what the declarations of the functions say, ``None`` where they say nothing.

    Returns:
        Seconds; ``None``: for ever.
    """
    usual = profile.call_behaviors[0] if profile.call_behaviors else BLOCKING
    said = [behavior if behavior in profile.call_behaviors else None for behavior in behaviors]
    if BLOCKING in {behavior or usual for behavior in said or [None]}:
        return None
    return LINGER_SECONDS if None in said and BLOCKING in profile.call_behaviors else 0.0
