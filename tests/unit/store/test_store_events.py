"""The history: append-only, whole, and telling when it is not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update
from store_mails import a_case, walk

from consultant.errors import ConflictError
from consultant.model.case import CaseState
from consultant.store import events, tables
from consultant.store.events import ChainReport
from consultant.store.session import Database
from tests.cast import CORA, NOON, OTTO

_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@pytest.fixture
def open_history(sqlite_url):
    """A database with six events whose triggers somebody has taken away."""
    with Database(sqlite_url) as database:
        with database.begin() as tx:
            walk(tx, a_case(tx), CaseState.SENT)
            tx.exec_driver_sql("DROP TRIGGER event_is_never_changed")
            tx.exec_driver_sql("DROP TRIGGER event_is_never_deleted")
            tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield database


def _report_after(database: Database, *statements: str) -> ChainReport:
    with database.begin() as tx:
        for statement in statements:
            tx.exec_driver_sql(statement)
        return events.verify(tx)


def test_an_empty_history_is_whole(database):
    with database.reading() as tx:
        assert events.verify(tx) == ChainReport(ok=True, count=0, broken_at=None)


def test_an_event_comes_back_as_it_was_appended(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        seq = events.append(tx, case_id=case_id, at=NOON, actor=CORA, kind="noted", detail={"n": 1, "name": "x"})
        assert events.of_case(tx, case_id)[-1] == events.Event(seq, case_id, NOON, CORA, "noted", {"n": 1, "name": "x"})


def test_an_event_may_concern_no_case(database):
    with database.begin() as tx:
        events.append(tx, case_id=None, at=NOON, actor=OTTO, kind="signed-in")
        (event,) = events.latest(tx, 10)
        assert (event.case_id, event.detail) == (None, {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    actor=_TEXT,
    kind=_TEXT,
    detail=st.dictionaries(_TEXT, _TEXT | st.integers(-(2**40), 2**40) | st.booleans() | st.none()),
    micro=st.integers(0, 999_999),
)
def test_whatever_is_appended_the_chain_stays_whole(database, actor, kind, detail, micro):
    with database.begin() as tx:
        events.append(tx, case_id=None, at=NOON + timedelta(microseconds=micro), actor=actor, kind=kind, detail=detail)
        assert events.verify(tx).ok
        assert events.latest(tx, 1)[0].detail == detail


def test_what_is_rolled_back_leaves_no_gap(database):
    with pytest.raises(KeyError), database.begin() as tx:
        raise KeyError(a_case(tx))
    with database.begin() as tx:
        a_case(tx)
        assert events.verify(tx) == ChainReport(ok=True, count=1, broken_at=None)


@pytest.mark.parametrize("change", [update(tables.event).values(actor="mallory"), delete(tables.event)])
def test_an_event_cannot_be_changed_or_deleted(database, change):
    with database.begin() as tx:
        a_case(tx)
    with pytest.raises(ConflictError), database.begin() as tx:
        tx.execute(change)


@pytest.mark.needs_postgres
def test_the_history_cannot_be_emptied(postgres_url):
    with Database(postgres_url) as database, pytest.raises(ConflictError), database.begin() as tx:
        tx.execute(text("TRUNCATE event"))


def test_a_long_text_is_no_detail(database):
    with database.begin() as tx, pytest.raises(ValueError, match="a name or a number"):
        events.append(tx, case_id=None, at=NOON, actor=CORA, kind="noted", detail={"text": "x" * 301})


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'mallory'",
        "kind = 'Moved'",
        "detail = detail || ' '",
        "detail = replace(detail, 'analysed', 'analysee')",
        "at = '2026-11-20 12:00:00.000001'",
        "case_id = NULL",
        "hash = replace(hash, substr(hash, 1, 1), '!')",
        "seq = 100",
    ],
)
def test_one_changed_byte_shows_at_the_event_that_was_changed(open_history, change):
    report = _report_after(open_history, f"UPDATE event SET {change} WHERE seq = 3")  # noqa: S608  (the changes stand above)
    assert (report.ok, report.broken_at) == (False, 3)


def test_an_event_taken_out_shows_at_the_gap(open_history):
    assert _report_after(open_history, "DELETE FROM event WHERE seq = 4").broken_at == 4


def test_an_end_that_was_cut_off_shows(open_history):
    assert _report_after(open_history, "DELETE FROM event WHERE seq > 4") == ChainReport(ok=False, count=4, broken_at=5)


def test_two_events_that_changed_places_show(open_history):
    swap = (
        "UPDATE event SET seq = 90 WHERE seq = 2",
        "UPDATE event SET seq = 2 WHERE seq = 3",
        "UPDATE event SET seq = 3 WHERE seq = 90",
    )
    assert _report_after(open_history, *swap).broken_at == 2


def test_a_forged_event_at_the_end_shows(open_history):
    forged = "INSERT INTO event SELECT 7, case_id, at, actor, kind, detail, hash FROM event WHERE seq = 6"
    assert _report_after(open_history, forged).broken_at == 7


def test_a_missing_head_shows(open_history):
    assert not _report_after(open_history, "DELETE FROM chain_head").ok


def test_the_detail_is_kept_in_one_fixed_form(database):
    with database.begin() as tx:
        events.append(tx, case_id=None, at=NOON, actor=CORA, kind="noted", detail={"b": 1, "a": 2})
        kept = tx.exec_driver_sql("SELECT detail FROM event").scalar_one()
    assert (kept, json.loads(kept)) == ('{"a":2,"b":1}', {"a": 2, "b": 1})
