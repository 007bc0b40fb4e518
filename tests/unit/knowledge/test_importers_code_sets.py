from __future__ import annotations

from datetime import date

import pytest
from importers_cast import CODESETS, CPT, ONE_FILE, articles, rows_of, sheet, zipped

from consultant.errors import KnowledgeError
from consultant.knowledge.official_kinds import NEVER, Kind


def test_hcpcs_records_are_joined_over_their_lines(tmp_path):
    rows = {row[0]: row[1:] for row in rows_of(tmp_path, Kind.HCPCS, CODESETS / "HCPC2019_CONTR_ANWEB.txt", "hcpcs")}

    long = "Invented whistle of the left hand, with a text that is longer than one of the lines can hold"
    assert rows["G1001"] == (0, long, "Whistle left", "S", "M1A", 20100101, "C", 20180101, NEVER)
    assert rows["A1"] == (1, "Invented wrapping of one umbrella", "Umbrella wrap", "C", "", 20020701, "N", 20020701, NEVER)
    assert rows["Q9001"][-1] == 20180101


def test_descriptions_of_dental_codes_are_left_out(tmp_path):
    rows = {row[0]: row[1:] for row in rows_of(tmp_path, Kind.HCPCS, CODESETS / "HCPC2019_CONTR_ANWEB.txt", "hcpcs")}

    assert rows["D9001"][:3] == (0, "", "")


def test_the_hcpcs_table_gives_what_the_records_give(tmp_path):
    rows = {row[0]: row[1:] for row in rows_of(tmp_path, Kind.HCPCS, ONE_FILE[Kind.HCPCS], "hcpcs")}

    assert rows["A1"] == (1, "Invented wrapping of one umbrella", "Umbrella wrap", "C", "", 20020701, "N", 20020701, NEVER)
    assert rows["G1001"][1] == "Invented whistle, of the left hand"
    assert rows["Q9001"][-1] == 20180101


def test_plain_hcpcs_descriptions_have_no_dates_and_do_not_look_back(tmp_path):
    path = CODESETS / "hcpcs2_2025-10_code_longdesc.csv"

    assert rows_of(tmp_path, Kind.HCPCS, path, "hcpcs")[0] == (
        "A1",
        1,
        "Invented wrapping of one umbrella",
        "",
        "",
        "",
        0,
        "",
        0,
        NEVER,
    )
    assert sheet(Kind.HCPCS, path).since is None
    assert sheet(Kind.HCPCS, ONE_FILE[Kind.HCPCS]).since is not None


def test_the_order_file_tells_what_may_be_reported(tmp_path):
    assert rows_of(tmp_path, Kind.ICD10CM_ORDER, ONE_FILE[Kind.ICD10CM_ORDER], "icd_order") == [
        ("X01", 1, 0, "Invented ill", "Invented illness"),
        ("X01.0", 2, 1, "Invented ill, mild", "Invented illness, mild"),
        ("X01.8XXA", 3, 1, "Invented ill, oth, init", "Invented illness, other, initial encounter"),
    ]


def test_the_tabular_list_becomes_rows_with_codes_of_seventh_characters(tmp_path):
    rows = rows_of(tmp_path, Kind.ICD10CM_TABULAR, ONE_FILE[Kind.ICD10CM_TABULAR], "icd_tabular")
    in_book_order = sorted(rows, key=lambda row: row[1])

    assert [(row[0], row[3], row[4], row[6]) for row in in_book_order] == [
        ("20", "chapter", "", 0),
        ("X01-X01", "block", "20", 0),
        ("X01", "category", "X01-X01", 0),
        ("X01.0", "subcategory", "X01", 0),
        ("X01.0XXA", "extended", "X01.0", 1),
        ("X01.0XXD", "extended", "X01.0", 1),
        ("X01.0XXS", "extended", "X01.0", 1),
        ("X01.1", "subcategory", "X01", 0),
        ("X01.117", "subcategory", "X01.1", 0),
        ("X01.117A", "extended", "X01.117", 1),
        ("QA0-QA0", "block", "20", 0),
        ("QA0", "category", "QA0-QA0", 1),
    ]


def test_the_index_keeps_the_way_to_each_line(tmp_path):
    rows = rows_of(tmp_path, Kind.ICD10CM_INDEX, ONE_FILE[Kind.ICD10CM_INDEX], "icd_index")

    assert [(row[0], *row[2:]) for row in rows] == [
        ("illness, ill", '["Illness, ill (invented) (made up)"]', "X01.9", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "mild (small) kind"]', "X01.0-", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "with"]', "", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "with", "whistle"]', "", "Whistle, ill", ""),
        ("illusion", '["Illusion"]', "", "", "Invention"),
    ]


def test_taxonomy_codes_are_stored_without_definitions(tmp_path):
    assert rows_of(tmp_path, Kind.TAXONOMY, ONE_FILE[Kind.TAXONOMY], "taxonomy") == [
        ("101A00000X", "Group", "Umbrella Mender", "", "Umbrella Mender", "Individual"),
        ("101AB0001X", "Group", "Umbrella Mender", "Silk", "Silk Umbrella Mender", "Individual"),
    ]


def test_the_crosswalk_is_read_without_its_footnotes(tmp_path):
    assert rows_of(tmp_path, Kind.TAXONOMY_CROSSWALK, ONE_FILE[Kind.TAXONOMY_CROSSWALK], "taxonomy_crosswalk") == [
        ("", "73", "Unmapped"),
        ("101A00000X", "01", "Mender/Umbrella"),
        ("101A00000X", "02", "Mender/Silk"),
        ("101AB0001X", "A0", "Mender"),
    ]


def test_places_that_are_not_assigned_are_passed_over(tmp_path):
    assert rows_of(tmp_path, Kind.PLACES, ONE_FILE[Kind.PLACES], "place") == [
        ("01", "Kiosk", 0, "A place where whistles are sold."),
        ("02", "Lighthouse", 1, "A keeper\u2019s place."),
        ("99", "Other Place", None, "Another place."),
    ]


def test_articles_are_read_from_a_zip_in_a_zip(tmp_path):
    rows = rows_of(tmp_path, Kind.MCD, articles(tmp_path / "articles.zip"), "article_diagnosis")

    assert rows == [(50001, 3, 0, 1, "Z99.0"), (50001, 3, 1, 1, "X01.0XXA"), (50001, 3, 1, 2, "X01.1")]
    assert b"SECRETWORDS" not in (tmp_path / "official.sqlite").read_bytes()


def test_articles_are_of_the_day_on_which_their_archive_was_made(tmp_path):
    assert sheet(Kind.MCD, articles(tmp_path / "articles.zip")).effective == date(2026, 4, 2)


def test_articles_without_their_codes_are_refused(tmp_path):
    path = zipped(tmp_path / "articles.zip", {"article.csv": b"article_id\n"})

    with pytest.raises(KnowledgeError, match=r"article_x_hcpc_code\.csv, .* is not in it"):
        sheet(Kind.MCD, path)


def test_the_licensees_descriptors_are_read_in_three_forms(tmp_path):
    rows = rows_of(tmp_path, Kind.CPT, CPT, "cpt", effective=date(2026, 1, 1))

    assert [row for row in rows if row[0] == "10001"] == [
        ("10001", "long", "Mending of an umbrella, made up, in many words"),
        ("10001", "medium", "UMBRELLA MENDING MADE UP"),
        ("10001", "short", "UMBRELLA MENDING"),
    ]


def test_long_descriptors_in_fixed_columns_are_joined(tmp_path):
    rows = rows_of(tmp_path, Kind.CPT, CODESETS / "cpt" / "LONGULF.txt", "cpt", effective=date(2026, 1, 1))

    assert rows[1] == ("10001", "long", "Mending of an umbrella, made up, in many words")


def test_of_the_releases_archive_each_kind_takes_its_own_file(tmp_path):
    tabular, index, order = (ONE_FILE[kind] for kind in (Kind.ICD10CM_TABULAR, Kind.ICD10CM_INDEX, Kind.ICD10CM_ORDER))
    others = dict.fromkeys(("icd10cm-eindex-2026.xml", "icd10cm-drug-2026.xml", "icd10cm-order-addenda-2026.txt"), b"x")
    archive = zipped(tmp_path / "all.zip", others | {path.name: path.read_bytes() for path in (tabular, index, order)})
    counts = [
        sum(1 for part in sheet(kind, archive).parts for _ in part.rows)
        for kind in (Kind.ICD10CM_TABULAR, Kind.ICD10CM_INDEX, Kind.ICD10CM_ORDER)
    ]

    assert counts == [12, 5, 3]


def test_a_code_in_several_groups_of_an_article_is_kept_once_and_no_fault(tmp_path):
    files = {path.name: path.read_bytes() for path in (CODESETS / "mcd").iterdir()}
    files["article_x_hcpc_code.csv"] += b'"50001","3","10001","1","2","","","",""\r\n' * 50
    files["article_x_icd10_covered.csv"] += b'"50001","3","XX000","1","3","","","","",""\r\n' * 50

    assert len(rows_of(tmp_path, Kind.MCD, zipped(tmp_path / "articles.zip", files), "article_code")) == 2


def test_other_files_are_no_files_of_descriptors():
    with pytest.raises(KnowledgeError, match="name the files LONGULT, MEDU and SHORTU"):
        sheet(Kind.CPT, ONE_FILE[Kind.MPFS])
