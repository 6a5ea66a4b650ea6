"""Frames made wrong: seeded, and by their structure, so that most of them come past the parser."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.fuzz.corpus import Frame

_RAW: Final = "\x00raw\x00"
"""Stands around what is no JSON value, until it is written."""


def raw(text: str) -> str:
    return f"{_RAW}{text}{_RAW}"


ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**64, -(2**63), 0.5, -0.0, 1e308, -1e308),
    *("", " ", "s", "0", "-1", "1e308s", "-5s", "NaN", "Infinity", "9" * 5000, "\ud800", "\x00", "\u202e", "é" * 500),
    *([], {}, [[]], [None], {"": None}, "QUFB", "-_-_", "!", "A", "x" * 20_000),
    *map(raw, ("NaN", "Infinity", "-", "1e999", "9" * 400, "9" * 5000, "01", "'a'", '"\\ud800"', '"\\x"', "[" * 3000)),
)
"""Values that nobody expects."""


class Mutator:
    """An endless row of frames.

    Args:
        seed: the same seed, the same frames.
        corpus: what to begin with.
    """

    def __init__(self, seed: int, corpus: Sequence[Frame]) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret
        self._corpus = [json.dumps(frame) for frame in corpus]
        self._names = sorted({name for frame in corpus for name in _names(frame)})
        self._changes: tuple[Callable[[Any, Any], None], ...] = (
            self._odd, self._odd, self._odd, self._lost, self._renamed, self._repeated, self._moved, self._wrapped
        )  # fmt: skip

    def seed(self, seed: int) -> None:
        """Begin another row."""
        self._random.seed(seed)

    def frame(self) -> bytes | str:
        """The next one."""
        pick = self._random
        try:
            text = self._written(self._changed())
        except RecursionError:
            text = '{"a":' * 5000
        if pick.random() < 0.001:
            text = self._huge()
        data = text.encode("utf-8", "surrogatepass")
        if pick.random() < 0.15:
            data = self._broken(data)
        return data if pick.random() < 0.7 else data.decode("utf-8", "replace")

    def _changed(self) -> Any:
        pick = self._random
        tree = json.loads(pick.choice(self._corpus))
        for _ in range(pick.choice((0, 1, 1, 1, 2, 3, 8))):
            places = list(_places(tree))
            if places:
                pick.choice(self._changes)(*pick.choice(places))
        return tree

    def _written(self, tree: Any) -> str:
        spaced = self._random.choice(((",", ":"), (", ", ": "), (",\n    ", ": ")))
        text = json.dumps(tree, ensure_ascii=self._random.random() < 0.5, separators=spaced)
        mark = json.dumps(_RAW)[1:-1]
        return text.replace(f'"{mark}', "").replace(f'{mark}"', "")

    # -- changes of the structure: what holds a place, and the place ------------------------------------------------

    def _odd(self, holder: Any, place: Any) -> None:
        holder[place] = copy.deepcopy(self._random.choice(ODD))

    def _lost(self, holder: Any, place: Any) -> None:
        del holder[place]

    def _renamed(self, holder: Any, place: Any) -> None:
        if isinstance(holder, dict):
            holder[self._random.choice(self._names)] = holder.pop(place)

    def _repeated(self, holder: Any, place: Any) -> None:
        times = self._random.choice((2, 3, 10, 200, 2000))
        if isinstance(holder, list) and len(json.dumps(holder[place])) * times < 50_000:
            holder[place:place] = [holder[place]] * times

    def _moved(self, holder: Any, place: Any) -> None:
        other = json.loads(self._random.choice(self._corpus))
        inner, where = self._random.choice(list(_places(other)))
        holder[place] = inner[where]

    def _wrapped(self, holder: Any, place: Any) -> None:
        for _ in range(self._random.choice((1, 2, 90, 110, 400))):
            holder[place] = self._random.choice(([holder[place]], {"a": holder[place]}))

    # -- bytes ------------------------------------------------------------------------------------------------------

    def _broken(self, data: bytes) -> bytes:
        at = self._random.randrange(len(data) + 1)
        match self._random.randrange(5):
            case 0:
                return data[:at]
            case 1:
                return data[:at] + self._random.randbytes(4) + data[at:]
            case 2:
                return data[:at] + data[at + 1 :]
            case 3:
                return data[:at] + data[at // 2 :]
            case _:
                return data + b" " * 1000 + data

    def _huge(self) -> str:
        many = self._random.choice((1000, 5000, 20_000, 100_000))
        one = self._random.choice(("1", "{}", "[]", '""', '{"text":"a"}', '{"inlineData":{"data":"!"}}', '{"a":1}'))
        items = "[" + ",".join([one] * many) + "]"
        long = "x, " * many
        return self._random.choice(
            (
                f'{{"serverContent":{{"modelTurn":{{"parts":{items}}}}}}}',
                f'{{"toolCall":{{"functionCalls":{items}}}}}',
                f'{{"toolCall":{{"functionCalls":[{{"id":"a","name":"f","args":{{"a":{items}}}}}]}}}}',
                f'{{"toolCallCancellation":{{"ids":{items}}}}}',
                f'{{"future":{items}}}',
                f'{{"future":{" " * 20 * many}1}}',
                f'{{"serverContent":{{"outputTranscription":{{"text":"{long}"}}}}}}',
                f'{{"serverContent":{{"modelTurn":{{"parts":[{{"inlineData":{{"data":"{"-_-_" * many}"}}}}]}}}}}}',
                " " * many,
            )
        )


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Everything in a tree, as what holds it and where in there."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting and len(found) < 100:
        holder = waiting.pop()
        places = holder.keys() if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for place in places:
            found.append((holder, place))
            waiting.append(holder[place])
    return found


def _names(tree: Any) -> set[str]:
    return {place for _, place in _places(tree) if isinstance(place, str)}
