"""From a plan to a running session with its handle."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import trio

from trio_live import wire_events
from trio_live.control._internal import (
    ControlPlane,
    Conversation,
    Keeper,
    assemble_plane,
    declares_tools,
    tools_of_phase,
)
from trio_live.errors import ConfigError
from trio_live.lanes._internal import SessionParts, SessionPlan, open_session
from trio_live.live._agents import declares_all, roster_of
from trio_live.live._clock import session_clock, wall_clock
from trio_live.live._handle import LiveHandle
from trio_live.live._pages import LiveSpec
from trio_live.live._servers import with_servers
from trio_live.phases._internal import AGENT_KEY, declared_names, publish_declared_tools
from trio_live.redaction._internal import hidden_in_logs
from trio_live.session._internal import SessionProtocol, changed
from trio_live.wire import Content

if TYPE_CHECKING:
    from trio_live.live._restoring import Past

NO_TRIO = "a session needs Trio: run the program with trio.run(main), and not with asyncio.run"

MakeKeeper: TypeAlias = "Callable[[SessionParts, Conversation, Past | None], Keeper | None]"


@asynccontextmanager
async def open_live(spec: LiveSpec, make_plan: Callable[[LiveSpec], SessionPlan]) -> AsyncGenerator[LiveHandle, None]:
    """A session and its handle: connected when entered, finished when left. See `Live.connect_google_ai`.

    Raises:
        ConfigError: something cannot work, or Trio does not run.
    """
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        raise ConfigError(NO_TRIO) from None
    plan = make_plan(spec)  # also with servers: whatever is wrong is told before they are started
    async with with_servers(spec) as whole, _open(whole, plan if whole is spec else make_plan(whole)) as handle:
        yield handle


@asynccontextmanager
async def _open(spec: LiveSpec, plan: SessionPlan) -> AsyncGenerator[LiveHandle, None]:
    if spec.state is None:
        plan.state.clock = wall_clock()
    with ExitStack() as stack:
        if spec.redaction is not None:
            plan.state.redaction = spec.redaction
            plan.state.redact_keys = plan.state.redact_keys | spec.redaction.keys
            stack.enter_context(hidden_in_logs(spec.redaction))
        if spec.recording is not None:
            from trio_live.live._recorded import open_recording  # here and below: a session without never pays for it

            plan = stack.enter_context(open_recording(spec.recording, plan, session_clock(plan.state)))
        if spec.tracing is not None:
            from trio_live.otel._internal import open_spans

            platform, redaction = plan.abilities.platform, plan.redaction
            spans = open_spans(spec.tracing, plan.setup, platform, redaction, session_clock(plan.state))
            plan = attrs.evolve(plan, tracing=stack.enter_context(spans))
        attending: AbstractAsyncContextManager[Callable[[LiveHandle], None]] = nullcontext(lambda _: None)
        if spec.notes is not None or spec.timeline is not None:
            from trio_live.live._describe import describe
            from trio_live.live._watching import open_watch

            contract = describe(spec).to_dict()
            plan, watch = stack.enter_context(open_watch(spec, plan, session_clock(plan.state), contract))
            attending = watch.attending()
        async with attending as attend, _keep(spec, plan) as handle:
            attend(handle)
            yield handle


@asynccontextmanager
async def _keep(spec: LiveSpec, plan: SessionPlan) -> AsyncGenerator[LiveHandle, None]:
    if spec.persistence is None:
        async with _connect(spec, plan) as handle:
            yield handle
        return
    from trio_live.live._keeping import keeper_of
    from trio_live.live._restoring import connect_from, restore
    from trio_live.persistence._internal import open_tenancy

    keeping = partial(keeper_of, spec.persistence, spec.session_id)
    with open_tenancy(spec.persistence, spec.session_id):
        past = await restore(spec.persistence, spec, plan)
        async with connect_from(past, lambda past: _connect(spec, plan, past, keeping)) as handle:
            yield handle


@asynccontextmanager
async def _connect(
    spec: LiveSpec, plan: SessionPlan, past: Past | None = None, keeping: MakeKeeper = lambda _parts, _talk, _past: None
) -> AsyncGenerator[LiveHandle, None]:
    def make_plane(parts: SessionParts) -> ControlPlane:
        stood_with = None if past is None else parts.state.get(AGENT_KEY)
        roster = roster_of(spec, plan, parts.telemetry.tool_error, stood_with)
        begins = None if roster is None else roster.current
        talk = Conversation(
            spec.control if begins is None else begins.options,
            parts.state,
            parts.desk.report,
            trio.current_time(),
            report_sparingly=parts.desk.report_sparingly,
            abilities=plan.abilities,
            tools=(plan.setup if begins is None else begins.setup).tools or (),
            dispatcher=spec.tools.dispatcher(parts.telemetry.tool_error) if begins is None else begins.dispatcher,
            roster=roster,
            restored=None if past is None else past.restored,
        )
        _instruct(parts.protocol, talk)
        if past is not None:
            parts.protocol.resumption.remember(past.handle, trio.current_time() - past.handle_age)
        return assemble_plane(parts, talk, keeping(parts, talk, past))

    async with open_session(plan, make_plane) as (parts, plane):
        await parts.lifetime.begun.wait()
        parts.lifetime.handed_out.set()  # noticed when the block waits for the first time
        for problem in () if past is None else past.problems:
            parts.note(wire_events.Error(problem))
        yield _handle(parts, plane)


def _handle(parts: SessionParts, plane: ControlPlane) -> LiveHandle:
    if parts.plan.acts is None:
        return LiveHandle(parts, plane)
    from trio_live.live._acting import RecordedHandle

    return RecordedHandle(parts, plane, parts.plan.acts)


def _instruct(protocol: SessionProtocol, talk: Conversation) -> None:
    """Put into the setup what the initial phase changes in it: the instruction, and perhaps the declared functions."""
    changes: dict[str, Any] = {}
    if talk.roster is not None:
        begins = talk.roster.current.setup
        changes["generation_config"] = begins.generation_config
        if not declares_all(protocol.abilities):
            changes["tools"] = begins.tools
    text = talk.initial.system_instruction
    if text:
        changes["system_instruction"] = Content.of(text)
    if declares_tools(talk, protocol.abilities):
        tools = tools_of_phase(talk)
        changes["tools"] = [*tools] or None
        talk.declared = declared_names(tools)
        publish_declared_tools(talk.state, talk.declared)
    protocol.setup = changed(protocol.setup, protocol.abilities, **changes)
