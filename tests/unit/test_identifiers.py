"""Identifiers of patients are found, and what coders write about codes, doses, dates and bodies is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.identifiers import Kind, find, kinds_in, masked, remover


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Patient: John Smith, 55 y/o", Kind.NAME, "John Smith"),
        ("Patient name: SMITH, JOHN Q.", Kind.NAME, "SMITH, JOHN Q."),
        ("pt Jane Doe was seen", Kind.NAME, "Jane Doe"),
        ("The patient, Jane O'Brien, had a biopsy", Kind.NAME, "Jane O'Brien"),
        ("Mrs. Garcia-Lopez tolerated it", Kind.NAME, "Garcia-Lopez"),
        ("Maria Garcia (DOB 01/02/1950)", Kind.NAME, "Maria Garcia"),
        ("MRN 00482913", Kind.RECORD, "00482913"),
        ("MRN: A-48291", Kind.RECORD, "A-48291"),
        ("chart #48291-2", Kind.RECORD, "48291-2"),
        ("SSN 123-45-6789", Kind.SSN, "123-45-6789"),
        ("social security number: 123456789", Kind.SSN, "123456789"),
        ("DOB: 3/4/50", Kind.BIRTH, "3/4/50"),
        ("born on March 4, 1950", Kind.BIRTH, "March 4, 1950"),
        ("date of birth 1950-03-04", Kind.BIRTH, "1950-03-04"),
        ("call (555) 123-4567", Kind.PHONE, "(555) 123-4567"),
        ("tel: 555 123 4567", Kind.PHONE, "555 123 4567"),
        ("lives at 12 Oak Street, Springfield, IL 62704", Kind.ADDRESS, "12 Oak Street, Springfield, IL 62704"),
        ("reach her at jane.doe@mail.example", Kind.EMAIL, "jane.doe@mail.example"),
        ("member ID: XYZ123456789", Kind.ACCOUNT, "XYZ123456789"),
        ("Medicare 1EG4-TE5-MK73", Kind.ACCOUNT, "1EG4-TE5-MK73"),
        ("Account # 900123456", Kind.ACCOUNT, "900123456"),
    ],
)
def test_an_identifier_is_found_where_it_stands(text, kind, words):
    assert [(one.kind, text[one.start : one.end]) for one in find(text)][:2].count((kind, words)) == 1
    assert words not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "CPT 99213-25, 20610-RT x2, G0439 and J3301 x 4 units",
        "ICD-10-CM S83.231A, M17.11 and Z00.00",
        "Claim: 99213 denied with CO-97 on 11/12/2026, DOS 2026-11-12",
        "Kenalog 40 mg/mL, NDC 0003-0293-05, 2 mL; wasted 20 mg",
        "Patient: Medicare, established. Patient: Left Knee Pain",
        "Patient Had Surgery",
        "Smith fracture, right wrist; Mohs stage 1; Dr. Smith and Dr. Rao assisted",
        "the right medial meniscus and the Achilles tendon",
        "12 lesions, 3 x 2 cm, 4.5 cm repair, 10:15-10:55",
        "77080 vs 77085; 10021 10005; 29881-59",
        "MS patient on infusion 13:00 to 15:30",
        "group 2 exam; account for 3 levels; policy says no",
        "L4-L5 and C5-6 at 2 Levels",
        "POS 22, NPI not needed, modifier 59",
    ],
)
def test_what_coding_speaks_of_is_no_identifier(text):
    assert find(text) == ()


@given(
    st.from_regex(r"[0-9]{5}(-[0-9A-Z]{2})?|[A-Z][0-9]{4}|[A-TV-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}", fullmatch=True), st.integers(1, 99)
)
def test_no_code_with_units_is_masked(code, units):
    text = f"We billed {code} x{units} for {units} mg on 11/{units % 28 + 1}/2026; is {code} right?"
    assert masked(text) == text


@given(st.text(max_size=300))
def test_spans_are_in_order_inside_the_text_and_apart(text):
    place = 0
    for one in find(text):
        assert place <= one.start < one.end <= len(text)
        place = one.end


@given(
    st.lists(
        st.sampled_from(["Patient: Ann Lee, ", "MRN 4829134 ", "DOB 1/2/1950 ", "20610-RT ", "(555) 123-4567 ", "\n", "knee "]),
        max_size=8,
    )
)
def test_what_was_masked_holds_no_identifier(parts):
    assert kinds_in(masked("".join(parts))) == ()


def test_a_letter_made_from_a_text_loses_its_identifiers_whatever_the_layout():
    remove = remover("Patient: Mary O\u2019Brien, DOB 03/04/1950, MRN 4829134. O\u2019Brien had 20610-RT.")
    letter = 'The mail says "Mary\n   O\'Brien had 20610-RT" (MRN 4829134); &quot;O&#39;Brien&quot; born 03/04/1950. Bill 20610-RT.'

    assert remove(letter) == (
        'The mail says "[name removed] had 20610-RT" (MRN [record number removed]); &quot;[name removed]&quot; '
        "born [date of birth removed]. Bill 20610-RT."
    )


def test_a_record_number_that_could_be_a_code_takes_no_code_away():
    assert remover("Patient: Ann Smith, MRN 20610. Smith fracture.")("20610 for a Smith fracture of Smith") == (
        "20610 for a Smith fracture of [name removed]"
    )
