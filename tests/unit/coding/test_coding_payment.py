"""Rules on what a payer makes of a code: Category III and Medicare's status indicator."""

from __future__ import annotations

from datetime import date

import pytest
from claims import RVU, line, newts_reading, proposed, reading
from coding_asserts import checked, hits

from consultant.coding.rules import category_iii, medicare_status
from consultant.model.finding import Outcome, Severity


def test_a_category_iii_code_tells_its_sunset_and_that_the_payer_decides():
    (hit,) = hits(checked(category_iii.RULE, reading(ours=(line("0743T"),))))

    assert hit.severity is Severity.INFO
    assert "Category III" in hit.text
    assert "January 2028" in hit.text
    assert "before an unlisted code" in hit.text
    assert "carrier policy" in hit.text


def test_it_is_taken_before_the_unlisted_code_that_the_asker_names():
    (hit,) = hits(checked(category_iii.RULE, reading(ours=(line("0743T"),), theirs=(proposed("76499"),))))

    assert "before 76499" in hit.text


def test_after_its_sunset_month_it_has_to_be_looked_up():
    (hit,) = hits(checked(category_iii.RULE, reading(ours=(line("0743T"),), on=date(2028, 1, 1))))

    assert hit.severity is Severity.WARNING
    assert "check that it still stands" in hit.text


def test_codes_that_a_question_decides_between_are_told_early():
    (hit,) = hits(checked(category_iii.RULE, newts_reading()))

    assert hit.codes == ("0554T", "0743T")


def test_a_category_i_code_is_clean():
    (finding,) = checked(category_iii.RULE, reading(ours=(line("77085"),)))

    assert finding.outcome is Outcome.CLEAN


def test_the_status_names_the_release_it_was_read_from():
    (hit,) = hits(checked(medicare_status.RULE, reading(ours=(line("0750T"),))))

    assert f"Medicare's fee schedule ({RVU}) lists 0750T with status N, non-covered." in hit.text
    assert hit.edition == RVU


@pytest.mark.parametrize(
    ("payer", "severity", "words"),
    [("medicare", Severity.WARNING, "Expect no payment"), ("commercial", Severity.INFO, "makes its own policy")],
)
def test_the_advice_depends_on_the_payer_that_the_mail_names(payer, severity, words):
    (hit,) = hits(checked(medicare_status.RULE, reading(ours=(line("0750T"),), facts=(("payer", payer),))))

    assert hit.severity is severity
    assert words in hit.text


def test_no_payer_is_named_when_the_mail_names_none():
    (hit,) = hits(checked(medicare_status.RULE, reading(ours=(line("0750T"),))))

    assert "payer" not in hit.text.lower()


def test_a_priced_code_is_clean_and_an_unknown_status_is_no_data():
    outcomes = {one.codes: one.outcome for one in checked(medicare_status.RULE, reading(ours=(line("77085"), line("J1010"))))}

    assert outcomes == {("77085",): Outcome.CLEAN, ("J1010",): Outcome.NO_DATA}


def test_a_proposed_code_is_looked_at_only_while_we_have_none():
    assert hits(checked(medicare_status.RULE, reading(ours=(line("77085"),), theirs=(proposed("0749T"),)))) == ()
    assert len(hits(checked(medicare_status.RULE, reading(theirs=(proposed("0749T"),))))) == 1
