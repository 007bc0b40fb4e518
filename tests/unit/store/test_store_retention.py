"""Retention: words go, accounts stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from store_mails import LETTER, a_case, raw_mail, reply, walk

from consultant.errors import NotFoundError
from consultant.model.case import CaseState
from consultant.model.draft import Action, Decision, DraftKind, letter_hash
from consultant.store import cases, drafts, events, messages, outbox, reconcile
from consultant.store.retention import purge
from consultant.store.session import Database
from tests.cast import CORA, MAILBOX, NOON, OTTO

_LATER = NOON + timedelta(days=400)
_SECRET = "Jane Doe 1950-02-03"


def _finished(tx) -> int:
    case_id = a_case(tx, _SECRET)
    cases.name_asker(tx, case_id, sender="ada@lakeside.example", subject=_SECRET)
    cases.save_analysis(tx, case_id, {"text": _SECRET}, NOON)
    letter = type(LETTER)(_SECRET, _SECRET, _SECRET)
    drafts.add(tx, case_id, DraftKind.ANSWER, letter, "engine", NOON)
    drafts.decide(tx, case_id, Decision(Action.APPROVE, CORA, _SECRET, letter_hash(letter), NOON))
    mail = type(reply())(reply().message_id, "", "ada@lakeside.example", _SECRET.encode())
    outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=mail, at=NOON)
    walk(tx, case_id, CaseState.SENT)
    return case_id


def test_nothing_of_a_finished_case_can_be_read_any_more_and_the_books_still_balance(database):
    with database.begin() as tx:
        case_id = _finished(tx)
        assert purge(tx, before=_LATER, at=_LATER, actor=OTTO) == (case_id,)
        (message,) = messages.of_case(tx, case_id)
        with pytest.raises(NotFoundError, match="retention"):
            messages.raw(tx, message.id)
        left = (
            cases.get(tx, case_id),
            cases.latest_analysis(tx, case_id),
            message,
            drafts.all_of(tx, case_id),
            drafts.decisions(tx, case_id),
            outbox.of_case(tx, case_id),
            events.of_case(tx, case_id),
        )
        assert "Jane" not in repr(left)
        assert reconcile.count(tx).holds
        assert (left[0].state, left[-1][-1].kind, left[-1][-1].actor) == (CaseState.SENT, "purged", OTTO)


def test_the_words_are_gone_from_the_file_itself(sqlite_url, tmp_path):
    with Database(sqlite_url) as database, database.begin() as tx:
        _finished(tx)
    assert _SECRET.encode() in Path(tmp_path / "consultant.sqlite").read_bytes()
    with Database(sqlite_url) as database, database.begin() as tx:
        purge(tx, before=_LATER, at=_LATER, actor=OTTO)
    assert _SECRET.encode() not in Path(tmp_path / "consultant.sqlite").read_bytes()


def test_a_case_is_purged_once(database):
    with database.begin() as tx:
        _finished(tx)
        assert [len(purge(tx, before=_LATER, at=_LATER, actor=OTTO)) for _ in range(2)] == [1, 0]


def test_open_and_young_cases_keep_their_words(database):
    with database.begin() as tx:
        walk(tx, a_case(tx, "open"), CaseState.IN_REVIEW)
        walk(tx, a_case(tx, "young"), CaseState.SENT)
        assert purge(tx, before=NOON, at=_LATER, actor=OTTO) == ()


def test_bytes_that_another_open_case_has_too_are_kept(database):
    with database.begin() as tx:
        done, still_open = (messages.keep(tx, raw_mail(), recipient) for recipient in (MAILBOX, f"second.{MAILBOX}"))
        walk(tx, done.case_id, CaseState.SENT)
        purge(tx, before=_LATER, at=_LATER, actor=OTTO)
        assert messages.raw(tx, still_open.message_id) == raw_mail()
        walk(tx, still_open.case_id, CaseState.SENT)
        purge(tx, before=_LATER, at=_LATER, actor=OTTO)
        with pytest.raises(NotFoundError):
            messages.raw(tx, still_open.message_id)


def test_only_so_many_cases_go_at_once(database):
    with database.begin() as tx:
        for number in range(3):
            walk(tx, a_case(tx, f"mail {number}"), CaseState.SENT)
        assert [purge(tx, before=_LATER, at=_LATER, actor=OTTO, limit=2) for _ in range(2)] == [(1, 2), (3,)]


def test_a_mail_sent_again_after_its_words_are_gone_is_kept_anew(database):
    with database.begin() as tx:
        first = messages.keep(tx, raw_mail(), MAILBOX)
        walk(tx, first.case_id, CaseState.SENT)
        purge(tx, before=_LATER, at=_LATER, actor=OTTO)
        again = messages.keep(tx, raw_mail(), MAILBOX)
        assert again.is_new
        assert messages.raw(tx, again.message_id) == raw_mail()
        assert reconcile.count(tx).holds


def test_a_case_that_goes_on_after_retention_is_purged_again_in_its_time(database):
    with database.begin() as tx:
        case_id = _finished(tx)
        purge(tx, before=_LATER, at=_LATER, actor=OTTO)
        cases.move(tx, case_id, to=CaseState.RECEIVED, at=_LATER, actor="engine", expect=CaseState.SENT)
        (message,) = messages.of_case(tx, case_id)
        assert (message.parsed.text, message.parsed.defects) == ("", ("removed by retention",))
        walk(tx, case_id, CaseState.SENT)
        assert purge(tx, before=_LATER, at=_LATER, actor=OTTO) == (case_id,)
