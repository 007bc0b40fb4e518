from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from claims import code as family_code
from claims import family, line, proposed, reading
from coding_asserts import checked, hits, of
from coding_tables import Few, fee, with_tables
from coding_tables import edition as edition_of

from consultant.coding.rules import (
    code_limits,
    code_validity,
    medicare_status,
    payer_code,
    place_of_service,
    specialty_fit,
    table_editions,
    time_threshold,
    unlisted,
)
from consultant.knowledge.family import Condition, Facet, FacetValue, Taxonomy
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_facts import HcpcsCode
from consultant.knowledge.official_kinds import Kind
from consultant.model.finding import Outcome, Severity


def said(text: str, *codes: str):
    return replace(reading(theirs=tuple(proposed(code) for code in codes)), text=text)


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("total time 58 min", "G2212", Severity.ERROR),
        ("spent 25 minutes", "99291", Severity.ERROR),
        ("about 20 min in all", "99214", Severity.INFO),
        ("psychotherapy, 0.5 hour", "90834", Severity.ERROR),
    ],
)
def test_too_few_minutes_are_told_with_both_numbers(text, code, severity):
    (hit,) = hits(checked(time_threshold.RULE, said(text, code)))

    assert (hit.rule, hit.severity) == ("time-threshold", severity)


@pytest.mark.parametrize(("text", "code"), [("total time 70 min", "G2212"), ("1 hour", "99291"), ("45 minutes", "99215")])
def test_enough_minutes_are_clean(text, code):
    assert [one.outcome for one in checked(time_threshold.RULE, said(text, code))] == [Outcome.CLEAN]


def test_a_code_of_time_without_minutes_could_not_be_checked():
    assert [one.outcome for one in checked(time_threshold.RULE, said("a long talk", "99291"))] == [Outcome.NO_DATA]
    assert checked(time_threshold.RULE, said("a long talk", "99214")) == ()


@pytest.mark.parametrize(
    ("payer", "code", "instead"), [("medicare", "99244", "visit"), ("medicare", "99417", "G2212"), ("commercial", "G0121", "45378")]
)
def test_a_code_that_the_payer_does_not_take(payer, code, instead):
    (hit,) = hits(checked(payer_code.RULE, reading(theirs=(proposed(code),), facts=(("payer", payer),))))

    assert instead in hit.text


def test_without_a_payer_a_code_that_some_refuse_could_not_be_checked():
    assert [one.outcome for one in checked(payer_code.RULE, reading(theirs=(proposed("99244"),)))] == [Outcome.NO_DATA]


def test_a_code_that_the_payer_takes_is_clean():
    told = reading(theirs=(proposed("99214"),), facts=(("payer", "medicare"),))

    assert [one.outcome for one in checked(payer_code.RULE, told)] == [Outcome.CLEAN]


def test_an_unlisted_code_goes_behind_a_specific_one():
    behind = reading(ours=(line("0554T"),), theirs=(proposed("76499"),))
    alone = reading(theirs=(proposed("76499"),))

    assert [one.severity for one in hits(checked(unlisted.RULE, behind))] == [Severity.WARNING]
    assert "letter" in hits(checked(unlisted.RULE, alone))[0].text
    assert [one.outcome for one in checked(unlisted.RULE, reading(ours=(line("77080"),)))] == [Outcome.CLEAN]


def limited() -> Knowledge:
    ages = Facet(
        id="age",
        values=(
            FacetValue("child", Condition(facts=(("age", ("0-11",)),)), "a child"),
            FacetValue("older", Condition(facts=(("age", ("12-",)),)), "12 and older"),
        ),
        ask="How old is the patient?",
    )
    made = family(
        "tonsils",
        (family_code("42820", "tonsils and adenoids, under 12"), family_code("42821", "tonsils and adenoids, 12 and older")),
    )
    child, older = made.codes
    codes = (replace(child, when=(("age", ("child",)),)), replace(older, when=(("age", ("older",)),)))
    doctors = (Taxonomy("207Y00000X", "Otolaryngology"),)
    knowledge = Knowledge.of((replace(made, facets=(ages,), codes=codes, sites_of_service=("22", "24"), taxonomies=doctors),), ())
    knowledge.editions = {"knowledge": "0a1b"}
    return knowledge


@pytest.mark.parametrize(("age", "outcome"), [("30", Outcome.HIT), ("8", Outcome.CLEAN), ("", Outcome.NO_DATA)])
def test_a_code_for_children_by_the_age_of_the_patient(age, outcome):
    told = reading(theirs=(proposed("42820"),), facts=(("age", age),) if age else ())

    assert [one.outcome for one in checked(code_limits.RULE, told, limited())] == [outcome]


def test_the_usual_places_of_a_family_against_the_place_of_the_mail():
    office = reading(theirs=(proposed("42820"),), facts=(("setting", "office"),))
    centre = reading(theirs=(proposed("42820"),), facts=(("setting", "asc"),))

    assert [one.outcome for one in checked(place_of_service.RULE, office, limited())] == [Outcome.HIT]
    assert [one.outcome for one in checked(place_of_service.RULE, centre, limited())] == [Outcome.CLEAN]
    assert checked(place_of_service.RULE, reading(theirs=(proposed("42820"),)), limited()) == ()


def test_the_fee_schedule_says_that_an_operation_is_not_done_in_an_office():
    knowledge = with_tables(Few(fees=(fee("27447", not_applicable_non_facility=True),)))
    told = reading(theirs=(proposed("27447"), proposed("20610")), facts=(("setting", "office"),))

    findings = checked(place_of_service.RULE, told, knowledge)

    assert [one.codes for one in hits(findings)] == [("27447",)]
    assert [one.codes for one in of(Outcome.NO_DATA, findings)] == [("20610",)]


def test_specialties_are_a_note_and_never_a_reproach():
    (note,) = checked(specialty_fit.RULE, reading(ours=(line("42820"),)), limited())

    assert note.outcome is Outcome.CLEAN
    assert "Otolaryngology" in note.text


def test_an_overtaken_table_is_said_to_be_one():
    old = with_tables(Few(fees=(fee("77080"),), released=date(2025, 10, 1)))
    current = with_tables(Few(fees=(fee("77080"),)))

    assert [one.outcome for one in checked(table_editions.RULE, reading(ours=(line("77080"),)), old)] == [Outcome.NO_DATA]
    assert [one.outcome for one in checked(table_editions.RULE, reading(ours=(line("77080"),)), current)] == [Outcome.CLEAN]
    assert checked(table_editions.RULE, reading(ours=(line("77080"),))) == ()


def hcpcs(code: str, *, ended: date | None = None) -> HcpcsCode:
    told = edition_of(Kind.HCPCS, "2026-10")
    return HcpcsCode(code, False, "", "", "", "", None, "", None, ended, told)


def test_a_hcpcs_code_against_the_table_of_the_day():
    knowledge = with_tables(Few(hcpcs=(hcpcs("G0999"), hcpcs("J9999", ended=date(2020, 1, 1)))))
    told = reading(theirs=(proposed("G0999"), proposed("J9999"), proposed("G0998")))

    findings = checked(code_validity.RULE, told, knowledge)

    assert [one.codes for one in hits(findings)] == [("J9999",), ("G0998",)]
    assert ("G0999",) in [one.codes for one in of(Outcome.CLEAN, findings)]


def test_an_overtaken_table_cannot_say_that_a_code_does_not_exist():
    knowledge = with_tables(Few(hcpcs=(hcpcs("G0999"),), released=date(2025, 1, 1)))

    findings = checked(code_validity.RULE, reading(theirs=(proposed("G0998"),)), knowledge)

    assert [one.outcome for one in findings] == [Outcome.NO_DATA]


def test_a_code_that_the_fee_schedule_has_or_calls_deleted():
    knowledge = with_tables(Few(fees=(fee("99499"), fee("71020", status="D"))))

    findings = checked(code_validity.RULE, reading(theirs=(proposed("99499"), proposed("71020"))), knowledge)

    assert [one.codes for one in hits(findings)] == [("71020",)]
    assert [one.codes for one in of(Outcome.CLEAN, findings)] == [("99499",)]


def test_drugs_and_laboratory_tests_are_priced_elsewhere_and_no_warning():
    knowledge = with_tables(Few(fees=(fee("80053", status="X"), fee("J0897", status="E"), fee("99199", status="X"))))
    told = reading(theirs=(proposed("80053"), proposed("J0897"), proposed("99199")))

    findings = checked(medicare_status.RULE, told, knowledge)

    assert [one.codes for one in hits(findings)] == [("99199",)]
