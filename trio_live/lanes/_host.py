"""The tasks of one session: start order, the first failure, close order. The supervisor of design and docs.

::

    async with open_session(plan, make_handler) as (parts, handler):      the caller's task, and its nursery
     └─ host          shielded: an outside cancellation reaches the caller's block first, then ends this in order
        ├─ callbacks      concurrent callbacks; the last to go
        └─ lanes
           ├─ fast · control · telemetry
           └─ (host itself) supervisor: one link after the other: dial → setup → serve → close
              ├─ pump     transport → protocol → router; never awaits user code
              └─ writer   outbound → protocol → transport; what no caller could write itself

Strategy: own tasks do not raise into the caller's nursery. The first failure is recorded, everything is brought down
in order, and the failure is raised where the block is left; the block's own exception comes out as it is.

The shield is what makes an orderly end possible: when the caller is cancelled, the lanes must still be there to say
goodbye, to drain and to run ``on_disconnected``. Each of those steps has a deadline, so the shield cannot hold anybody
for ever; the sum of `CLOSING` bounds it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache

import trio

from trio_live import events, wire_events
from trio_live._tasks import unwrapped
from trio_live.errors import ConnectError, SessionFailed
from trio_live.lanes._delivery import ControlLane, EventHandler, FastLane
from trio_live.lanes._keep_alive import KeepAlive
from trio_live.lanes._lane_task import LaneTask
from trio_live.lanes._parts import SessionParts
from trio_live.lanes._plan import CLOSING
from trio_live.lanes._supervisor import Loss, Supervisor
from trio_live.state._internal import claim_keys, keep_late

logger = logging.getLogger("trio_live.session")


@trio.lowlevel.enable_ki_protection  # code of ours is not torn apart; user code is, and then the session ends
async def host(parts: SessionParts, handler: EventHandler) -> None:
    """Run the session from dial to the last callback. Never raises but for what is not an `Exception`."""
    lifetime = parts.lifetime
    lifetime.begin()
    give_back = claim_keys(parts.state, _joined(parts.signals.keys, parts.plan.own_keys))
    let_go = keep_late(parts.state, parts.signals.keys, parts.telemetry_lane.refresh)
    try:
        with lifetime.shell:
            await _run_lanes(parts, handler)
    except Exception as error:  # noqa: BLE001  # recorded; raised where the session is left
        cause = unwrapped(error)
        failed = SessionFailed(f"a task of the session raised {type(cause).__name__}: {cause}")
        failed.__cause__ = cause
        lifetime.fail(failed)
        parts.events.publish(events.Disconnected(lifetime.reason))
    finally:
        parts.outbound.close(lifetime.reason)
        parts.outbound.abandon()
        parts.protocol.end()
        parts.events.close()
        parts.wire_events.close()
        parts.user_input.close()
        lifetime.finish()
        parts.phases.close()
        parts.telemetry_lane.refresh()
        let_go()
        give_back()


async def _run_lanes(parts: SessionParts, handler: EventHandler) -> None:
    async with parts.aside.open() as callbacks:
        async with trio.open_nursery() as nursery:
            lanes = _lanes(parts, handler)
            for lane in lanes:
                nursery.start_soon(lane.run, name=f"{lane.name} lane")
            await _conduct(parts, handler)
            parts.router.close()
            parts.telemetry_lane.close()
            for lane in lanes:
                await lane.finish()
            parts.reports.publish()
            if parts.lifetime.connected:
                with trio.move_on_after(CLOSING["teardown"]):
                    await handler.finish(parts.lifetime.reason)
        callbacks.cancel_scope.deadline = trio.current_time() + CLOSING["callbacks"]


def _lanes(parts: SessionParts, handler: EventHandler) -> list[LaneTask]:
    router, stop = parts.router, parts.lifetime.fail
    fast = FastLane(router.fast, router.fast_bytes, parts.fast_calls.handlers, parts.barrier, parts.telemetry.drop)
    control = ControlLane(router.control, router.control_bytes, handler)
    parts.telemetry_lane.observers += (parts.signals.on_events, handler.observe)
    router.offer_to(handler.settle)
    keep_alive = KeepAlive(parts.plan.keep_alive, parts.lifetime.settled, parts.outbound, parts.phases.wait)
    patience = CLOSING["lane"]
    return [
        LaneTask("control", control.run, patience, stop=stop),
        LaneTask("fast", fast.run, patience, stop=stop),
        LaneTask("telemetry", parts.telemetry_lane.run, patience, stop=stop),
        LaneTask("timers", handler.keep_time, patience=0.0, stop=stop),
        LaneTask("reports", parts.reports.run, patience=0.0, stop=stop),
        LaneTask("keep alive", keep_alive.run, patience=0.0, stop=stop),
    ]


async def _conduct(parts: SessionParts, handler: EventHandler) -> None:
    """Every connection of the session, and the end of the last one."""
    lifetime, outbound = parts.lifetime, parts.outbound
    supervisor = Supervisor(parts, handler)
    loss = await supervisor.run()
    if not lifetime.connected and lifetime.failure is None:
        lifetime.fail(ConnectError("the session was ended while it was connecting"))
    if loss is not None:
        with trio.move_on_after(CLOSING["lane"]):
            await outbound.tell_left_over()
        await _tell_of_loss(parts, loss, supervisor.undelivered())
    lifetime.ending.set()
    lifetime.is_over = True
    outbound.close(lifetime.reason)
    outbound.abandon()
    last = [*parts.protocol.end(), wire_events.Disconnected(lifetime.reason)]
    await parts.router.route_in_time(last, CLOSING["lane"])


async def _tell_of_loss(parts: SessionParts, loss: Loss, undelivered: Sequence[wire_events.SessionEvent]) -> None:
    parts.lifetime.lost, parts.lifetime.reason = loss.lost, loss.reason
    logger.warning("the session is over: %s", loss.reason)
    if not await parts.router.route_in_time([*undelivered, wire_events.Error(loss.reason)], CLOSING["lane"]):
        parts.events.publish(events.Error(loss.reason))


@lru_cache(maxsize=8)
def _joined(keys: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    """All of them, one set for all sessions of a kind."""
    return keys | more
