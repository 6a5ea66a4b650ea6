"""Facts that come out of the talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from trio_live.live._pages._base import with_control
from trio_live.live._pages._input import InputPage

if TYPE_CHECKING:
    from trio_live.extraction import ExtractionTrigger, TurnExtractor
    from trio_live.llm import BaseLlm
    from trio_live.phases import PhaseInstruction


class ExtractionPage(InputPage):
    """What is found out while people talk."""

    def extractor(self, extractor: TurnExtractor) -> Self:
        """Find facts in what is said. Switches both transcriptions on.

        What is found stands in State before guards and watchers look at the turn: the whole under the extractor's name,
        its fields as the promotion rules say. Told by `on_extracted`, `events.Extraction` and `events.StatePromotion`;
        what goes wrong by `on_extraction_error` and `events.ExtractionError`.

        Args:
            extractor: a `RuleExtractor`, an `LlmExtractor`, or one of your own. Merged in the order of these calls.

        Raises:
            TypeError: it is no `TurnExtractor`.
        """
        from trio_live.extraction import TurnExtractor

        if not isinstance(extractor, TurnExtractor):
            raise TypeError(f"extractor is a TurnExtractor, not {extractor!r}")
        spec = self.transcription().spec
        return self._with(with_control(spec, extractors=(*spec.control.extractors, extractor)))

    def extract_turns(self, kind: type[Any], llm: BaseLlm, prompt: str | PhaseInstruction) -> Self:
        """Have a text model fill a type at the end of every turn in which the user says at least three words.

        Args:
            kind: a dataclass, an attrs class or a TypedDict; its name is the extractor's. Give each field a default or
                ``| None`` where it may stay unknown.
            llm: the model. It is warmed up when the session begins.
            prompt: what to look for.

        Raises:
            ConfigError: no schema can be made of the type.
        """
        from trio_live.extraction import LlmExtractor

        return self.extractor(LlmExtractor.of_type(kind, llm, prompt))

    def extract_turns_windowed(
        self, kind: type[Any], llm: BaseLlm, prompt: str | PhaseInstruction, window_size: int
    ) -> Self:
        """As `extract_turns`, with more or fewer turns to look at.

        Args:
            kind: what is filled.
            llm: the model.
            prompt: what to look for.
            window_size: how many of the last turns the model sees, 3 otherwise.

        Raises:
            ConfigError: no schema can be made of the type.
        """
        from trio_live.extraction import LlmExtractor

        return self.extractor(LlmExtractor.of_type(kind, llm, prompt, window_size=window_size))

    def extract_turns_triggered(
        self,
        kind: type[Any],
        llm: BaseLlm,
        prompt: str | PhaseInstruction,
        window_size: int,
        trigger: ExtractionTrigger,
    ) -> Self:
        """As `extract_turns_windowed`, at other times.

        Args:
            kind: what is filled.
            llm: the model.
            prompt: what to look for.
            window_size: how many of the last turns the model sees.
            trigger: `Interval`, `AfterToolCall`, `OnPhaseChange`, `OnGenerationComplete` or `EveryTurn`.

        Raises:
            ConfigError: no schema can be made of the type.
        """
        from trio_live.extraction import LlmExtractor

        made = LlmExtractor.of_type(kind, llm, prompt, window_size=window_size)
        return self.extractor(made.with_trigger(trigger))
