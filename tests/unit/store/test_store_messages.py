"""Mail as it came in: kept once, unchanged, in one case."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from store_mails import LETTER, a_case, raw_mail, reply, walk

from consultant.errors import ConflictError, NotFoundError, WorkError
from consultant.model.case import CaseState
from consultant.model.message import Attachment, Envelope, Headers, IncomingMessage, RawMail
from consultant.store import cases, events, messages, outbox, tables
from consultant.store.session import Database
from tests.cast import ADA, BEN, CORA, MAILBOX, MALLORY, NOON

_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_HEADERS = st.builds(Headers, _TEXT, _TEXT, _TEXTS, _TEXT, st.integers(0, 99), _TEXTS, st.booleans())
_ATTACHMENTS = st.lists(st.builds(Attachment, _TEXT, _TEXT, st.integers(0, 10**9), _TEXT, _TEXT), max_size=2).map(tuple)
_INCOMING = st.builds(
    IncomingMessage,
    _TEXT,
    _TEXT,
    _TEXTS,
    _TEXT,
    _TEXT,
    _TEXT,
    _TEXT,
    _TEXT,
    _TEXT,
    attachments=_ATTACHMENTS,
    headers=_HEADERS,
    defects=_TEXTS,
)


def test_a_mail_makes_a_case_of_its_sender(database):
    with database.begin() as tx:
        kept = messages.keep(tx, raw_mail(), MAILBOX)
        case = cases.get(tx, kept.case_id)
    assert kept.is_new
    assert (case.state, case.sender, case.received, case.attempts) == (CaseState.RECEIVED, ADA, NOON, 0)


def test_a_mail_comes_back_as_it_was(database):
    content = bytes(range(256)) * 3
    sent = RawMail(content, Envelope("", (MAILBOX, "x@y.example"), "192.0.2.7", "relay"), NOON, "imap")
    with database.begin() as tx:
        kept = messages.keep(tx, sent, MAILBOX)
    with database.reading() as tx:
        assert messages.raw(tx, kept.message_id) == sent


def test_the_same_mail_again_finds_its_first_case_and_adds_nothing(database):
    with database.begin() as tx:
        first = messages.keep(tx, raw_mail(), MAILBOX)
    with database.begin() as tx:
        again = messages.keep(tx, raw_mail(received=NOON + timedelta(hours=1)), MAILBOX.upper())
        assert (again.case_id, again.message_id, again.is_new) == (first.case_id, first.message_id, False)
        assert len(cases.listing(tx)) == 1
        assert events.verify(tx).count == 1


def test_the_same_content_for_another_mailbox_is_another_delivery_of_the_same_bytes(database):
    with database.begin() as tx:
        kept = [messages.keep(tx, raw_mail(), recipient) for recipient in (MAILBOX, f"second.{MAILBOX}")]
        (first,), (second,) = (messages.of_case(tx, k.case_id) for k in kept)
    assert [k.is_new for k in kept] == [True, True]
    assert first.sha256 == second.sha256 == hashlib.sha256(raw_mail().content).hexdigest()


def test_the_reception_stands_in_the_history_without_words_of_the_mail(database):
    with database.begin() as tx:
        kept = messages.keep(tx, raw_mail("Jane Doe, knee"), MAILBOX)
        (event,) = events.of_case(tx, kept.case_id)
    digest = hashlib.sha256(raw_mail("Jane Doe, knee").content).hexdigest()
    assert (event.kind, event.actor, event.at) == ("received", "smtp", NOON)
    assert event.detail == {"message": kept.message_id, "sha256": digest, "size": len(raw_mail("Jane Doe, knee").content)}


def test_a_mail_whose_envelope_holds_impossible_text_is_kept(database):
    odd = RawMail(b"x", Envelope("a\x00\udcff@b.example", ("\udc80",)), NOON)
    with database.begin() as tx:
        kept = messages.keep(tx, odd, "\udc80")
        assert messages.raw(tx, kept.message_id) == odd
        assert not messages.keep(tx, odd, "\udc80").is_new


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(parsed=_INCOMING)
def test_what_the_parser_made_comes_back_unchanged(database, parsed):
    with database.begin() as tx:
        kept = messages.keep(tx, raw_mail(), MAILBOX)
        messages.save_parsed(tx, kept.message_id, parsed)
        (stored,) = messages.of_case(tx, kept.case_id)
    assert stored.parsed == parsed


def test_a_message_is_unparsed_at_first(database):
    with database.begin() as tx:
        (stored,) = messages.of_case(tx, a_case(tx))
    assert (stored.parsed, stored.size, stored.source) == (None, len(raw_mail("Which code?").content), "smtp")


def test_a_message_that_is_not_there_is_not_found(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        with pytest.raises(NotFoundError, match="message 4711"):
            messages.raw(tx, 4711)
        with pytest.raises(NotFoundError, match="message 4711"):
            messages.attach(tx, 4711, case_id)


@pytest.mark.parametrize(
    "change",
    [
        update(tables.raw_mail).values(content=b"forged"),
        update(tables.raw_mail).values(sha256="0"),
        update(tables.raw_mail).values(size=1),
    ],
)
def test_the_bytes_of_a_mail_cannot_be_changed(database, change):
    with database.begin() as tx:
        a_case(tx)
        # Only the trigger is left to refuse it.
        tx.execute(tables.message.delete())
    with pytest.raises(ConflictError), database.begin() as tx:
        tx.execute(change)


def test_a_mail_that_belongs_to_a_message_cannot_be_removed(database):
    with database.begin() as tx:
        a_case(tx)
    with pytest.raises(ConflictError), database.begin() as tx:
        tx.execute(delete(tables.raw_mail))


def test_bytes_that_retention_removed_are_not_found(database):
    with database.begin() as tx:
        kept = messages.keep(tx, raw_mail(), MAILBOX)
        tx.execute(update(tables.raw_mail).values(content=None))
        with pytest.raises(NotFoundError, match="retention"):
            messages.raw(tx, kept.message_id)


def test_damaged_bytes_are_never_handed_out(sqlite_url):
    with Database(sqlite_url) as database:
        with database.begin() as tx:
            kept = messages.keep(tx, raw_mail(), MAILBOX)
            tx.exec_driver_sql("DROP TRIGGER raw_mail_is_never_changed")
            tx.exec_driver_sql("UPDATE raw_mail SET content = x'00'")
        with database.reading() as tx, pytest.raises(WorkError, match="damaged"):
            messages.raw(tx, kept.message_id)


def test_an_answer_finds_the_case_of_the_letter_it_answers(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(1), at=NOON)
        ids = ("<other@x.example>", reply(1).message_id)
        assert messages.find_case_by_message_ids(tx, ids, ADA.upper()) == case_id


def test_a_stranger_who_knows_a_message_id_finds_nothing(database):
    with database.begin() as tx:
        outbox.put(tx, case_id=a_case(tx), key="reply:1", letter_name="answer", mail=reply(1), at=NOON)
        assert messages.find_case_by_message_ids(tx, (reply(1).message_id,), MALLORY) is None


def test_the_newest_of_several_cases_is_found(database):
    with database.begin() as tx:
        numbers = [a_case(tx, f"mail {n}") for n in range(3)]
        for n in numbers:
            outbox.put(tx, case_id=n, key=f"reply:{n}", letter_name="answer", mail=reply(n), at=NOON)
        assert messages.find_case_by_message_ids(tx, (reply(n).message_id for n in numbers), ADA) == numbers[-1]


def test_a_hundred_thousand_references_are_no_trouble(database):
    with database.reading() as tx:
        assert messages.find_case_by_message_ids(tx, (f"<{n}@x.example>" for n in range(100_000)), ADA) is None


def test_a_follow_up_joins_its_case_and_closes_the_one_it_had_made(database):
    with database.begin() as tx:
        case_id = a_case(tx, "the question")
        walk(tx, case_id, CaseState.SENT)
        later = NOON + timedelta(days=1)
        follow_up = messages.keep(tx, raw_mail("the answer", received=later), MAILBOX)
        messages.attach(tx, follow_up.message_id, case_id)
        assert [m.received for m in messages.of_case(tx, case_id)] == [NOON, later]
        left = cases.get(tx, follow_up.case_id)
        assert (left.state, left.reason) == (CaseState.CLOSED, f"joined:{case_id}")
        assert events.of_case(tx, case_id)[-1].kind == "joined"


def test_joining_the_same_case_again_does_nothing(database):
    with database.begin() as tx:
        kept = messages.keep(tx, raw_mail(), MAILBOX)
        messages.attach(tx, kept.message_id, kept.case_id)
        assert events.verify(tx).count == 1
        assert cases.get(tx, kept.case_id).state is CaseState.RECEIVED


def test_a_worker_that_has_not_read_the_follow_up_cannot_finish(database):
    with database.begin() as tx:
        case_id = a_case(tx, "the question")
        follow_up = messages.keep(tx, raw_mail("more facts"), MAILBOX)
        state = CaseState.RECEIVED
        cases.claim(tx, case_id, state=state, owner="worker-1", now=NOON, lease=timedelta(minutes=5))
        messages.attach(tx, follow_up.message_id, case_id)
        with pytest.raises(ConflictError):
            cases.move(tx, case_id, to=CaseState.ANALYSED, at=NOON, actor="engine", expect=state, owner="worker-1")
        assert cases.claim(tx, case_id, state=state, owner="worker-2", now=NOON, lease=timedelta(minutes=5)) is not None


def test_people_with_equal_mails_have_cases_of_their_own(database):
    with database.begin() as tx:
        ada, ben = a_case(tx, sender=ADA), a_case(tx, sender=BEN)
    assert ada != ben


def test_letters_of_the_cast_are_what_these_tests_think():
    assert (LETTER.subject.split(":")[0], CORA) == ("Case 1", "cora")
