"""Facts come out of the talk by rules, and what is believed of them moves it on."""

from __future__ import annotations

from typing import Any

import trio

from trio_live import Live, State, events
from trio_live.extraction import FieldPromotion, RuleExtractor, keywords, regex


def knows_everything(state: State) -> bool:
    """Guards see what came out of the very turn that they decide about."""
    return state.is_known("doctor") and state.is_known("day")


wish = RuleExtractor(
    "Wish",
    {
        "doctor": regex(r"doctor (\w+)"),
        "day": keywords({"Thursday": "thursday", "Friday": ["friday", "end of the week"]}),
    },
    promotion_rules=[
        FieldPromotion.keep_known("doctor"),
        FieldPromotion.overwrite("day"),
    ],
)


async def found(name: str, value: Any) -> None:
    """The whole of what an extractor found, as soon as it stands in State."""
    print(f"[{name}: {value}]")


live = (
    Live.builder()
    .extractor(wish)
    .on_extracted(found)
    .phase("wish")
    .instruction("Find out which doctor the caller wants to see, and on which day.")
    .transition_with("book", knows_everything, "when doctor and day are known")
    .done()
    .phase("book")
    .instruction("Book the appointment.")
    .terminal()
    .done()
    .initial_phase("wish")
)


async def main() -> None:
    """Three typed turns, and what was made of them."""
    async with live.connect_from_env() as session, session.events() as stream:
        for words in ("I would like to see Doctor Chen", "Is Doctor Ruiz there?", "At the end of the week, please"):
            await session.send_text(words)
            async for event in stream:
                match event:
                    case events.StatePromotion(field=field, accepted=False, reason=reason, value=value):
                        print(f"[{field} stays: {value} was refused, {reason}]")
                    case events.PhaseTransition(to=phase):
                        print(f"[on to {phase}]")
                    case events.TurnComplete():
                        break
        print(f"[{session.state.get('doctor')} on {session.state.get('day')}; {session.state.evidence('day').source}]")


if __name__ == "__main__":
    trio.run(main)
