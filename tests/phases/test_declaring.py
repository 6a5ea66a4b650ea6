from __future__ import annotations

import pytest

from trio_live.phases._internal import declare_tools, declared_names
from trio_live.wire import FunctionDeclaration, Tool

ORDER, PAY = FunctionDeclaration("order"), FunctionDeclaration("pay")
SEARCH = Tool(google_search={})
BOTH = Tool(function_declarations=[ORDER, PAY])


@pytest.mark.parametrize(
    ("offered", "declared"),
    [
        (None, (SEARCH, BOTH)),
        (("pay",), (SEARCH, Tool(function_declarations=[PAY]))),
        (("pay", "order"), (SEARCH, BOTH)),
        ((), (SEARCH,)),
        (("unheard-of",), (SEARCH,)),
    ],
)
def test_functions_are_narrowed_and_everything_else_stays(
    offered: tuple[str, ...] | None, declared: tuple[Tool, ...]
) -> None:
    assert declare_tools([SEARCH, BOTH], offered) == declared


def test_what_shares_an_object_with_functions_stays_too() -> None:
    mixed = Tool(function_declarations=[ORDER], google_search={})
    assert declare_tools([mixed], []) == (SEARCH,)


def test_names_are_those_of_the_functions() -> None:
    assert declared_names([SEARCH, BOTH, Tool()]) == ("order", "pay")
