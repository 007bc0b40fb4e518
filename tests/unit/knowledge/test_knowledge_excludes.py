from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.excludes import codes_in, covers

categories = st.builds(
    "{}{}{}".format,
    st.sampled_from(string.ascii_uppercase),
    st.sampled_from(string.digits),
    st.sampled_from(string.digits + "AB"),
)
tails = st.text(string.digits + "X", min_size=1, max_size=3)
codes = st.builds("{}.{}".format, categories, tails)
words = st.text(string.ascii_lowercase + " ,", max_size=20)


@given(words, codes)
def test_a_code_in_brackets_covers_itself_and_all_below_it(before, code):
    for note in (f"{before} ({code})", f"{before} ({code}-)", f"{before} ({code}.-)", f"{before} ({code}"):
        assert covers(note, code)
        assert covers(note, code + "A")
        assert covers(note, (code + "A").replace(".", ""))


@given(words, codes, codes)
def test_a_code_in_brackets_covers_nothing_else(before, code, other):
    is_below = other.replace(".", "").startswith(code.replace(".", ""))

    assert covers(f"{before} ({code})", other) == is_below


@given(categories, categories, codes)
def test_a_range_covers_what_lies_between_its_ends_and_below_the_last(one, two, code):
    low, high = sorted((one, two))

    assert covers(f"things ({low}-{high})", code) == (low <= code[:3] <= high)


@given(st.lists(categories, min_size=1, max_size=5), codes)
def test_a_list_covers_what_any_of_its_parts_covers(listed, code):
    expected = code[:3] in listed

    assert covers(f"things ({', '.join(listed)})", code) == expected
    assert covers(f"things ({' and '.join(listed)})", code) == expected


@given(st.text())
def test_any_text_is_read_without_error(note):
    assert isinstance(codes_in(note), tuple)


@pytest.mark.parametrize(
    ("note", "covered", "free"),
    [
        ("neurodevelopmental disorders related to specific variants (QA0.-)", ["QA0.0141", "QA0"], ["QA1.0", "Q90.9"]),
        ("malformations (Q00-QA0)", ["Q90.9", "QA0.0141"], ["R00.0"]),
        ("osteoporosis (M80-M81)", ["M80.08XA", "M81.0"], ["M82.0", "M79.9"]),
        ("osteoporosis with current pathological fracture (M80.-)", ["M80.08XA"], ["M81.0"]),
        ("influenza due to identified novel influenza A virus (J09.X-)", ["J09.X1"], ["J10.1"]),
        ("retained foreign body fully removed Z87.821", ["Z87.821"], ["Z87.820"]),
        ("hearing loss as classified in H90.-", ["H90.3"], ["H91.90"]),
        ("explantation of knee prosthesis (Z89.52-", ["Z89.521"], ["Z89.511"]),
        ("injury and disease (A00-R94 and T80-T88.6, T88.8)", ["A01.00", "R51.9", "T88.6XXA", "T88.8XXA"], ["R99", "T88.7XXA"]),
        ("diabetes with skin ulcer (E08-E13 with .62-)", ["E11.621", "E13.628"], ["E11.65", "E14.62"]),
        ("diabetes with angiopathy (E08-E13 with .51-.52)", ["E11.51", "E11.52"], ["E11.59"]),
        ("aphasia after stroke (I69. with final characters -20)", ["I69.320"], ["I69.321"]),
        ("open fracture (S62.- with 7th character B)", ["S62.001B"], ["S62.001A"]),
        ("pedestrian on skates (V01-V09 with 5th character 1)", ["V01.11XA"], ["V01.10XA"]),
        ("remission (F11-F19 with fifth to sixth characters 51)", ["F11.151"], ["F11.150"]),
        ("disc degeneration (M51.- with fifth character 6)", ["M51.16"], ["M51.17"]),
        ("vitamin B12 deficiency", [], ["B12.0"]),
        ("hereditary anemia due to enzyme disorder (G6PD) deficiency", [], ["G60.0"]),
        ("fracture of forearm (S52.- with open fracture 7th character)", [], ["S52.501B"]),
        ("carcinoid (type 9)", [], ["E09.9"]),
        ("pregnancy (O00-O9A)", ["O9A.111", "O99.01"], ["P00.0"]),
        ("malignant tumours (C7A.-, C7B.-)", ["C7A.010", "C7B.01"], ["C79.9"]),
    ],
)
def test_notes_of_the_tabular_list_are_read(note, covered, free):
    assert [code for code in (*covered, *free) if covers(note, code)] == covered
