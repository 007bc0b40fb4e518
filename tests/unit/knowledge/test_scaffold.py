from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pages_cast import NOW, write_official, write_sources

from consultant.errors import KnowledgeError
from consultant.knowledge import sources
from consultant.knowledge.asking import Tables
from consultant.knowledge.check.folder import load
from consultant.knowledge.official import Official
from consultant.knowledge.scaffold import Wanted, write

DAY = date(2026, 11, 20)
NOTHING = Tables(Official(), DAY)


def fill(path: Path) -> None:
    """Fill every blank as a coder would."""
    text = path.read_text()
    text = text.replace("wakes_on: {any: []}", "wakes_on: {any: [dxa]}")
    text = text.replace("one: {any: [], plain: }", "one: {any: [hip], plain: the hip}")
    text = text.replace("other: {any: [], plain: }", "other: {any: [heel], plain: the heel}")
    text = re.sub(r"\{text: , (codes|diagnoses): \[\]\}", r"{text: Something was done., \1: []}", text)
    path.write_text(re.sub(r"^( *)(title|summary|ask|plain):$", r"\1\2: Words of ours.", text, flags=re.MULTILINE))


@pytest.fixture
def root(tmp_path):
    write_sources(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("codes", "system"),
    [(("76999", "93990"), "CPT"), (("G0130",), "HCPCS"), (("M81.6", "M85.80"), "ICD-10-CM")],
)
def test_a_new_family_is_accepted_once_its_blanks_are_filled(root, codes, system):
    path = write(Wanted("new-family", "some-section", codes), root, NOTHING)
    fill(path)

    family = next(family for family in sources.read(root).families if family.id == "new-family")
    assert path == root / "families" / "some-section" / "new-family.yaml"
    assert (family.section, family.system, [code.code for code in family.codes]) == ("some-section", system, [*codes])
    assert len(family.examples) == 8


def test_every_blank_is_refused_by_line_until_it_is_filled(root):
    write(Wanted("new-family", "some-section", ("76999",)), root, NOTHING)

    with pytest.raises(KnowledgeError) as refused:
        sources.read(root)

    lines = str(refused.value).splitlines()
    assert all(line.startswith("families/some-section/new-family.yaml:") for line in lines)
    for blank in (
        "'title' is missing",
        "'summary' is missing",
        "nothing wakes",
        "nothing shows",
        "'plain' is missing",
        "'text' is missing",
    ):
        assert any(blank in line for line in lines), blank


def test_a_family_without_codes_named_has_a_blank_for_one(root):
    path = write(Wanted("new-family", "some-section"), root, NOTHING)

    assert "  - code:\n" in path.read_text()


def test_facts_that_the_tables_tell_are_filled_in_with_their_edition(root, tmp_path):
    write_official(tmp_path / "files")
    load(tmp_path / "files", tmp_path / "official.sqlite", now=NOW)
    with closing(Official.open(tmp_path / "official.sqlite")) as official:
        path = write(Wanted("new-family", "some-section", ("76977",)), root, Tables(official, DAY))

    expected = (
        'facts: {status: A, status_edition: "RVU25D, October 2025", global_days: XXX, professional_technical: 1, bilateral: 0, '
    )
    assert expected + "units: 1, units_adjudication: 3}" in path.read_text()


def test_a_file_that_is_there_is_never_overwritten(root):
    path = write(Wanted("new-family", "some-section"), root, NOTHING)
    before = path.read_text()

    with pytest.raises(KnowledgeError, match=r"is there already; edit it, or choose another name$"):
        write(Wanted("new-family", "some-section", ("76999",)), root, NOTHING)
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted("New Family", "radiology"), "is no name"),
        (Wanted("new", "../elsewhere"), "is no name"),
        (Wanted("new", "radiology", ("banana",)), "'banana' is no code"),
        (Wanted("new", "radiology", ("77080", "M81.0")), "not both"),
    ],
)
def test_names_and_codes_that_cannot_be_are_refused(root, wanted, why):
    with pytest.raises(KnowledgeError, match=why):
        write(wanted, root, NOTHING)


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "families").write_text("a file where a folder should be")

    with pytest.raises(KnowledgeError, match=r"cannot be written \([^)]+\); name another folder with --root$"):
        write(Wanted("new", "radiology"), tmp_path, NOTHING)
