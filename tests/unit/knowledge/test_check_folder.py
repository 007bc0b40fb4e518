from __future__ import annotations

import shutil
from contextlib import closing

import pytest
from pages_cast import CODESETS, NOW, write_official

from consultant.errors import KnowledgeError
from consultant.knowledge.check.folder import kind_of, load
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PPRRVU2025_Oct.csv", Kind.MPFS),
        ("rvu26c.zip", Kind.MPFS),
        ("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", Kind.MUE),
        ("ccipra-v322r0-f1.TXT", Kind.NCCI_PTP),
        ("ptp_practitioner_2024Q3_pairs.csv.gz", Kind.NCCI_PAIRS),
        ("add_on_pairs_2024-06.csv", Kind.ADD_ON),
        ("AOC_V2026Q2.xlsx", Kind.ADD_ON),
        ("2019-Alpha-Numeric-HCPCS-File.zip", Kind.HCPCS),
        ("HCPC2026_OCT_ANWEB.csv", Kind.HCPCS),
        ("hcpcs2_2025-10_code_longdesc.csv", Kind.HCPCS),
        ("icd10cm-order-2026.txt", Kind.ICD10CM_ORDER),
        ("icd10cm_tabular_2027.xml", Kind.ICD10CM_TABULAR),
        ("icd10cm-index-2026.xml", Kind.ICD10CM_INDEX),
        ("nucc_taxonomy_251.csv", Kind.TAXONOMY),
        ("medicare_taxonomy_crosswalk_2025-10.csv", Kind.TAXONOMY_CROSSWALK),
        ("pos_codes_2024-06.csv", Kind.PLACES),
        ("current_article.zip", Kind.MCD),
        ("LONGULT.txt", Kind.CPT),
        ("holiday.txt", None),
    ],
)
def test_the_name_of_a_file_tells_its_kind(name, kind):
    assert kind_of(name) == kind


def test_the_files_of_a_folder_become_official_tables(tmp_path):
    loaded = load(write_official(tmp_path / "files"), tmp_path / "official.sqlite", now=NOW)

    assert {edition.kind for edition in loaded.editions} == {Kind.MPFS, Kind.MUE, Kind.NCCI_PAIRS, Kind.TAXONOMY, Kind.PLACES}
    assert loaded.left_out == ()
    with closing(Official.open(tmp_path / "official.sqlite")) as official:
        assert official.mue("77080", NOW.date()).units == 1


def test_the_parts_of_one_set_of_pairs_are_one_edition(tmp_path):
    (tmp_path / "files").mkdir()
    for path in CODESETS.glob("ccipra-*.TXT"):
        shutil.copy(path, tmp_path / "files")

    (edition,) = load(tmp_path / "files", tmp_path / "official.sqlite", now=NOW).editions

    assert (edition.kind, len(edition.files)) == (Kind.NCCI_PTP, 4)


def test_excerpts_strangers_and_broken_files_are_left_out_and_told(tmp_path):
    folder = write_official(tmp_path / "files")
    (folder / "MUE.excerpt.csv").write_text("a,b\n")
    (folder / "holiday.txt").write_text("sun\n")
    (folder / "hcpcs2_2026-01_code_longdesc.csv").write_text("nothing of this sort\n")

    loaded = load(folder, tmp_path / "official.sqlite", now=NOW)

    left_out = dict(loaded.left_out)
    assert left_out["MUE.excerpt.csv"] == "an excerpt or a description, not a whole table"
    assert left_out["holiday.txt"] == "its name tells no kind of table"
    assert left_out["hcpcs2_2026-01_code_longdesc.csv"].startswith("hcpcs2_2026-01_code_longdesc.csv: ")


def test_a_folder_without_official_files_is_refused_in_one_line(tmp_path):
    (tmp_path / "holiday.txt").write_text("sun\n")

    with pytest.raises(KnowledgeError, match=r"^[^\n]*no official file in it can be read[^\n]*$"):
        load(tmp_path, tmp_path / "official.sqlite", now=NOW)


def test_what_is_no_folder_is_refused_in_one_line(tmp_path):
    with pytest.raises(KnowledgeError, match=r"is no folder; name one that holds official files$"):
        load(tmp_path / "nowhere", tmp_path / "official.sqlite", now=NOW)
