"""A governed talk: phases, what each needs, what follows from what, and what happens when."""

from __future__ import annotations

from typing import Any

import trio

from trio_live import Live, PhaseSpec, RepairConfig, State, events
from trio_live.phases import leads_to


class Welcome(PhaseSpec):
    """A phase written as a class; its methods are guards and hooks."""

    instruction = "Find out which doctor the caller wants to see."
    needs = ("doctor",)

    @leads_to("day", description="when the doctor is known")
    def doctor_is_known(self, state: State) -> bool:
        """Guards are plain functions of the state."""
        return state.is_known("doctor")


def knows_day(state: State) -> bool:
    """The same, for the fluent form below."""
    return state.is_known("day")


def understand(state: State, words: str) -> None:
    """What this program itself makes of the caller's words."""
    for key, names in {"doctor": ("Chen", "Ruiz"), "day": ("Thursday", "Friday")}.items():
        found = next((name for name in names if name in words), None)
        if found:
            state.set(key, found)


async def day_changed(old: Any, new: Any, _state: State) -> None:
    """A watcher sees net changes, once a turn."""
    print(f"[day: {old} -> {new}]")


def build() -> tuple[Live, State]:
    """The agent, and the state it runs on."""
    state = State()
    live = (
        Live.builder()
        .state(state)
        .transcription()
        .phases(Welcome())
        .phase("day")
        .instruction("Find a day.")
        .needs(["day"])
        .transition_with("goodbye", knows_day, "when the day is known")
        .done()
        .phase("goodbye")
        .instruction("Say goodbye.")
        .terminal()
        .done()
        .initial_phase("welcome")
        .computed("wish", ["doctor", "day"], lambda state: f"{state.get('doctor')} on {state.get('day')}")
        .watch("day")
        .changed()
        .then(day_changed)
        .repair(RepairConfig(nudge_after=1, escalate_after=4))
    )
    return live, state


async def main() -> None:
    """Three typed turns; the second one says nothing useful, so the model is reminded of what is missing."""
    live, state = build()
    async with live.connect_from_env() as session, session.events() as stream:
        for words in ("I would like to see Doctor Chen", "Let me think", "Thursday, please"):
            understand(state, words)
            await session.send_text(words)
            async for event in stream:
                match event:
                    case events.PhaseTransition(from_, to, reason):
                        print(f"[{from_} -> {to}: {reason}]")
                    case events.TurnComplete():
                        print(f"[{session.conversation_phase}; {state.get('wish')}]")
                        break


if __name__ == "__main__":
    trio.run(main)
