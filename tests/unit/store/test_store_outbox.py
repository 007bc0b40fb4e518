"""The outbox: one mail a key, and a known end for each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_mails import a_case, acknowledgement, reply

from consultant.errors import ConflictError, NotFoundError
from consultant.store import events, outbox
from consultant.store.outbox import OutboxState
from tests.cast import ADA, BEN, CORA, NOON

_LEASE = timedelta(minutes=5)
_LATER = NOON + timedelta(minutes=1)


def _put(tx, number: int = 1, *, mail=None, at=NOON) -> int:
    """A case with one mail in its outbox; the number of the mail."""
    case_id = a_case(tx, f"mail {number}")
    assert outbox.put(tx, case_id=case_id, key=f"reply:{number}", letter_name="answer", mail=mail or reply(number), at=at)
    return outbox.of_case(tx, case_id)[0].id


def _state(tx, mail_id: int) -> OutboxState:
    (found,) = [mail for case_id in range(1, 10) for mail in outbox.of_case(tx, case_id) if mail.id == mail_id]
    return found.state


def test_a_mail_is_pending_and_due_with_its_bytes_as_they_were(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(), at=NOON)
        (due,) = outbox.due(tx, case_id, NOON)
    assert (due.case_id, due.key, due.letter_name, due.mail) == (case_id, "reply:1", "answer", reply())
    assert (due.state, due.attempts, due.queued, due.sent) == (OutboxState.PENDING, 0, NOON, None)


def test_the_same_key_again_does_nothing(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        put = [outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(n), at=NOON) for n in (1, 2)]
        assert put == [True, False]
        assert [mail.mail for mail in outbox.of_case(tx, case_id)] == [reply(1)]


def test_a_message_id_cannot_go_out_under_two_keys(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(1), at=NOON)
    with pytest.raises(ConflictError), database.begin() as tx:
        outbox.put(tx, case_id=case_id, key="reply:2", letter_name="answer", mail=reply(1), at=NOON)
    with database.reading() as tx:
        assert [mail.key for mail in outbox.of_case(tx, case_id)] == ["reply:1"]


def test_a_mail_that_was_started_is_nobody_elses(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        assert [outbox.start(tx, mail_id, NOON, _LEASE), outbox.start(tx, mail_id, NOON, _LEASE)] == [True, False]
        assert _state(tx, mail_id) is OutboxState.SENDING
        assert outbox.cases_due(tx, NOON, 10) == ()


def test_a_sent_mail_is_done_and_a_second_word_of_it_changes_nothing(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.sent(tx, mail_id, _LATER)
        told = events.verify(tx).count
        outbox.sent(tx, mail_id, _LATER + _LEASE)
        assert not outbox.start(tx, mail_id, _LATER + _LEASE, _LEASE)
        (mail,) = outbox.of_case(tx, 1)
        assert (mail.state, mail.sent, events.verify(tx).count) == (OutboxState.SENT, _LATER, told)


def test_a_mail_to_be_tried_later_waits_until_then(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.retry(tx, mail_id, _LATER, "451 greylisted")
        early = _LATER - timedelta(seconds=1)
        assert (outbox.due(tx, 1, early), outbox.cases_due(tx, early, 10), outbox.start(tx, mail_id, early, _LEASE)) == (
            (),
            (),
            False,
        )
        (due,) = outbox.due(tx, 1, _LATER)
        assert (due.attempts, due.reason) == (1, "451 greylisted")
        assert outbox.cases_due(tx, _LATER, 10) == ((1, _LATER),)
        assert outbox.start(tx, mail_id, _LATER, _LEASE)


def test_a_failed_mail_waits_for_a_person_who_may_have_it_tried_again(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.fail(tx, mail_id, "550 no such user")
        assert (_state(tx, mail_id), outbox.due(tx, 1, NOON + timedelta(days=9))) == (OutboxState.FAILED, ())
        with pytest.raises(ConflictError, match="failed by now"):
            outbox.fail(tx, mail_id, "again")
        outbox.resend(tx, mail_id, _LATER, CORA)
        assert outbox.start(tx, mail_id, _LATER, _LEASE)
        assert events.of_case(tx, 1)[-2].actor == CORA


def test_a_mail_left_in_sending_is_tried_once_more_and_then_unknown(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        moments = [NOON + n * _LEASE for n in range(4)]
        started = [outbox.start(tx, mail_id, moment, _LEASE) for moment in moments]
        assert started == [True, True, False, False]
        assert _state(tx, mail_id) is OutboxState.UNKNOWN
        assert outbox.due(tx, 1, moments[-1] + _LEASE) == ()
        assert events.of_case(tx, 1)[-1].kind == "mail-unknown"


def test_a_renewed_mail_is_left_to_whoever_sends_it(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)

        outbox.renew(tx, mail_id, 1, NOON + 2 * _LEASE)

        assert outbox.due(tx, 1, NOON + _LEASE) == ()
        assert len(outbox.due(tx, 1, NOON + 2 * _LEASE)) == 1


def test_whoever_lost_a_mail_cannot_hold_on_to_it(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.start(tx, mail_id, NOON + _LEASE, _LEASE)

        outbox.renew(tx, mail_id, 1, NOON + 9 * _LEASE)

        assert len(outbox.due(tx, 1, NOON + 2 * _LEASE)) == 1


def test_a_mail_cut_after_the_dot_is_tried_once_more_and_then_unknown(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        again = []
        for moment in (NOON, _LATER):
            assert outbox.start(tx, mail_id, moment, _LEASE)
            again.append(outbox.unknown(tx, mail_id, _LATER, "cut after the final dot"))
        assert (again, _state(tx, mail_id)) == ([True, False], OutboxState.UNKNOWN)


def test_a_cut_and_a_dead_worker_together_are_two_uncertain_tries(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.unknown(tx, mail_id, NOON, "cut after the final dot")
        outbox.start(tx, mail_id, NOON, _LEASE)
        assert not outbox.start(tx, mail_id, NOON + _LEASE, _LEASE)
        assert _state(tx, mail_id) is OutboxState.UNKNOWN


def test_a_mail_that_a_person_released_is_not_tried_blindly_twice(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        for _ in range(2):
            outbox.start(tx, mail_id, NOON, _LEASE)
            outbox.unknown(tx, mail_id, NOON, "cut")
        outbox.resend(tx, mail_id, NOON, CORA)
        outbox.start(tx, mail_id, NOON, _LEASE)
        assert not outbox.unknown(tx, mail_id, NOON, "cut")


def test_a_person_may_say_that_an_unknown_mail_arrived(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        for _ in range(2):
            outbox.start(tx, mail_id, NOON, _LEASE)
            outbox.unknown(tx, mail_id, NOON, "cut")
        outbox.sent(tx, mail_id, _LATER)
        assert _state(tx, mail_id) is OutboxState.SENT


def test_a_late_word_of_a_try_does_not_undo_what_happened_since(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.sent(tx, mail_id, NOON)
        for word in (outbox.retry, outbox.unknown):
            with pytest.raises(ConflictError, match="sent by now"):
                word(tx, mail_id, _LATER, "late")
        with pytest.raises(ConflictError, match="sent by now"):
            outbox.fail(tx, mail_id, "late")
        with pytest.raises(ConflictError, match="sent by now"):
            outbox.resend(tx, mail_id, _LATER, CORA)


def test_a_mail_that_is_not_there_is_not_found(database):
    with database.begin() as tx:
        assert not outbox.start(tx, 4711, NOON, _LEASE)
        with pytest.raises(NotFoundError, match="outgoing mail 4711"):
            outbox.sent(tx, 4711, NOON)
        with pytest.raises(NotFoundError, match="outgoing mail 4711"):
            outbox.retry(tx, 4711, NOON, "")


def test_automatic_letters_are_counted_by_recipient_and_day(database):
    midnight = NOON.replace(hour=0)
    with database.begin() as tx:
        _put(tx, 1, mail=acknowledgement(1), at=midnight)
        _put(tx, 2, mail=acknowledgement(2, recipient=ADA.upper()), at=midnight + timedelta(hours=23, minutes=59))
        _put(tx, 3, mail=acknowledgement(3), at=midnight - timedelta(seconds=1))
        _put(tx, 4, mail=acknowledgement(4), at=midnight + timedelta(days=1))
        _put(tx, 5, mail=acknowledgement(5, recipient=BEN), at=NOON)
        _put(tx, 6, mail=reply(6), at=NOON)
        assert [outbox.automatic_today(tx, who, NOON.date()) for who in (ADA, BEN, CORA)] == [2, 1, 0]


def test_the_history_tells_every_step_of_a_mail(database):
    with database.begin() as tx:
        mail_id = _put(tx)
        outbox.start(tx, mail_id, NOON, _LEASE)
        outbox.retry(tx, mail_id, _LATER, "451 4.7.1 come back")
        outbox.start(tx, mail_id, _LATER, _LEASE)
        outbox.sent(tx, mail_id, _LATER)
        told = [(event.kind, event.detail.get("attempt"), event.at) for event in events.of_case(tx, 1)[1:]]
    assert told == [
        ("mail-queued", None, NOON),
        ("mail-tried", 1, NOON),
        ("mail-delayed", 1, NOON),
        ("mail-tried", 2, _LATER),
        ("mail-sent", 2, _LATER),
    ]
