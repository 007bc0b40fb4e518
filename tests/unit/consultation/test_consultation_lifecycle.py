"""The life of cases against a model: any order of mails, crashes, decisions, bounces, sweeps, purges keeps what we promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from shutil import copy

import pytest
from cast import ADA, CARL, CORA, DOMAIN, MAILBOX, NOON, OTTO
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from office import Clock, Office

from consultant.consultation import delivery, rescue, review, steps
from consultant.consultation.sweep import sweep
from consultant.errors import ConflictError, ConsultantError, PermanentError, TemporaryError, UnknownOutcomeError
from consultant.mail import sender
from consultant.model.case import Step
from consultant.store import cases, drafts, events, outbox, reconcile, retention
from consultant.store.session import Database

_NAMES = st.integers(0, 30)
_OUTCOMES = {
    "taken": None,
    "later": TemporaryError("451 later"),
    "never": PermanentError("550 never"),
    "unknown": UnknownOutcomeError("cut after the dot"),
    "crash": KeyboardInterrupt(),
}


@dataclass
class Server:
    """The outgoing server: what it does next, and what has left towards it."""

    will: str = "taken"
    seen: list[tuple[str, bytes]] = None

    def __call__(self, mail, outbound, *, timeout):
        if self.will in {"taken", "unknown", "crash"}:
            self.seen.append((mail.message_id, mail.content))
        if (error := _OUTCOMES[self.will]) is not None:
            raise error


class Lifecycle(RuleBasedStateMachine):
    """Cases of one office. The model is small: which deliveries came in, which approvals were given, what left."""

    made: object = None
    server: Server = None

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = self.made()
        self.server.seen, self.server.will = [], "taken"
        self.sent_in: dict[bytes, int] = {}
        self.approved: set[int] = set()
        self.purged: set[int] = set()

    # What comes in.

    @rule(number=st.integers(0, 3))
    def a_mail_comes_in_perhaps_again(self, number):
        content = self._letter(number)
        case_id = self.office.receive(content)
        if content in self.sent_in and self.sent_in[content] not in self.purged:
            assert case_id == self.sent_in[content]
        self.sent_in[content] = case_id

    @precondition(lambda self: self.server.seen)
    @rule()
    def a_letter_bounces(self):
        message_id, _ = self.server.seen[-1]
        note = EmailMessage()
        note["From"], note["To"], note["Subject"] = f"postmaster@{DOMAIN}", MAILBOX, "Undelivered mail"
        note["Message-ID"], note["In-Reply-To"], note["Auto-Submitted"] = (
            f"<b{len(self.sent_in)}@lakeside.example>",
            message_id,
            "auto-replied",
        )
        note.set_content("It did not arrive.")
        self.sent_in[note.as_bytes()] = self.office.receive(note.as_bytes(), reverse_path="")

    @precondition(lambda self: self.server.seen)
    @rule()
    def the_asker_answers_in_the_thread(self):
        content = self.office.letter(
            "It was the left heel.", In_Reply_To=self.server.seen[-1][0], References=self.server.seen[-1][0]
        )
        self.sent_in[content] = self.office.receive(content)

    # What the machine does, and how it dies.

    @rule(will=st.sampled_from(sorted(_OUTCOMES)))
    def whatever_is_due_is_done(self, will):
        self.server.will = will
        with self.office.services.database.reading() as tx:
            due = cases.due(tx, self.office.clock(), 50)
        for case_id, step in due:
            self._do(step, case_id)

    @rule(number=_NAMES, step=st.sampled_from(Step))
    def a_bell_rings_for_nothing(self, number, step):
        if (case_id := self._one(number)) is not None:
            self.server.will = "taken"
            self._do(step, case_id)

    @rule(number=_NAMES)
    def a_worker_dies_with_a_case_in_hand(self, number):
        case_id = self._one(number)
        if case_id is None:
            return
        with self.office.services.database.begin() as tx:
            case = cases.get(tx, case_id)
            cases.claim(tx, case_id, state=case.state, owner="dead", now=self.office.clock(), lease=steps.LEASE)

    @rule(minutes=st.sampled_from([0.1, 1, 60]))
    def time_passes_and_the_sweep_looks(self, minutes):
        self.office.clock.forward(minutes=minutes)
        sweep(self.office.services)

    # What persons do.

    @rule(
        number=_NAMES,
        who=st.sampled_from([CORA, CARL]),
        what=st.sampled_from(["open", "release", "approve", "amend", "ask", "decline"]),
    )
    def a_consultant_acts(self, number, who, what):
        case_id = self._one(number)
        if case_id is None:
            return
        services = self.office.services
        newest = self.office.drafts(case_id)[-1:]
        acts = {
            "open": lambda: review.open_case(services, case_id, who),
            "release": lambda: review.release(services, case_id, who),
            "approve": lambda: review.approve(services, case_id, who, newest[0].hash if newest else ""),
            "amend": lambda: review.amend(services, case_id, who, "In my own words."),
            "ask": lambda: review.ask(services, case_id, who, "Which side?"),
            "decline": lambda: review.decline(services, case_id, who, "not a coding question"),
        }
        try:
            acts[what]()
        except ConsultantError:
            return
        if what in {"approve", "ask", "decline"}:
            self.approved.add(case_id)

    @rule(number=_NAMES, what=st.sampled_from([rescue.let_through, rescue.send_again]))
    def ops_take_a_case_back(self, number, what):
        case_id = self._one(number)
        if case_id is None:
            return
        try:
            what(self.office.services, case_id, OTTO)
        except ConsultantError:
            return

    @rule()
    def old_words_are_removed(self):
        with self.office.services.database.begin() as tx:
            before = self.office.clock() - timedelta(minutes=30)
            self.purged |= set(retention.purge(tx, before=before, at=self.office.clock(), actor=OTTO))

    # What always holds.

    @invariant()
    def the_books_balance_and_the_chain_is_whole(self):
        with self.office.services.database.reading() as tx:
            balance = reconcile.count(tx)
        assert balance.holds, balance

    @invariant()
    def nobody_gets_two_different_replies_or_one_without_approval(self):
        with self.office.services.database.reading() as tx:
            for case in cases.listing(tx):
                replies = [mail for mail in outbox.of_case(tx, case.id) if mail.letter_name in {"reply", "declined"}]
                decided = [one for one in drafts.decisions(tx, case.id) if one.action != "amend"]
                assert len(replies) == len(decided)
                assert not replies or case.id in self.approved
                versions = [draft.version for draft in drafts.all_of(tx, case.id)]
                assert versions == list(range(1, len(versions) + 1))

    @invariant()
    def the_same_message_id_is_the_same_bytes_and_goes_out_twice_at_most_by_itself(self):
        contents: dict[str, bytes] = {}
        for message_id, content in self.server.seen:
            assert contents.setdefault(message_id, content) == content
        with self.office.services.database.reading() as tx:
            released = sum(event.kind == "mail-released" for event in events.latest(tx, 10_000))
        for message_id in contents:
            assert sum(seen == message_id for seen, _ in self.server.seen) <= 2 + 2 * released

    def _do(self, step: Step, case_id: int) -> None:
        try:
            self.office.do(step, case_id)
        except KeyboardInterrupt:
            # The process died there: whatever it held runs out by itself.
            return
        except ConflictError:
            return

    def _one(self, number: int) -> int | None:
        with self.office.services.database.reading() as tx:
            ids = [case.id for case in cases.listing(tx)]
        return ids[number % len(ids)] if ids else None

    def _letter(self, number: int) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ADA, MAILBOX, "heel", f"<m{number}@lakeside.example>"
        mail.set_content(f"Bone density of the heel by ultrasound, number {number}. Which code?")
        return mail.as_bytes()

    def teardown(self) -> None:
        self.office.services.database.close()


@pytest.fixture
def lifecycle(office, empty_database, tmp_path, monkeypatch):
    server, opened = Server(), []

    def made() -> Office:
        file = copy(empty_database, tmp_path / f"{len(opened)}.sqlite")
        opened.append(file)
        clock = Clock()
        assert clock() == NOON
        return Office(replace(office.services, database=Database(f"sqlite:///{file}"), now=clock), clock)

    monkeypatch.setattr(sender, "send", server)
    monkeypatch.setattr(delivery, "_RENEW_SECONDS", 60.0)
    return type("OfficeLifecycle", (Lifecycle,), {"made": staticmethod(made), "server": server})


def test_any_order_of_mails_crashes_decisions_and_purges_keeps_the_promises(lifecycle):
    options = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lifecycle, settings=options)


@pytest.mark.slow
@pytest.mark.faults
def test_many_more_orders_keep_the_promises_too(lifecycle):
    options = settings(max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lifecycle, settings=options)
