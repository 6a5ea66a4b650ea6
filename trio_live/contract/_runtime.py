"""The contract of an agent, and its way through JSON."""

from __future__ import annotations

import json
from typing import Final

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.contract._diff import Difference, differences
from trio_live.contract._parts import (
    AgentContract,
    ComputedContract,
    ControlContract,
    ExtractorContract,
    PhaseContract,
    ToolContract,
    WatcherContract,
)
from trio_live.errors import ConfigError
from trio_live.state._internal import MismatchError, convert, plain

CONTRACT_VERSION: Final = 1


@value(kw_only=True)
class RuntimeContract:
    """What an agent declares: tools, phases, extractors, computed values, watchers, control.

    Made by `Live.describe_contract`, without connecting. Tools of MCP servers are not in it: they are known when
    connecting.
    """

    version: int = CONTRACT_VERSION
    model: str
    tools: tuple[ToolContract, ...] = ()
    phases: tuple[PhaseContract, ...] = ()
    initial_phase: str | None = None
    extractors: tuple[ExtractorContract, ...] = ()
    computed: tuple[ComputedContract, ...] = ()
    watchers: tuple[WatcherContract, ...] = ()
    controls: ControlContract
    agents: tuple[AgentContract, ...] = ()
    """The agents of a call that has several; the first begins."""

    def to_dict(self) -> JsonObject:
        """The contract as JSON values, its fields in the order of their declaration."""
        written: JsonObject = plain(self)
        return written

    def to_json(self) -> str:
        """The contract as text to be kept under version control: indented, equal for equal contracts."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> RuntimeContract:
        """Read what `to_json` wrote.

        Args:
            text: JSON.

        Raises:
            ConfigError: it is no contract, or one of a later version than this library knows.
        """
        try:
            found = json.loads(text)
            contract: RuntimeContract = convert(found, cls)
        except (ValueError, MismatchError) as problem:
            raise ConfigError(f"this is no contract: {problem}") from None
        if contract.version != CONTRACT_VERSION:
            raise ConfigError(
                f"the contract has version {contract.version}, and this library reads {CONTRACT_VERSION}: "
                "write it again with `trio-live contract`"
            )
        return contract

    def diff(self, other: RuntimeContract) -> tuple[Difference, ...]:
        """What another contract adds to this one, lacks, or says otherwise; nothing when they are equal.

        Tools, phases, transitions and the like are told apart by name, and their order is compared where it decides.

        Args:
            other: the later one.
        """
        return differences(self.to_dict(), other.to_dict())
