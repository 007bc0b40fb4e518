from __future__ import annotations

from dataclasses import replace

import pytest
from claims import EDITIONS, code, family, knowledge, line
from coding_asserts import KNOWLEDGE

from consultant.coding.audit_view import grounds, sourced
from consultant.coding.book import bundle, cited, edition_ends, excludes1, nearest, related, sheet
from consultant.knowledge.family import CodeFacts
from consultant.knowledge.lookup import Knowledge
from consultant.model.clinical import Evidence, Span


def test_the_sheet_that_tells_most_of_a_code_is_taken():
    bare = family("a-method", (code("77080", "axial DXA", CodeFacts()),))
    full = replace(family("dxa", (code("77080", "axial DXA"),)), sources=("CMS MUE, practitioner, 2026 Q2",))
    found = sheet("77080", Knowledge.of((bare, full), ()))

    assert found is not None
    assert found.family.id == "dxa"
    assert cited(found, "MUE") == ("CMS MUE, practitioner", "2026 Q2")
    assert cited(found, "PTP") == ("", "")


def test_a_code_that_no_family_writes_has_no_sheet():
    assert sheet("99213", KNOWLEDGE) is None


def test_a_bundle_is_found_in_either_order():
    assert bundle("77080", "77085", KNOWLEDGE) == bundle("77085", "77080", KNOWLEDGE) is not None
    assert bundle("77080", "0750T", KNOWLEDGE) is None


@pytest.mark.parametrize(("a", "b", "expected"), [("77080", "77081", True), ("77080", "0750T", False), ("77080", "99213", False)])
def test_siblings_are_related(a, b, expected):
    assert related(a, b, KNOWLEDGE) is expected


@pytest.mark.parametrize(("began", "ends"), [("2026-04-01", "2026-09-30"), ("2026-10-01", "2027-09-30"), ("spring", None)])
def test_an_edition_ends_on_the_next_30_september(began, ends):
    made = knowledge()
    made.editions = EDITIONS | {"icd10cm": began}

    assert (str(edition_ends(made)) if ends else edition_ends(made)) == ends


def test_nothing_is_near_a_code_of_an_unknown_category():
    assert nearest("Q99.9", KNOWLEDGE) == ()


def test_an_excludes1_note_names_its_place():
    assert excludes1("M81.0", "M80.08XA", KNOWLEDGE) == (
        "the Excludes1 note at M81: osteoporosis with current pathological fracture (M80.-)"
    )
    assert excludes1("M81.0", "Z78.0", KNOWLEDGE) == ""


@pytest.mark.parametrize(
    ("because", "words", "expected"),
    [
        ((), (), "77085 is what I read."),
        (("Both were done.",), (), "Both were done."),
        ((), ("spine",), 'The mail says "spine".'),
        (("Both were done.",), ("spine", "VFA"), 'The mail says "spine" and "VFA": both were done.'),
        (('"spine", "VFA" tells of it.',), ("spine",), 'The mail says "spine".'),
        (('"spine": axial.', "Nothing else is said."), ("spine",), 'The mail says "spine": axial. Nothing else is said.'),
    ],
)
def test_grounds_are_the_words_of_the_mail_and_what_they_mean(because, words, expected):
    evidence = tuple(Evidence(Span(0, len(one)), one) for one in words)

    assert grounds(replace(line("77085"), because=because, evidence=evidence)) == expected


def test_a_source_stands_before_the_full_stop():
    assert sourced("It is included.", "NCCI") == "It is included (NCCI)."
    assert sourced("It is included.", "") == "It is included."
