"""Seats and bytes: who gets them, who waits, and that none is ever lost."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.limits import Limits
from consultant.mail.room import ByteBudget, Share, origin


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("somewhere", "somewhere"),
    ],
)
def test_an_ipv6_client_is_counted_by_its_network(peer, expected):
    assert expected == origin(peer)


def test_those_who_wait_are_served_in_order():
    async def story():
        budget, served = ByteBudget(10), []

        async def want(name, count):
            assert await budget.take(count, seconds=5)
            served.append(name)

        assert budget.take_now(8)
        waiting = [asyncio.ensure_future(want(name, count)) for name, count in (("first", 9), ("second", 1))]
        await asyncio.sleep(0)
        # There is room for the second, but it came later.
        assert not budget.take_now(1)
        budget.give_back(8)
        await asyncio.gather(*waiting)
        return served

    assert asyncio.run(story()) == ["first", "second"]


def test_who_gives_up_waiting_leaves_the_line_to_others():
    async def story():
        budget = ByteBudget(10)
        assert budget.take_now(5)
        hopeless = asyncio.ensure_future(budget.take(10, seconds=0.01))
        await asyncio.sleep(0)
        modest = asyncio.ensure_future(budget.take(5, seconds=5))
        return await asyncio.gather(hopeless, modest)

    assert asyncio.run(story()) == [False, True]


def test_who_is_cancelled_in_the_moment_of_being_served_gives_back():
    async def story():
        budget = ByteBudget(10)
        assert budget.take_now(10)
        waiting = asyncio.ensure_future(budget.take(10, seconds=5))
        await asyncio.sleep(0)
        budget.give_back(10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return budget.take_now(10)

    assert asyncio.run(story())


@given(st.lists(st.integers(min_value=0, max_value=120), max_size=10))
def test_a_share_gives_back_what_it_took(sizes):
    async def story():
        budget = ByteBudget(100)
        share = Share(budget, Limits(room_seconds=0.001))
        for size in sizes:
            if size > share.held:
                await share.grow(size)
            else:
                share.shrink(size)
        share.give_back()
        share.give_back()
        return budget.take_now(100), budget.take_now(1)

    assert asyncio.run(story()) == (True, False)
