from __future__ import annotations

import pytest
from claims import line, proposed, reading
from coding_asserts import checked, hits, of
from coding_tables import Few, with_tables

from consultant.coding.rules.units import RULE
from consultant.knowledge.official_kinds import Setting
from consultant.model.finding import Outcome, Severity

PRACTITIONER, HOSPITAL = Setting.PRACTITIONER, Setting.HOSPITAL


def table(adjudication: int, units: int = 2):
    return with_tables(Few(mues={("20610", PRACTITIONER): (units, adjudication)}))


def test_the_table_goes_before_what_the_family_writes():
    (hit,) = hits(checked(RULE, reading(ours=(line("77080", units=2),)), with_tables(Few(mues={("77080", PRACTITIONER): (1, 3)}))))

    assert (hit.severity, hit.edition) == (Severity.WARNING, "2026 Q4")


def test_without_a_table_the_family_answers():
    (hit,) = hits(checked(RULE, reading(ours=(line("77080", units=2),))))

    assert hit.severity is Severity.ERROR
    assert "MAI 2" in hit.text


def test_by_line_each_line_counts_for_itself():
    two_lines = reading(ours=(line("20610", modifiers=("RT",), units=2), line("20610", modifiers=("LT",), units=2)))

    assert hits(checked(RULE, two_lines, table(1))) == ()


@pytest.mark.parametrize(("adjudication", "severity"), [(2, Severity.ERROR), (3, Severity.WARNING)])
def test_by_day_the_lines_are_added_up(adjudication, severity):
    two_lines = reading(ours=(line("20610", modifiers=("RT",), units=2), line("20610", modifiers=("LT",), units=1)))

    (hit,) = hits(checked(RULE, two_lines, table(adjudication)))

    assert hit.severity is severity
    assert "3 units" in hit.text
    assert "allows 2 a day" in hit.text


def test_an_edit_of_zero_says_that_none_is_paid():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("20610"),)), table(2, units=0)))

    assert "1 unit, " in hit.text
    assert "none is paid" in hit.text


def test_units_within_the_edit_are_clean():
    (clean,) = of(Outcome.CLEAN, checked(RULE, reading(ours=(line("20610", units=2),)), table(3)))

    assert clean.codes == ("20610",)


def test_a_code_that_neither_has_is_said_to_be_unknown_and_why():
    unwritten, unlisted = (
        of(Outcome.NO_DATA, checked(RULE, reading(ours=(line("64636"),)), knowledge))[0]
        for knowledge in (with_tables(Few()), table(2))
    )

    assert "written down here" in unwritten.text
    assert "not published" in unlisted.text


def test_a_facility_claim_asks_the_hospital_table_and_never_the_family():
    facility = reading(ours=(line("77080", units=2),), facts=(("claim", "facility"),))
    hospital = with_tables(Few(mues={("77080", HOSPITAL): (1, 2)}))

    assert len(hits(checked(RULE, facility, hospital))) == 1
    assert hits(checked(RULE, facility, with_tables(Few()))) == ()


def test_an_assistants_line_counts_on_its_own_claim():
    both = reading(theirs=(proposed("20610", modifiers=("RT",)), proposed("20610", modifiers=("AS", "RT"))))

    assert hits(checked(RULE, both, table(2, units=1))) == ()
