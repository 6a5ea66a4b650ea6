"""Reference pages about what a program calls and sees."""

from __future__ import annotations

import inspect
import re
from typing import Any

import attrs

from docs._drawing import (
    attribute_docs,
    codes,
    enum_rows,
    fields_of,
    method_rows,
    method_sections,
    page,
    paragraphs,
    public,
    shown,
    source_of,
    summary,
    table,
    whole,
)
from trio_live import Live, LiveHandle, SessionHandle, SessionWriter, State, events, wire_events
from trio_live.control import STEPS
from trio_live.conversation import SIGNALS
from trio_live.emulator import FAULTS, EmulatorOptions, bundled_persona, bundled_personas
from trio_live.emulator._service import ABILITY_RULES, CONDUCT, LIMITS, UNSEEN
from trio_live.extraction import TurnExtractor
from trio_live.lanes import HOOKS, CallbackMode, EventCallbacks
from trio_live.lanes._internal import SessionPlan
from trio_live.live import ConversationHandle, VoiceHandle
from trio_live.phases import PhaseBuilder
from trio_live.phases._internal import ENTRY_WITHIN, HOOK_WITHIN, OWN_KEYS
from trio_live.reactive import WatcherBuilder
from trio_live.state import SCOPES
from trio_live.telemetry import SessionTelemetry
from trio_live.transport._internal import MAX_MESSAGE_BYTES

PREFIX = SCOPES["session"].prefix


HALF_BUILT: dict[str, type] = {
    "A phase: phase(name) … done()": PhaseBuilder,
    "A watcher: watch(key) … then(action)": WatcherBuilder,
}
"""What a call of the builder begins and another one ends."""


def builder() -> str:
    """The methods of Live."""
    parts = []
    for kind in (kind for kind in Live.__mro__ if kind.__module__.startswith("trio_live.live")):
        names = [name for name in public(kind) if not name.endswith("_concurrent")]
        title = "Beginning and connecting" if kind is Live else summary(kind).rstrip(".")
        remarks = [] if kind is Live else paragraphs(kind)[1:]
        parts += [f"## {title}", *remarks, method_sections(kind, names)] if names else []
    for title, half in HALF_BUILT.items():
        kinds = [kind for kind in half.__mro__ if kind.__module__.startswith("trio_live.") and public(kind)]
        parts += [f"## {title}", *paragraphs(half)[:2], *(method_sections(kind, public(kind)) for kind in kinds)]
    return page(
        "The builder",
        "The methods of `Live`. Every one but those that connect or look returns a new builder. Callbacks whose method "
        "takes a `mode` have a twin with `_concurrent` at the end of its name.",
        *parts,
    )


def handle() -> str:
    """The methods of LiveHandle and its relatives."""
    parts = []
    for kind in (LiveHandle, ConversationHandle, VoiceHandle, SessionHandle, SessionWriter):
        parts += [f"## {kind.__name__}", *whole(kind).split("\n\n"), method_sections(kind, public(kind))]
    return page("The handle", "What `async with live.connect_…() as session` yields, and what hangs on it.", *parts)


def state() -> str:
    """SCOPES, SIGNALS and the methods of State."""
    rows = [[f"`{row.prefix}`", row.writer, row.lifetime, "no" if row.read_only else "yes"] for row in SCOPES.values()]
    parts = []
    for kind in (kind for kind in State.__mro__ if kind.__module__.startswith("trio_live.state")):
        parts += [f"## {kind.__name__}", summary(kind), method_rows(kind, public(kind))]
    return page(
        "State",
        'From `trio_live.state.SCOPES`; `state.app["name"]` is the key `app:name`.',
        table(["prefix", "who writes", "lives for", "writable through the scope"], rows),
        "## Keys of the link",
        "From `trio_live.conversation.SIGNALS`: what a session writes down about its connection. They run a little ahead "
        "of the control lane, or behind it. While a session runs nobody else can write them, nor those of the talk "
        f"({codes(sorted(OWN_KEYS))}): `StateError` of kind `owned`.",
        table(["key", "written"], [[f"`{PREFIX}{signal.name}`", signal.written] for signal in SIGNALS]),
        *parts,
    )


def callbacks() -> str:
    """HOOKS."""
    rows = []
    for name, hook in HOOKS.items():
        mode = "either" if hook.modes else ("blocking" if hook.is_async else "inline")
        kind = "async" if hook.is_async else "plain"
        lane, does = str(hook.lane.name).lower(), summary(getattr(Live, name))
        rows.append([f"`{name}`", lane, kind, codes([", ".join(hook.payload)]), mode, hook.patience, does])
    return page(
        "Callbacks",
        f"From `trio_live.lanes.HOOKS`. Each of these {len(HOOKS)} is a method of the builder. `EventCallbacks` has "
        f"{len(attrs.fields(EventCallbacks))} fields: these, and a mode for each that may run in either.",
        table(["callback", "lane", "function", "receives", "mode", "deadline", "what for"], rows),
        "## Modes",
        enum_rows(CallbackMode),
        "At the end of a session whatever still runs is cancelled; [closing deadlines](closing.md) has the seconds, also those "
        f"of `on_disconnected`. Of the hooks of phases, `on_enter` and `on_exit` have {HOOK_WITHIN:g} s, `on_enter` of the "
        f"initial phase {ENTRY_WITHIN:g} s, because whoever connects waits for it; preparations and watchers as long as their "
        "`timeout` says, and without one as long as they like; actions of patterns run beside the talk, and nobody waits.",
        "Give the mode as `mode=CallbackMode.CONCURRENT`, or use the method with `_concurrent` at the end of its name.",
        reserved("calls", [name for name in HOOKS if not mentioned(f"callbacks.{name}")]),
    )


def live_events() -> str:
    """The live events."""
    how = "`session.events()` yields them; the classes are in `trio_live.events`."
    names = [name for name, kind in vars(events).items() if getattr(kind, "__base__", None) is events.LiveEvent]
    return page(
        "Live events",
        f"{summary(events.LiveEvent)} {how}",
        event_rows(events, events.LiveEvent),
        reserved("publishes", [name for name in names if not mentioned(f"events.{name}", f"{name}(")]),
    )


def wire() -> str:
    """The wire events."""
    base = wire_events.SessionEvent
    how = "`session.subscribe()` yields them; the classes are in `trio_live.wire_events`."
    return page("Wire events", f"{summary(base)} {how}", event_rows(wire_events, base))


def mentioned(name: str, counted: str | None = None) -> bool:
    """Whether the rooms that run a session use a name, or the one that counts uses what may be another spelling of it."""
    runs = any(re.search(rf"{re.escape(name)}\b", source_of(room)) for room in (SessionPlan, STEPS[0], TurnExtractor))
    return runs or (counted is not None and counted in source_of(SessionTelemetry))


def reserved(does: str, names: list[str]) -> str:
    """A remark on names that stand for what is to come; nothing when there are none."""
    return f"Reserved, which means that nothing {does} them yet: {codes(names)}." if names else ""


def event_rows(module: Any, base: type) -> str:
    """The events of a module."""
    rows = []
    for kind in (kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__base__ is base):
        more = [f"`{name}`: {text}" for name, text in attribute_docs(kind).items()]
        rows.append([f"`{kind.__name__}`", "<br>".join(fields_of(kind)), " ".join([summary(kind), *more])])
    return table(["event", "fields", "meaning"], rows)


def emulator() -> str:
    """EmulatorOptions, the bundled personas and FAULTS."""
    docs = attribute_docs(EmulatorOptions)
    rows = [
        [f"`{field.name}: {field.type}`", codes([shown(field.default)]), docs[field.name]]
        for field in attrs.fields(EmulatorOptions)
    ]
    personas = [[f"`{name}`", bundled_persona(name).description] for name in bundled_personas()]
    faults = [[f"`{name}`", row.family.value, row.meaning, f"`{row.usual.value}`"] for name, row in FAULTS.items()]
    refused = [[f"`{rule.ability}`", rule.what, f"`{rule.reason}`"] for rule in ABILITY_RULES]
    kept = [[f"`{ability}`", how] for ability, how in (*CONDUCT.items(), *UNSEEN.items())]
    limits = [[f"{row.most:,} {row.unit}", row.what, row.then] for row in LIMITS.values()]
    return page(
        "The emulator",
        "## Options",
        "From `trio_live.emulator.EmulatorOptions`: keyword arguments of `open_emulator`, `serve_transport` and "
        "`Emulation`.",
        table(["option", "default", "meaning"], rows),
        "## Bundled personas",
        table(["persona", "what it does"], personas),
        "## Faults",
        "From `trio_live.emulator.FAULTS`: what can be made to go wrong.",
        table(["fault", "kind", "meaning", "strikes at, unless the plan says otherwise"], faults),
        "## What it bears",
        "From `LIMITS`: what one client may ask of it, so that the others are served. How many connect, for how long, and "
        "how long a client may be silent are options, above; a message of more than "
        f"{MAX_MESSAGE_BYTES >> 20} MiB is closed with 1009.",
        table(["most", "of what", "what becomes of more"], limits),
        "## What a model is held to",
        "From `ABILITY_RULES`: what a model without an [ability](models.md) does not take. The connection is closed with "
        "1007 and these words, which are the server's; `on_log` tells what was wrong. `strict=False` lets pass what can "
        "be passed over.",
        table(["ability", "what is refused", "reason of the close"], refused),
        "What shows in how the model behaves, or cannot be seen at all:",
        table(["ability", "how it shows, or why it does not"], kept),
    )
