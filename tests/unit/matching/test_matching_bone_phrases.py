"""Short mails about bone density whose words once misled the reading, against the real knowledge."""

from __future__ import annotations

from datetime import date

import pytest

from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher

RECEIVED = date(2026, 11, 20)


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


@pytest.mark.parametrize(
    ("text", "lines", "diagnoses"),
    [
        ("Bone density of the heel by ultrasound. Code?", {"76977"}, set()),
        (
            "My doc wants to know if 77085 is right: axial DXA w VFA, hospital-owned machine, we only read it.",
            {"77085-26"},
            set(),
        ),
        ("FEA w/ VFA on chest/abd CT done 3 wks ago for something else.", {"0743T"}, set()),
        ("DXA hip spine, osteopenia left femoral neck", {"77080"}, {"M85.852"}),
        ("ultrasound on the heel plus DXA of spine", {"76977", "77080"}, set()),
        ("Unable to do DXA. Heel ultrasound instead.", {"76977"}, set()),
        ("DXA of the hip, technical by hospital, interpretation done by us", {"77080-26"}, set()),
        ("DXA hip. The machine belongs to the hospital.", {"77080-26"}, set()),
        ("DXA of the spine on a hospital-owned machine.", {"77080-26"}, set()),
    ],
)
def test_a_short_mail_is_read_as_meant(text: str, lines: set[str], diagnoses: set[str], matcher: Matcher):
    reading = matcher.read(text, RECEIVED)
    assert lines == {"-".join((line.code, *line.modifiers)) for line in reading.procedures}
    assert diagnoses == {diagnosis.code for diagnosis in reading.diagnoses}
