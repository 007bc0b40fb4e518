"""Canary: names and numbers planted in mails are nowhere but in the mail store: no log, broker, task, Flower or traceback."""

from __future__ import annotations

import base64
import json
import os
import urllib.request

import psutil
import pytest
from service_kit import Service, wait_for
from smtp_sink import Behaviour

from consultant.model.case import CaseState
from consultant.store import events
from consultant.store.sealing import Keyring
from consultant.store.session import Database

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CANARIES = ("Zebediah", "Quux", "99887766", "1951-03-04")
TEXT = "Patient Zebediah Quux, MRN 99887766, born 1951-03-04. Heel ultrasound, which code? Number {}."
# A defect of ours that puts words of the mail into an exception, and one of a library that writes them to its log.
INDISCREET = """
import logging
import consultant.consultation.analysis as analysis

honest = analysis.analyse

def analyse(text, received, knowledge):
    if "Number 2." in text:
        logging.getLogger("some.library").error("cannot read MRN 99887766 of ada@lakeside.example")
        raise ValueError(text)
    return honest(text, received, knowledge)

analysis.analyse = analyse
"""


def flower_says(service: Service) -> str:
    with urllib.request.urlopen(f"{service.run['flower']}/api/tasks", timeout=10) as answer:  # noqa: S310  (our own address)
        return answer.read().decode()


def test_no_planted_name_or_number_is_anywhere_but_sealed_in_the_database(service, sink):
    key = base64.b64encode(os.urandom(32)).decode()
    service.sabotage(INDISCREET)
    service.variables |= {"CONSULTANT_ENCRYPTION_KEY": key, "FLOWER_UNAUTHENTICATED_API": "true", "CONSULTANT_LOG_LEVEL": "DEBUG"}
    service.start("--flower", "127.0.0.1:0")
    service.send(1, text=TEXT)
    service.send(2, text=TEXT)
    wait_for(lambda: CaseState.DRAFTED in service.states(), "the good one is drafted")
    wait_for(lambda: CaseState.QUARANTINED in service.states(), "the other fails three times", seconds=58)
    drafted = next(case.id for case in service.cases() if case.state is CaseState.DRAFTED)
    sink.will(Behaviour.PERMANENT_AT_RCPT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSULTANT_ENCRYPTION_KEY", key)
        service.approve(drafted)
    wait_for(lambda: CaseState.SET_ASIDE in service.states(), "the reply is refused")
    wait_for(lambda: "consultant.analyse" in flower_says(service), "Flower has seen the tasks")
    seen = {"flower": flower_says(service)}
    seen["commands"] = " ".join(" ".join(psutil.Process(pid).cmdline()) for pid in service.seen if psutil.pid_exists(pid))
    with Database(f"sqlite:///{service.home / 'consultant.sqlite'}", keyring=Keyring.of(key)) as database, database.reading() as tx:
        seen["history"] = json.dumps([event.detail for event in map(plain, events.latest(tx, 1000))])
    service.stop()
    seen |= {str(file): file.read_text(errors="replace") for file in service.home.rglob("*") if file.is_file()}

    assert "step failed" in seen[str(service.log)]
    assert any("consultant.sqlite" in place for place in seen)
    found = {(place, canary) for place, text in seen.items() for canary in CANARIES if canary in text}
    assert found == set()


def plain(event: events.Event) -> events.Event:
    """The event, whose detail is a mapping that JSON may not know."""
    return events.Event(event.seq, event.case_id, event.at, event.actor, event.kind, dict(event.detail))
