"""The reference page about models: what each can do, and what therefore stays off the wire."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docs._drawing import attribute_docs, codes, enum_rows, page, table
from trio_live.events import SteeringChannel
from trio_live.handoff import passage_of
from trio_live.session._internal import lower
from trio_live.wire import (
    CHANGEABLE,
    DEFAULT_MODEL,
    PLATFORM_REFUSALS,
    PROFILES,
    UNKNOWN_MODEL,
    LiveModelProfile,
    Refusal,
    Thinking,
    required_settings,
    response_refusals,
    setup_refusals,
)

ABILITIES = [name for name in attribute_docs(LiveModelProfile) if name in CHANGEABLE]


def models() -> str:
    """PROFILES, and what follows from them."""
    families = {profile.name: [row for row in PROFILES if row.name == profile.name] for profile in PROFILES}
    return page(
        "Models",
        "From `trio_live.wire.PROFILES`: what each family of models can do. The longest prefix of the id decides; a "
        "model that no row knows has no rules, and everything is sent. `Live.builder().abilities(…)` corrects a row, "
        "and `session.abilities` is the one a session has. Refused settings follow from the abilities; they are left "
        "off the wire, logged, and listed in `session.ignored_settings`. `(response)` marks settings of a function "
        "response.",
        f"When nobody names a model: `{DEFAULT_MODEL}`.",
        "## How each thing that is said travels",
        "From `trio_live.session._internal.lower`. Three channels steer a session, each with a lifetime, and a prompt makes the model "
        "speak. The road depends on what the model can; `update_instruction` and `send_client_content` return it as a "
        "`SteeringOutcome`, which says when what was said holds, and why. What is steered by phases leaves in one step "
        "at the end of a turn, and only what changed.",
        enum_rows(SteeringChannel),
        table(["model", "platform", *(channel.value for channel in SteeringChannel)], roads()),
        "## How a call is handed over",
        "From `trio_live.handoff.passage_of`: how the instruction of another agent reaches the model, where both speak in "
        "one voice. Another voice always needs another connection.",
        table(["model", "platform", "the instruction"], passages()),
        "## Abilities",
        table(["ability", "meaning"], [[f"`{name}`", meaning(name)] for name in ABILITIES]),
        "## Every known model",
        refusals(PLATFORM_REFUSALS),
        *(part for rows in families.values() for part in family(rows)),
    )


def passages() -> Iterator[Sequence[str]]:
    """One row for every model that is served: how a call is handed over there."""
    for profile in (*PROFILES, *UNKNOWN_MODEL.values()):
        if not profile.retired:
            yield [profile.name, profile.platform.value, passage_of(profile).value]


def roads() -> Iterator[Sequence[str]]:
    """One row for every model that is served: the road of each channel, and when it holds."""
    for profile in (*PROFILES, *UNKNOWN_MODEL.values()):
        if not profile.retired:
            outcomes = [lower(channel, profile) for channel in SteeringChannel]
            cells = [f"{outcome.road.value} ({outcome.applied.value})" for outcome in outcomes]
            yield [profile.name, profile.platform.value, *cells]


def meaning(ability: str) -> str:
    """The sentence under a field."""
    return attribute_docs(LiveModelProfile)[ability]


def family(rows: Sequence[LiveModelProfile]) -> Iterator[str]:
    """One family of models, on the platforms that serve it."""
    first = rows[0]
    yield f"## {first.name}"
    yield f"Ids that begin with {codes(first.prefixes)}. Source: {first.source}."
    if first.retired:
        yield "No longer served."
        return
    yield table(
        ["ability", *(row.platform.value for row in rows)],
        [[f"`{name}`", *(shown(getattr(row, name)) for row in rows)] for name in ABILITIES],
    )
    needed = sorted({path for row in rows for path in required_settings(row)})
    yield f"Needs {codes(needed)}." if needed else ""
    if listed := [*merged(rows)]:
        yield refusals(listed)


def shown(value: Any) -> str:
    """The value of an ability, as a reader says it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Thinking(kind, levels, required):
            return ", ".join([kind.value, *levels, *(["required"] if required else [])])
        case enum.Enum():
            return str(value.value)
        case tuple() | frozenset():
            return ", ".join(sorted(map(shown, value)) if isinstance(value, frozenset) else map(shown, value)) or "none"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.0f} s"
        case None:
            return "not published"
        case _:
            return str(value)


def merged(rows: Sequence[LiveModelProfile]) -> Iterator[Refusal]:
    """What the family refuses beyond its platform: once for both, or with the platform that refuses."""
    lists = {row.platform: [*of_model(row)] for row in rows}
    for platform, listed in lists.items():
        for refusal in listed:
            everywhere = all(refusal in others for others in lists.values())
            if not everywhere:
                yield Refusal(refusal.path, refusal.why, platform, refusal.equals)
            elif platform is rows[0].platform:
                yield refusal


def of_model(profile: LiveModelProfile) -> Iterator[Refusal]:
    """What follows from the abilities of one row."""
    yield from (row for row in setup_refusals(profile) if row.platform is None)
    for row in response_refusals(profile):
        if row.platform is None:
            yield Refusal(f"(response) {row.path}", row.why)


def refusals(listed: Iterable[Refusal]) -> str:
    """Settings that are left off the wire."""
    rows = []
    for row in listed:
        value = "" if row.equals is None else f" = {row.equals!r}"
        rows.append([f"`{row.path}{value}`", row.platform.value if row.platform else "wherever it is served", row.why])
    return table(["setting", "refused by", "why"], rows)
