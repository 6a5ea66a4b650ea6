"""The fuzzers by hand: ``python -m tests.fuzz``; ``--help`` tells how many of what.

Ends with 1 when something came out that must not: an error of another class, a frame that held the loop, something left
behind, a call that was both answered and cancelled. The seed that is printed makes the same again.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from functools import partial

import trio

from tests.fuzz.clients import fuzz_clients
from tests.fuzz.decoding import fuzz_frames
from tests.fuzz.sessions import LEAVING_WITHIN, fuzz_sessions
from tests.fuzz.talks import fuzz_talks

SLOWEST_MS = 50.0


def main() -> int:
    """Run all four, tell what came of it, and say whether all is well."""
    parser = argparse.ArgumentParser(
        description="Mutated frames, whole sessions of them, clients of the emulator, and a hostile server."
    )
    parser.add_argument("--seed", type=int, default=random.randrange(2**31), help="where to begin")  # noqa: S311
    parser.add_argument("--frames", type=int, default=50_000, help="how many frames")
    parser.add_argument("--talks", type=int, default=300, help="how many sessions in memory")
    parser.add_argument("--clients", type=int, default=300, help="how many clients of the emulator in memory")
    parser.add_argument("--sessions", type=int, default=300, help="how many sessions against the hostile server")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="when to stop, at the latest")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)  # every session that is cut warns of it
    seconds = 15.0 * chosen.minutes
    print(f"seed {chosen.seed}")
    frames = fuzz_frames(chosen.seed, chosen.frames, seconds)
    print(frames)
    talks = fuzz_talks(chosen.seed, chosen.talks, seconds)
    print(talks)
    clients = fuzz_clients(chosen.seed, chosen.clients, seconds)
    print(clients)
    sessions = trio.run(partial(fuzz_sessions, chosen.seed, chosen.sessions, seconds))
    print(sessions)
    for failure in [*frames.failures[:5], *talks.failures[:5], *clients.failures[:5], *sessions.failures[:5]]:
        print(f"\n{failure}")
    failures = [
        *frames.failures,
        *talks.failures,
        *clients.failures,
        *sessions.failures,
        *talks.in_both,
        *sessions.in_both,
    ]
    held_ms = max(frames.slowest_ms, talks.longest_step_ms, clients.longest_step_ms)
    is_quick = held_ms < SLOWEST_MS and sessions.leaving_p99 < LEAVING_WITHIN and talks.longest_leaving < LEAVING_WITHIN
    return 0 if is_quick and not failures and not sessions.left_behind else 1


if __name__ == "__main__":
    sys.exit(main())
