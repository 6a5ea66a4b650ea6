"""Sound that comes out of order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phone._dialects import Order
from trio_live.phone._dialects._order import MOST_AHEAD


def piece(number: int) -> bytes:
    return number.to_bytes(2, "big")


def taken(order: Order, *numbers: int) -> list[int]:
    return [int.from_bytes(each, "big") for number in numbers for each in order.take(number, piece(number))]


def test_what_is_in_order_waits_for_nothing() -> None:
    order = Order()
    assert [taken(order, number) for number in (7, 8, 9)] == [[7], [8], [9]]
    assert (order.late, order.missed) == (0, 0)


def test_a_late_piece_is_waited_for() -> None:
    order = Order()
    assert taken(order, 1, 3, 4) == [1]
    assert taken(order, 2) == [2, 3, 4]


def test_a_lost_piece_is_given_up_when_too_many_wait_for_it() -> None:
    order = Order()
    assert taken(order, 1, *range(3, 3 + MOST_AHEAD)) == [1]
    assert taken(order, 3 + MOST_AHEAD) == [*range(3, 4 + MOST_AHEAD)]
    assert order.missed == 1
    assert taken(order, 2) == []
    assert order.late == 1


@given(st.permutations(range(12)))
def test_nothing_comes_twice_or_out_of_order(numbers: list[int]) -> None:
    order = Order()
    found = taken(order, *numbers, *range(12, 12 + 2 * MOST_AHEAD))
    assert found == sorted(set(found))
    assert len(found) + order.late + order.missed >= 12
