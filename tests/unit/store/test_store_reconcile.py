"""The accounts: what was received is somewhere, and what does not fit is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from store_mails import LETTER, a_case, raw_mail, reply, walk

from consultant.model.case import ALLOWED_MOVES, CaseState
from consultant.model.draft import Action, Decision, letter_hash
from consultant.store import cases, drafts, messages, outbox, reconcile, tables
from consultant.store.session import Database
from tests.cast import CORA, MAILBOX, NOON

_S = CaseState


def test_an_empty_database_balances(database):
    with database.reading() as tx:
        balance = reconcile.count(tx)
    assert (balance.holds, balance.received, balance.chain_count) == (True, 0, 0)


def test_every_mail_is_counted_under_its_end(database):
    with database.begin() as tx:
        walk(tx, a_case(tx, "sent"), _S.SENT)
        walk(tx, a_case(tx, "in review"), _S.IN_REVIEW)
        for words, to in {"robot": _S.CLOSED, "stranger": _S.QUARANTINED, "poison": _S.SET_ASIDE}.items():
            cases.move(tx, a_case(tx, words), to=to, at=NOON, actor="engine", reason=words, expect=_S.RECEIVED)
        declined = a_case(tx, "declined")
        walk(tx, declined, _S.IN_REVIEW)
        drafts.decide(tx, declined, Decision(Action.DECLINE, CORA, "not for us", letter_hash(LETTER), NOON))
        cases.move(tx, declined, to=_S.CLOSED, at=NOON, actor=CORA, expect=_S.IN_REVIEW)
        found = reconcile.count(tx)
    assert found.holds
    assert (found.received, found.accounted) == (6, 6)
    assert (found.sent, found.open, found.closed, found.quarantined, found.set_aside, found.declined) == (1, 1, 1, 1, 1, 1)


def test_a_follow_up_is_counted_with_the_case_it_joined(database):
    with database.begin() as tx:
        case_id = a_case(tx, "question")
        walk(tx, case_id, _S.SENT)
        messages.attach(tx, messages.keep(tx, raw_mail("answer"), MAILBOX).message_id, case_id)
        found = reconcile.count(tx)
    assert (found.holds, found.received, found.sent, found.closed) == (True, 2, 2, 0)


def test_a_mail_of_unknown_outcome_is_shown(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(), at=NOON)
        for number in range(3):
            outbox.start(tx, 1, NOON + timedelta(hours=number), timedelta(hours=1))
        assert reconcile.count(tx).unknown_sends == 1


@pytest.mark.parametrize(
    ("damage", "shown"),
    [
        ("DELETE FROM message WHERE id = 1", {"received": 2, "accounted": 1, "orphans": 1}),
        ("UPDATE cases SET state = 'sent' WHERE id = 2", {"misstated": (2,), "received": 2, "accounted": 2}),
        ("UPDATE chain_head SET length = 1", {"chain_ok": False, "chain_broken_at": 3}),
    ],
)
def test_damage_is_shown(sqlite_url, damage, shown):
    with Database(sqlite_url) as database, database.begin() as tx:
        a_case(tx, "one")
        a_case(tx, "two")
        tx.exec_driver_sql(damage)
        balance = reconcile.count(tx)
    assert not balance.holds
    assert {name: getattr(balance, name) for name in shown} == shown


def test_a_case_that_nobody_received_is_shown(database):
    with database.begin() as tx:
        tx.execute(insert(tables.cases).values(state=_S.CLOSED, received=NOON, changed=NOON))
        assert reconcile.count(tx).misstated == (1,)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(mails=st.lists(st.tuples(st.integers(0, 5), st.lists(st.sampled_from(_S), max_size=8)), max_size=6))
def test_the_books_balance_whatever_happens(database, mails):
    with database.begin() as tx:
        for words, path in mails:
            kept = messages.keep(tx, raw_mail(f"mail {words}"), MAILBOX)
            for to in path:
                state = cases.get(tx, kept.case_id).state
                if to in ALLOWED_MOVES[state]:
                    cases.move(tx, kept.case_id, to=to, at=NOON, actor="engine", expect=state)
        assert reconcile.count(tx).holds
