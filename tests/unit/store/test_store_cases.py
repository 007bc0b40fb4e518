"""Cases: moves by compare-and-set, leases, and the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_mails import a_case, acknowledgement, reply, walk

from consultant.errors import ConflictError, NotFoundError
from consultant.model.case import ALLOWED_MOVES, CaseState, Step
from consultant.store import cases, events, outbox
from tests.cast import ADA, BEN, CARL, CORA, NOON

_LEASE = timedelta(minutes=5)
_S = CaseState


def _claim(tx, case_id, owner="worker-1", *, now=NOON, state=_S.RECEIVED):
    return cases.claim(tx, case_id, state=state, owner=owner, now=now, lease=_LEASE)


@pytest.mark.parametrize("number", [4711, 0, -1, 2**63, 10**30])
def test_a_case_that_is_not_there_is_not_found(database, number):
    with database.reading() as tx, pytest.raises(NotFoundError, match="there is no case"):
        cases.get(tx, number)


def test_a_move_changes_state_time_and_reason_and_is_told(database):
    later = NOON + timedelta(minutes=1)
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.move(tx, case_id, to=_S.CLOSED, at=later, actor="engine", reason="auto-submitted", expect=_S.RECEIVED)
        case, event = cases.get(tx, case_id), events.of_case(tx, case_id)[-1]
    assert (case.state, case.changed, case.reason) == (_S.CLOSED, later, "auto-submitted")
    assert (event.kind, event.actor, event.at) == ("moved", "engine", later)
    assert event.detail == {"from": "received", "to": "closed", "reason": "auto-submitted"}


def test_a_persons_own_words_stay_out_of_the_history(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.move(tx, case_id, to=_S.SET_ASIDE, at=NOON, actor=CORA, reason="Ms Doe called", expect=_S.RECEIVED)
        assert cases.get(tx, case_id).reason == "Ms Doe called"
        assert events.of_case(tx, case_id)[-1].detail == {"from": "received", "to": "set_aside"}


def test_a_reason_is_kept_only_where_a_case_rests(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.move(tx, case_id, to=_S.ANALYSED, at=NOON, actor="engine", reason="done", expect=_S.RECEIVED)
        assert cases.get(tx, case_id).reason == ""


def test_who_comes_second_meets_a_conflict_and_changes_nothing(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.move(tx, case_id, to=_S.ANALYSED, at=NOON, actor="engine", expect=_S.RECEIVED)
        with pytest.raises(ConflictError, match="analysed by now"):
            cases.move(tx, case_id, to=_S.SET_ASIDE, at=NOON, actor="engine", expect=_S.RECEIVED)
        assert cases.get(tx, case_id).state is _S.ANALYSED
        assert len(events.of_case(tx, case_id)) == 2


def test_a_move_of_no_case_is_not_found(database):
    with database.begin() as tx, pytest.raises(NotFoundError):
        cases.move(tx, 4711, to=_S.ANALYSED, at=NOON, actor="engine", expect=_S.RECEIVED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(tries=st.lists(st.tuples(st.sampled_from(_S), st.sampled_from(_S)), max_size=25))
def test_any_sequence_of_moves_respects_the_table(database, tries):
    expected = _S.RECEIVED
    with database.begin() as tx:
        case_id = cases.add(tx, sender=ADA, received=NOON)
        for expect, to in tries:
            allowed = expect is expected and to in ALLOWED_MOVES[expect]
            try:
                cases.move(tx, case_id, to=to, at=NOON, actor="engine", expect=expect)
            except ConflictError:
                assert not allowed
            else:
                assert allowed
                expected = to
        assert cases.get(tx, case_id).state is expected
        path = [event.detail["to"] for event in events.of_case(tx, case_id)]
        assert all(to in ALLOWED_MOVES[_S(left)] for left, to in zip(["received", *path], path, strict=False))


def test_a_consultant_who_opens_a_case_has_it_alone(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        walk(tx, case_id, _S.DRAFTED)
        cases.open_by(tx, case_id, CORA, NOON)
        with pytest.raises(ConflictError):
            cases.open_by(tx, case_id, CARL, NOON)
        assert cases.get(tx, case_id).opened_by == CORA
        cases.move(tx, case_id, to=_S.DRAFTED, at=NOON, actor=CORA, expect=_S.IN_REVIEW)
        assert cases.get(tx, case_id).opened_by == ""


def test_a_claim_counts_attempts_and_a_move_starts_again(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        attempts = []
        for _ in range(3):
            attempts.append(_claim(tx, case_id).attempt)
            cases.release(tx, case_id, "worker-1")
        cases.move(tx, case_id, to=_S.ANALYSED, at=NOON, actor="engine", expect=_S.RECEIVED)
        assert (attempts, cases.get(tx, case_id).attempts) == ([1, 2, 3], 0)


def test_a_claimed_case_cannot_be_claimed_before_the_lease_ends(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        assert _claim(tx, case_id) is not None
        assert _claim(tx, case_id, "worker-2", now=NOON + _LEASE - timedelta(seconds=1)) is None
        assert _claim(tx, case_id, "worker-2", now=NOON + _LEASE).attempt == 2


def test_a_case_is_claimed_only_in_the_state_asked_for(database):
    with database.begin() as tx:
        assert _claim(tx, a_case(tx), state=_S.APPROVED) is None
        assert _claim(tx, 4711) is None


def test_a_worker_that_lost_its_lease_changes_nothing(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        _claim(tx, case_id)
        _claim(tx, case_id, "worker-2", now=NOON + _LEASE)
        assert not cases.release(tx, case_id, "worker-1")
        assert not cases.postpone(tx, case_id, "worker-1", NOON)
        with pytest.raises(ConflictError, match="another is at work"):
            cases.move(tx, case_id, to=_S.ANALYSED, at=NOON, actor="engine", expect=_S.RECEIVED, owner="worker-1")
        cases.move(tx, case_id, to=_S.ANALYSED, at=NOON, actor="engine", expect=_S.RECEIVED, owner="worker-2")


def test_a_postponed_case_waits(database):
    until = NOON + timedelta(minutes=1)
    with database.begin() as tx:
        case_id = a_case(tx)
        _claim(tx, case_id)
        assert cases.postpone(tx, case_id, "worker-1", until)
        assert _claim(tx, case_id, now=until - timedelta(seconds=1)) is None
        assert cases.due(tx, until - timedelta(seconds=1), 10) == ()
        assert cases.due(tx, until, 10) == ((case_id, Step.ANALYSE),)
        assert _claim(tx, case_id, now=until).attempt == 2


def test_the_machine_is_told_what_to_do_in_each_of_its_states(database):
    with database.begin() as tx:
        numbers = {state: a_case(tx, state) for state in (_S.RECEIVED, _S.ANALYSED, _S.DRAFTED, _S.APPROVED, _S.SENT)}
        for state, case_id in numbers.items():
            walk(tx, case_id, state)
        expected = {(numbers[_S.RECEIVED], Step.ANALYSE), (numbers[_S.ANALYSED], Step.REPLY), (numbers[_S.APPROVED], Step.DELIVER)}
        assert set(cases.due(tx, NOON, 10)) == expected


def test_a_held_case_is_not_due_until_its_lease_ends(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        _claim(tx, case_id)
        assert cases.due(tx, NOON, 10) == ()
        assert cases.due(tx, NOON + _LEASE, 10) == ((case_id, Step.ANALYSE),)


def test_a_case_with_mail_to_send_is_due_whatever_its_state(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="received:1", letter_name="received", mail=acknowledgement(), at=NOON)
        assert set(cases.due(tx, NOON, 10)) == {(case_id, Step.ANALYSE), (case_id, Step.DELIVER)}


def test_an_approved_case_with_its_reply_waiting_is_due_once(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        walk(tx, case_id, _S.APPROVED)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(), at=NOON)
        assert cases.due(tx, NOON, 10) == ((case_id, Step.DELIVER),)


def test_who_has_waited_longest_comes_first(database):
    with database.begin() as tx:
        numbers = [a_case(tx, f"mail {n}", received=NOON - timedelta(minutes=n)) for n in range(5)]
        assert [case_id for case_id, _ in cases.due(tx, NOON, 3)] == numbers[:1:-1]
        assert cases.oldest_waiting(tx) == NOON - timedelta(minutes=4)


def test_nothing_waits_when_people_have_everything(database):
    with database.begin() as tx:
        walk(tx, a_case(tx), _S.DRAFTED)
        assert (cases.due(tx, NOON, 10), cases.oldest_waiting(tx)) == ((), None)


def test_the_list_shows_the_newest_first(database):
    with database.begin() as tx:
        numbers = [a_case(tx, f"mail {n}", received=NOON + timedelta(minutes=n)) for n in range(3)]
        assert [case.id for case in cases.listing(tx)] == numbers[::-1]
        assert [case.id for case in cases.listing(tx, limit=1)] == numbers[-1:]


def test_the_list_can_be_narrowed_to_a_state(database):
    with database.begin() as tx:
        a_case(tx, "stays")
        analysed = a_case(tx, "moves")
        walk(tx, analysed, _S.ANALYSED)
        assert [case.id for case in cases.listing(tx, state=_S.ANALYSED)] == [analysed]


def test_a_search_finds_sender_subject_and_number_but_takes_signs_literally(database):
    with database.begin() as tx:
        knee, hip = a_case(tx, "knee", sender=ADA), a_case(tx, "hip", sender=BEN)
        cases.name_asker(tx, knee, sender=ADA, subject="A knee, 50% off_set")
        cases.name_asker(tx, hip, sender=BEN, subject="A hip")
        found = {
            words: [case.id for case in cases.listing(tx, search=words)]
            for words in ("LAKESIDE", "a HIP", f"#{hip}", "50%", "%", "f_s", "x_y")
        }
    assert found == {"LAKESIDE": [knee], "a HIP": [hip], f"#{hip}": [hip], "50%": [knee], "%": [knee], "f_s": [knee], "x_y": []}


def test_a_search_for_a_huge_number_finds_nothing(database):
    with database.reading() as tx:
        assert cases.listing(tx, search="9" * 40) == ()
        assert cases.listing(tx, search="²") == ()


def test_every_state_is_counted(database):
    with database.begin() as tx:
        a_case(tx, "one")
        walk(tx, a_case(tx, "two"), _S.SENT)
        assert cases.counts(tx) == dict.fromkeys(_S, 0) | {_S.RECEIVED: 1, _S.SENT: 1}


def test_the_asker_is_named_once_the_mail_is_read(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.name_asker(tx, case_id, sender=BEN, subject="A hip")
        case = cases.get(tx, case_id)
        assert (case.sender, case.subject) == (BEN, "A hip")
        with pytest.raises(NotFoundError):
            cases.name_asker(tx, 4711, sender=BEN, subject="")


def test_the_newest_analysis_counts(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        assert cases.latest_analysis(tx, case_id) is None
        cases.save_analysis(tx, case_id, {"kind": "case", "n": 1}, NOON)
        cases.save_analysis(tx, case_id, {"z": 1, "a": [0.1, None], "kind": "audit"}, NOON)
        assert cases.latest_analysis(tx, case_id) == {"z": 1, "a": [0.1, None], "kind": "audit"}
        assert list(cases.latest_analysis(tx, case_id)) == ["z", "a", "kind"]


@pytest.mark.parametrize("words", ["\x00", "\ud800", "É", "//", "'", "\\", "🙂"])
def test_a_search_for_odd_signs_finds_what_holds_them(database, words):
    with database.begin() as tx:
        case_id = a_case(tx)
        cases.name_asker(tx, case_id, sender=ADA, subject=f"a {words} b")
        assert [case.id for case in cases.listing(tx, search=words)] == [case_id]
