"""Poison: mails that hang, starve or crash whoever reads them, with good ones behind."""

from __future__ import annotations

import pytest
from service_kit import wait_for

from consultant.model.case import CaseState

pytestmark = pytest.mark.faults

GOOD = 20
# Loaded by every Python program of the service at its start; stands for defects that no test has found yet.
SABOTAGE = """
import os, re
import consultant.consultation.analysis as analysis

honest = analysis.analyse

def analyse(text, received, knowledge):
    if "hangs" in text:
        re.match("(a|aa)+$", "a" * 200 + "b")
    if "starves" in text:
        bytearray(4 * 1024 ** 3)
    if "crashes" in text:
        os.kill(os.getpid(), 11)
    return honest(text, received, knowledge)

analysis.analyse = analyse
"""


KINDS = ("hangs", "starves", "crashes")


def test_poison_mails_are_quarantined_after_three_tries_and_the_good_ones_pass(service):
    service.sabotage(SABOTAGE)
    service.start()

    for number, kind in enumerate(KINDS):
        service.send(number, text=f"The heel ultrasound of this mail {kind} the reader.")
    service.send_many(list(range(len(KINDS), len(KINDS) + GOOD)))

    wait_for(lambda: service.states().count(CaseState.DRAFTED) == GOOD, "the good ones are drafted", seconds=30)
    wait_for(lambda: service.states().count(CaseState.QUARANTINED) == len(KINDS), "the poison is quarantined", seconds=58)
    poison = [case for case in service.cases() if case.state is CaseState.QUARANTINED]
    assert {case.reason for case in poison} == {"poison"}
    assert service.drafts_of_each().count(1) == GOOD
    assert service.books_balance()
