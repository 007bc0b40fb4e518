"""Accounts: who is counted, who is told what is left, who registers by mail, and whose mail waits for a quota."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from types import MappingProxyType

import pytest
from case_texts import HEEL
from cast import ADA, BEN, DOMAIN, MALLORY

from consultant.consultation import quotas, rescue
from consultant.consultation.plans import Plan, Plans
from consultant.consultation.services import AdmissionMode
from consultant.consultation.sweep import sweep
from consultant.model.case import CaseState, Step
from consultant.store import accounts, charges, reconcile
from consultant.store.accounts import Standing

RELAY = "192.0.2.25"
PLANS = Plans(guest=1, registered=2, named=MappingProxyType({"practice": 3}))


@pytest.fixture
def counting(office):
    """An office that counts consultations."""
    return office.with_(admission=AdmissionMode.ACCOUNTS, trusted_relays=(RELAY,), plans=PLANS)


def write(office, text=HEEL, *, sender=ADA, **headers: str):
    """A verified mail comes in and is read; its case."""
    passed = f"{DOMAIN}; dmarc=pass header.from={sender.rpartition('@')[2]}"
    content = office.letter(text, sender=sender, Authentication_Results=passed, **headers)
    case_id = office.receive(content, reverse_path=sender, peer=RELAY)
    office.do(Step.ANALYSE, case_id)
    return office.case(case_id)


def letters(office, case):
    """The letters that a case has in the outbox, by name, as mails."""
    return {mail.letter_name: message_from_bytes(mail.mail.content, policy=policy.default) for mail in office.outbox(case.id)}


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def register(office, address, *, plan=""):
    with office.services.database.begin() as tx:
        accounts.add_asker(tx, address, plan=plan)


def stand(office, address, standing):
    with office.services.database.begin() as tx:
        accounts.set_standing(tx, address, standing)


def test_a_guest_gets_one_consultation_and_hears_how_to_register(counting):
    case = write(counting)

    assert case.state is CaseState.ANALYSED
    assert "last consultation as a guest. Registered askers have 2 a month. To register" in text_of(
        letters(counting, case)["received"]
    )


def test_a_second_mail_of_a_guest_is_kept_and_told_once(counting):
    write(counting)
    second, third = write(counting), write(counting)

    assert [(case.state, case.reason) for case in (second, third)] == [(CaseState.QUARANTINED, "over-quota:guest")] * 2
    assert "We have your mail and keep it" in text_of(letters(counting, second)["held"])
    assert letters(counting, third) == {}
    assert counting.rung[-3:].count((Step.DELIVER, second.id)) == 1


def test_an_unverified_guest_hears_nothing(counting):
    case_id = counting.receive(counting.letter(), peer="203.0.113.5")
    counting.do(Step.ANALYSE, case_id)

    assert counting.case(case_id).reason == "not-verified: not-from-a-trusted-relay"
    assert counting.outbox(case_id) == ()


def test_a_registered_asker_has_a_number_a_month_and_hears_what_is_left(counting):
    register(counting, ADA)
    first, second, third = write(counting), write(counting), write(counting)

    assert [case.state for case in (first, second, third)] == [CaseState.ANALYSED, CaseState.ANALYSED, CaseState.QUARANTINED]
    assert "1 consultation left of 2 a month" in text_of(letters(counting, first)["received"])
    assert "0 consultations left of 2 a month" in text_of(letters(counting, second)["received"])
    assert "2 consultations a month are used up" in text_of(letters(counting, third)["held"])
    assert "taken up on December 1, 2026" in text_of(letters(counting, third)["held"])


def test_what_was_held_goes_on_when_the_month_turns_the_oldest_first(counting):
    register(counting, ADA)
    cases = [write(counting) for _ in range(6)]
    assert sweep(counting.services) >= 0
    assert [counting.state(case.id) for case in cases[2:]] == [CaseState.QUARANTINED] * 4

    counting.clock.time = datetime(2026, 12, 1, 0, 0, 5, tzinfo=UTC)
    assert quotas.release_due(counting.services) == 2
    for case in cases[2:4]:
        counting.do(Step.ANALYSE, case.id)
    assert quotas.release_due(counting.services) == 0

    assert [counting.state(case.id) for case in cases[2:]] == [CaseState.ANALYSED] * 2 + [CaseState.QUARANTINED] * 2
    # "Held" told of the month before; now "received" is due as well, under another Message-ID.
    assert sorted(letters(counting, cases[2])) == ["held", "received"]
    with counting.services.database.reading() as tx:
        assert reconcile.count(tx).holds


def test_a_practice_is_counted_as_one_under_its_domain(counting):
    register(counting, "@hillclinic.example", plan="practice")
    states = [write(counting, sender=f"{name}@hillclinic.example").state for name in ("ann", "bob", "cyd", "dan")]

    assert states == [CaseState.ANALYSED] * 3 + [CaseState.QUARANTINED]


def test_the_address_counts_before_the_domain(counting):
    register(counting, "@hillclinic.example", plan="practice")
    stand(counting, BEN, Standing.BLOCKED)

    assert write(counting, sender=BEN).reason == "blocked"
    assert write(counting, sender="ann@hillclinic.example").state is CaseState.ANALYSED


@pytest.mark.parametrize("mode", list(AdmissionMode))
def test_who_is_blocked_is_kept_out_in_silence_under_every_admission(counting, mode):
    office = counting.with_(admission=mode, allowlist=(MALLORY,))
    stand(office, "@evil.example", Standing.BLOCKED)
    case = write(office, sender=MALLORY)

    assert (case.state, case.reason) == (CaseState.QUARANTINED, "blocked")
    assert letters(office, case) == {}


def test_who_is_allowed_has_no_limit_and_hears_of_none(counting):
    stand(counting, ADA, Standing.ALLOWED)
    cases = [write(counting) for _ in range(4)]

    assert {case.state for case in cases} == {CaseState.ANALYSED}
    assert "consultation" not in text_of(letters(counting, cases[0])["received"]).replace("Coding consultation service", "")


def test_a_mail_that_came_to_nothing_is_given_back(counting):
    assert write(counting, "\n", subject="").state is CaseState.CLOSED
    assert write(counting).state is CaseState.ANALYSED


def test_an_answer_in_the_thread_costs_nothing(counting):
    case = write(counting)
    (received,) = counting.outbox(case.id)
    answer = write(counting, "It was the left heel.", In_Reply_To=received.mail.message_id)

    assert answer.reason == f"joined:{case.id}"
    with counting.services.database.reading() as tx:
        assert charges.used(tx, ADA, "guest") == 1


def test_a_person_lets_a_held_mail_through_without_its_being_counted(counting):
    write(counting)
    held = write(counting)
    rescue.let_through(counting.services, held.id, "otto")
    counting.do(Step.ANALYSE, held.id)

    assert counting.state(held.id) is CaseState.ANALYSED


def test_a_guest_registers_by_mail_and_what_was_held_goes_on(counting):
    write(counting)
    held = write(counting)
    asked = write(counting, "Hello, please register me. Thanks, Ada", subject="REGISTER")
    letter = letters(counting, asked)["registration"]
    confirmed = write(counting, "OK", subject=f"Re: {letter['Subject']}", In_Reply_To=letter["Message-ID"])

    assert (asked.state, asked.reason) == (CaseState.CLOSED, "registration-asked")
    assert (confirmed.state, confirmed.reason) == (CaseState.CLOSED, "registered")
    assert "registered with 2 consultations a month" in text_of(letters(counting, confirmed)["registered"])
    assert quotas.release_due(counting.services) == 1
    counting.do(Step.ANALYSE, held.id)
    assert counting.state(held.id) is CaseState.ANALYSED


def test_a_token_registers_nobody_else_and_not_for_ever(counting):
    letter = letters(counting, write(counting, "Register me", subject="Register"))["registration"]
    stolen = write(counting, "register", sender=MALLORY, subject=letter["Subject"])
    counting.clock.forward(days=20)
    late = write(counting, "OK", subject=f"Re: {letter['Subject']}")

    # Both are asked to confirm, each with a token of their own.
    for case in (stolen, late):
        assert (case.reason, [*letters(counting, case)]) == ("registration-asked", ["registration"])
    with counting.services.database.reading() as tx:
        assert accounts.askers(tx) == ()


def test_who_was_disabled_does_not_come_back_by_mail(counting):
    register(counting, ADA)
    with counting.services.database.begin() as tx:
        accounts.disable_asker(tx, ADA)

    assert write(counting, "register", subject="register").reason == "not-registered"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Registration", "Patient registration error: 99213 was billed for a nurse visit. Which code is right?"),
        ("Register", HEEL),
        ("tumor registry", "Abstracting for the registry, 19301 with SLNB. Modifier?"),
    ],
)
def test_a_case_that_speaks_of_registration_is_a_case(counting, subject, text):
    assert write(counting, text, subject=subject).state is CaseState.ANALYSED


@pytest.mark.parametrize(
    "text", ["status?", "Hi,\n\nany update on this case? Thank you\nAda", "What's the status of case 1, please?"]
)
def test_status_by_reply_is_told_and_changes_nothing(counting, text):
    case = write(counting)
    (received,) = counting.outbox(case.id)
    asked = write(counting, text, subject=f"Re: Case {case.id}: we have your mail", In_Reply_To=received.mail.message_id)

    assert (asked.state, asked.reason) == (CaseState.CLOSED, f"status-of-case-{case.id}")
    letter = letters(counting, asked)["status"]
    assert f"case {case.id}: it has been read" in text_of(letter)
    assert letter["Auto-Submitted"] == "auto-replied"
    assert counting.state(case.id) is CaseState.ANALYSED
    with counting.services.database.reading() as tx:
        assert charges.used(tx, ADA, "guest") == 1


def test_status_is_told_to_nobody_but_the_asker_and_not_without_end(counting):
    case = write(counting)
    (received,) = counting.outbox(case.id)
    stranger = write(counting, "status?", sender=BEN, In_Reply_To=received.mail.message_id)
    asked = [write(counting, "status?", In_Reply_To=received.mail.message_id) for _ in range(12)]

    assert "status" not in letters(counting, stranger)
    assert sum("status" in letters(counting, one) for one in asked) == counting.services.daily_limit - 1


def test_a_clinical_status_is_an_answer(counting):
    case = write(counting)
    (received,) = counting.outbox(case.id)

    assert write(counting, "Status post fracture.", In_Reply_To=received.mail.message_id).reason == f"joined:{case.id}"


def test_a_month_begins_on_the_first_and_december_is_followed_by_january():
    plan = Plan("registered", 5, is_monthly=True)
    late = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

    assert (plan.since(late), plan.renewed(late)) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "limit"), [("", 2), ("registered", 2), ("practice", 3), ("40", 40), ("unlimited", None), ("gone", 2)]
)
def test_a_plan_is_a_name_a_number_or_no_limit(name, limit):
    assert PLANS.of_account(name).consultations == limit


def test_letters_of_the_service_name_no_subject_of_the_asker(counting):
    write(counting)
    held = write(counting, subject="John Q. Public MRN 1234567")

    (letter,) = letters(counting, held).values()
    assert not re.search(r"Public|1234567", letter.as_string())
