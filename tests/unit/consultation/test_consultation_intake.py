from __future__ import annotations

from concurrent.futures import Future

import pytest
from cast import ADA, MAILBOX, NOON

from consultant.consultation import sweep
from consultant.consultation.intake import Intake
from consultant.errors import TemporaryError
from consultant.model.case import CaseState, Step
from consultant.model.message import Envelope, RawMail
from consultant.store.writer import GroupWriter

PATIENCE = 10


@pytest.fixture
def intake(office):
    with GroupWriter(office.services.database, now=office.clock) as writer:
        yield Intake(writer, mailbox=MAILBOX, ring=office.services.ring)


def raw(content: bytes, *to: str) -> RawMail:
    return RawMail(content, Envelope(ADA, to or (MAILBOX,)), NOON)


def test_the_bell_is_rung_after_the_commit(office, intake):
    (kept,) = intake.deliver(raw(b"one")).result(PATIENCE)

    assert office.state(kept.case_id) is CaseState.RECEIVED
    assert office.rung == [(Step.ANALYSE, kept.case_id)]


def test_the_same_mail_again_is_the_same_case(intake):
    first, again = (intake.deliver(raw(b"one")).result(PATIENCE)[0] for _ in range(2))

    assert (first.case_id, again.is_new) == (again.case_id, False)


def test_a_mail_to_several_of_our_addresses_is_one_case(intake):
    assert len(intake.deliver(raw(b"one", MAILBOX, MAILBOX.upper(), "postmaster@consultant.example")).result(PATIENCE)) == 1


def test_nothing_is_rung_for_a_mail_that_is_not_kept(office):
    failed: Future[tuple[()]] = Future()
    failed.set_exception(TemporaryError("the database is away: try again"))

    class BrokenWriter:
        def submit(self, _raw, _recipients):
            return failed

    future = Intake(BrokenWriter(), mailbox=MAILBOX, ring=office.services.ring).deliver(raw(b"one"))

    assert future.exception() is not None
    assert office.rung == []


def test_the_sweep_finds_what_no_bell_announced(office):
    received = office.receive(office.letter())
    analysed = office.receive(office.letter())
    office.do(Step.ANALYSE, analysed)
    drafted = office.drafted()
    office.rung.clear()

    found = sweep.sweep(office.services)

    assert found == len(office.rung)
    assert set(office.rung) >= {(Step.ANALYSE, received), (Step.REPLY, analysed), (Step.DELIVER, drafted)}
    assert (Step.REPLY, drafted) not in office.rung


def test_the_sweep_is_silent_while_many_bells_wait(office):
    office.receive(office.letter())

    assert sweep.sweep(office.services, bells_waiting=lambda: sweep.MOST_AT_ONCE) == 0
    assert office.rung == []
