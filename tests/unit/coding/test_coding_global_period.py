from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from claims import line, proposed, reading
from coding_asserts import checked, hits, of
from coding_tables import Few, fee, with_tables

from consultant.coding import dates
from consultant.coding.rules.global_period import RULE
from consultant.model.finding import Outcome, Severity

DAYS = with_tables(Few(fees=(fee("27447", global_days="090"), fee("11102", global_days="000"), fee("99213"), fee("71046"))))
NOVEMBER = date(2026, 11, 16)


def claim(*lines: tuple[str, tuple[str, ...]], facts: tuple[tuple[str, str], ...] = ()):
    return reading(theirs=tuple(proposed(code, modifiers=modifiers) for code, modifiers in lines), facts=facts)


@pytest.mark.parametrize(
    ("visit", "operation", "says"),
    [
        ((), "11102", "only with 25"),
        ((), "27447", "only with 57"),
        (("57",), "11102", "takes 25"),
        (("25",), "27447", "takes 57, not 25"),
    ],
)
def test_a_visit_beside_an_operation_takes_the_modifier_of_its_global_days(visit, operation, says):
    (hit,) = hits(checked(RULE, claim(("99213", visit), (operation, ())), DAYS))

    assert (hit.codes[0], hit.severity) == ("99213", Severity.WARNING)
    assert says in hit.text


@pytest.mark.parametrize(("visit", "operation"), [(("25",), "11102"), (("57",), "27447"), ((), "71046")])
def test_a_visit_with_the_right_modifier_is_clean(visit, operation):
    findings = checked(RULE, claim(("99213", visit), (operation, ())), DAYS)

    assert hits(findings) == ()
    assert len(of(Outcome.CLEAN, findings)) == 1


def test_a_step_that_the_mail_tells_otherwise_is_an_error():
    (hit,) = hits(checked(RULE, claim(("27447", ("58",)), facts=(("postoperative", "return"),)), DAYS))

    assert hit.severity is Severity.ERROR
    assert "it is 78" in hit.text


def test_the_days_since_the_operation_before_are_counted():
    told = replace(claim(("27447", ("79",))), text="Right knee done 10/05/2026, left now.", date_of_service=NOVEMBER)

    (hit,) = hits(checked(RULE, told, DAYS))

    assert "42 days, inside the 90 global days" in hit.text


def test_without_a_stated_date_of_service_the_last_day_told_is_the_services():
    told = replace(
        claim(("27447", ("79",))), text="Right done 10/05/2026, left done 11/16/2026.", date_of_service=date(2026, 11, 20)
    )

    (hit,) = hits(checked(RULE, told, DAYS))

    assert "October 5, 2026 it is 42 days" in hit.text


def test_a_code_whose_global_days_nobody_knows_is_said_to_be_unknown():
    beside_visit = claim(("99213", ("25",)), ("20610", ()))

    assert [one.outcome for one in checked(RULE, beside_visit, with_tables(Few()))] == [Outcome.NO_DATA]
    assert checked(RULE, claim(("20610", ())), with_tables(Few())) == ()


def test_days_of_a_text_are_found_in_every_form_and_nonsense_is_none():
    text = "Seen 10/05/2026 and 2026-11-01, POD 3, not 13/40/2026 nor 11/20/2030 nor 1/2/2001."

    assert dates.earlier(text, NOVEMBER) == (date(2026, 10, 5), date(2026, 11, 1), date(2026, 11, 13))


def test_no_operation_and_no_visit_is_clean_of_global_days():
    (clean,) = checked(RULE, reading(ours=(line("71046"),)), DAYS)

    assert (clean.outcome, clean.edition) == (Outcome.CLEAN, "RVU26D")
