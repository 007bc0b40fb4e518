"""An imported order file of a later year answers for the dates of service from its first day on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from importers_cast import load

from consultant.coding import chain
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind
from consultant.matching.match import match
from consultant.model.finding import Outcome, Severity

BEFORE, AFTER = date(2026, 9, 1), date(2026, 11, 20)


def order_line(number: int, code: str, title: str, *, billable: bool = True) -> str:
    """A line of the order file: number, code without its dot, whether it may be reported, short and long title."""
    return f"{number:05} {code.replace('.', ''):7} {int(billable)} {title[:60]:60} {title}"


@pytest.fixture(scope="module")
def with_next_year(small_file: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("next-year")
    file = folder / "icd10cm_order_2027.txt"
    lines = [
        order_line(1, "A90", "Dengue fever [classical dengue]", billable=False),
        order_line(2, "A90.1", "Dengue fever of the made-up kind"),
        order_line(3, "M81.0", "Age-related osteoporosis without current pathological fracture"),
    ]
    file.write_text("\r\n".join(lines) + "\r\n")
    load(Kind.ICD10CM_ORDER, file, folder / "official.sqlite")
    opened = Knowledge.open(small_file, official=Official.open(folder / "official.sqlite"))
    yield opened
    opened.close()


def test_the_date_of_service_decides_which_release_answers(with_next_year):
    assert with_next_year.icd10cm_edition(AFTER) == "2026-10-01"
    assert (with_next_year.billable("A90", BEFORE), with_next_year.billable("A90", AFTER)) == (True, False)
    assert (with_next_year.billable("A90.1", BEFORE), with_next_year.billable("A90.1", AFTER)) == (False, True)


def test_a_diagnosis_that_the_new_release_has_split_is_left_out_for_its_days_only(with_next_year):
    reading = match("Dx: dengue fever. Age-related osteoporosis. Please code.", AFTER, with_next_year)
    after = chain.run(reading, with_next_year, AFTER)
    before = chain.run(reading, with_next_year, BEFORE)

    assert "A90" in {one.code for one in before.reading.diagnoses}
    assert {one.code for one in after.reading.diagnoses} == {"M81.0"}
    errors = [one for one in after.findings if one.outcome is Outcome.HIT and one.severity is Severity.ERROR]
    assert [(one.codes, one.edition) for one in errors] == [(("A90",), "2026-10-01")]
