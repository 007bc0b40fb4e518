"""Column types: what goes in comes out, or is refused."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from store_mails import a_case

from consultant.model.case import CaseState
from consultant.store import cases, tables
from consultant.store.columns import UtcDateTime, clean, to_json
from tests.cast import NOON

_TEXT = st.text(st.characters(exclude_categories=()))
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5, minutes=30))])
# Hypothesis takes its bounds without a zone.
_FIRST, _LAST = NOON.replace(year=1990, tzinfo=None), NOON.replace(year=2099, tzinfo=None)
_SAME_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)


@_SAME_DATABASE
@given(moment=st.datetimes(timezones=_ZONES, min_value=_FIRST, max_value=_LAST))
def test_a_moment_comes_back_as_the_same_moment_in_utc(database, moment):
    with database.begin() as tx:
        tx.execute(insert(tables.cases).values(state=CaseState.RECEIVED, received=moment, changed=moment))
        found = tx.execute(select(tables.cases.c.received).order_by(tables.cases.c.id.desc()).limit(1)).scalar_one()
    assert (found, found.tzinfo) == (moment, UTC)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(NOON.replace(tzinfo=None), None)


@_SAME_DATABASE
@given(text=_TEXT)
def test_any_text_can_be_kept_for_people(database, text):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.name_asker(tx, case_id, sender="", subject=text)
        assert cases.get(tx, case_id).subject == clean(text)


@_SAME_DATABASE
@given(row=st.dictionaries(_TEXT, st.none() | st.booleans() | st.integers(-(2**40), 2**40) | _TEXT | st.lists(_TEXT)))
def test_any_plain_value_comes_back_unchanged(database, row):
    with database.begin() as tx:
        case_id = a_case(tx)
        tx.execute(insert(tables.analysis).values(case_id=case_id, made=NOON, analysis=row))
        assert cases.latest_analysis(tx, case_id) == row


def test_cleaning_leaves_ordinary_text_alone():
    assert clean("Größe 5 µg 🙂") == "Größe 5 µg 🙂"


def test_json_is_plain_ascii():
    assert to_json({"a": "é\x00\ud800"}) == '{"a":"\\u00e9\\u0000\\ud800"}'


def test_an_enum_is_kept_as_its_value(database):
    with database.begin() as tx:
        a_case(tx)
        assert tx.exec_driver_sql("SELECT state FROM cases").scalar_one() == "received"


def test_a_value_that_an_enum_does_not_know_is_refused(database):
    with pytest.raises(ValueError, match="eaten"), database.begin() as tx:
        tx.execute(update(tables.cases).values(state="eaten"))


def test_a_value_in_the_database_that_an_enum_does_not_know_is_refused(database):
    with database.begin() as tx:
        a_case(tx)
        tx.exec_driver_sql("UPDATE cases SET state = 'eaten'")
    with pytest.raises(ValueError, match="eaten"), database.reading() as tx:
        cases.listing(tx)
