"""The gate: what a mail tells of a patient's identity stays in the mail."""

from __future__ import annotations

import pytest
from case_texts import HEEL

from consultant.consultation import review
from consultant.model.case import Step
from consultant.store import cases

NAMED = f"{HEEL}\nPatient: Mary Whitfield, DOB 03/04/1950, MRN 48291345.\nMary Whitfield has osteoporosis."


def told(office, case_id):
    return "".join(mail.mail.content.decode() for mail in office.outbox(case_id))


def test_the_received_letter_asks_for_the_minimum_and_repeats_nothing(office):
    case_id = office.receive(office.letter(NAMED))
    office.do(Step.ANALYSE, case_id)

    letter = " ".join(told(office, case_id).split())
    assert "seems to identify a patient" in letter
    assert "minimum necessary" in letter
    assert not any(words in letter for words in ("Whitfield", "03/04/1950", "48291345"))


def test_a_mail_without_identifiers_is_not_warned(office):
    case_id = office.receive(office.letter())
    office.do(Step.ANALYSE, case_id)

    assert "minimum necessary" not in " ".join(told(office, case_id).split())


def test_an_amended_letter_loses_the_name_and_the_stored_text_keeps_it(office):
    case_id = office.drafted(office.letter(NAMED))
    review.amend(office.services, case_id, "cora", "For Mary Whitfield (48291345) bill 76977.")

    newest = office.drafts(case_id)[-1].letter
    assert "For [name removed] ([record number removed]) bill 76977." in newest.text
    assert "Whitfield" not in newest.html
    with office.services.database.reading() as tx:
        analysis = cases.latest_analysis(tx, case_id)
    assert "Mary Whitfield" in analysis["text"]


@pytest.mark.parametrize("gate", [True, False])
def test_the_gate_is_a_setting(office, gate):
    office = office.with_(phi_gate=gate)
    case_id = office.drafted(office.letter(NAMED))
    review.amend(office.services, case_id, "cora", "For Mary Whitfield bill 76977.")

    assert ("Whitfield" in office.drafts(case_id)[-1].letter.text) is not gate
