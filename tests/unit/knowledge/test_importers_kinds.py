from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from importers_cast import AOC_HEADER, CODESETS, CPT, ONE_FILE, PTP, articles, load, workbook, zipped

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.catalogue import READERS
from consultant.knowledge.official_kinds import NEVER, Kind, Setting
from consultant.knowledge.official_tables import connect


@pytest.fixture
def rows_of(tmp_path):
    """Import files into a fresh place; gives back the rows of a table without the number of the edition."""

    def read(kind, paths, table, effective=None):
        target = tmp_path / "official.sqlite"
        load(kind, paths, target, effective=effective)
        connection = connect(target)
        rows = [row[1:] for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608  (our own tables)
        connection.close()
        return rows

    return read


def sheet(kind, *paths: Path):
    return READERS[kind](paths)


def test_every_kind_has_a_reader():
    assert set(READERS) == set(Kind)


@pytest.mark.parametrize(
    ("kind", "edition", "effective", "setting"),
    [
        (Kind.NCCI_PAIRS, "2024 Q3", date(2024, 7, 1), Setting.PRACTITIONER),
        (Kind.MUE, "2026 Q2", date(2026, 4, 1), Setting.PRACTITIONER),
        (Kind.ADD_ON, "2024 Q2", date(2024, 6, 1), None),
        (Kind.MPFS, "RVU25D, October 2025", date(2025, 10, 1), None),
        (Kind.HCPCS, "2026-10", date(2026, 10, 1), None),
        (Kind.ICD10CM_ORDER, "2025-10-01", date(2025, 10, 1), None),
        (Kind.ICD10CM_TABULAR, "2025-10-01", date(2025, 10, 1), None),
        (Kind.ICD10CM_INDEX, "2025-10-01", date(2025, 10, 1), None),
        (Kind.TAXONOMY, "25.1", date(2025, 10, 1), None),
        (Kind.TAXONOMY_CROSSWALK, "2025-10", date(2025, 10, 1), None),
        (Kind.PLACES, "2024-06", date(2024, 6, 1), None),
    ],
)
def test_a_file_tells_its_edition(kind, edition, effective, setting):
    told = sheet(kind, ONE_FILE[kind])

    assert (told.edition, told.effective, told.setting) == (edition, effective, setting)


def test_ptp_files_of_cms_tell_quarter_and_setting_by_their_version():
    told = sheet(Kind.NCCI_PTP, *PTP)

    assert (told.edition, told.effective, told.setting, told.since) == (
        "2026 Q3",
        date(2026, 7, 1),
        Setting.PRACTITIONER,
        date(1996, 1, 1),
    )


def test_ptp_rows_hold_their_dates_half_open(rows_of):
    assert rows_of(Kind.NCCI_PTP, PTP, "ptp") == [
        ("10001", "20001", 20200101, NEVER, 1, 1),
        ("10001", "20002", 19960101, 20210101, 0, 2),
        ("10001", "20002", 20220401, NEVER, 1, 1),
        ("30001", "20001", 20240101, 20240102, 9, 2),
        ("50001", "A1001", 20260701, NEVER, 0, 3),
        ("G1001", "99999", 20240101, 20260701, 1, 1),
    ]


def test_ptp_rationales_are_listed_once(rows_of):
    assert rows_of(Kind.NCCI_PTP, PTP, "ptp_rationale") == [
        (1, "Invented reason one"),
        (2, "Invented reason two"),
        (3, "Invented reason three"),
    ]


def test_ptp_files_in_archives_are_taken_without_the_workbooks_beside_them(rows_of, tmp_path):
    archives = [zipped(tmp_path / f"{path.stem}.zip", {path.name: path.read_bytes(), f"{path.stem}.xlsx": b"x"}) for path in PTP]

    assert len(rows_of(Kind.NCCI_PTP, archives, "ptp")) == 6


@pytest.mark.parametrize(
    ("paths", "missing"), [(PTP[:1], "f2, f3, f4"), (PTP[1:], "f1"), ([*PTP, PTP[0]], "none, but one is named twice")]
)
def test_a_quarter_without_all_its_files_is_refused(paths, missing):
    with pytest.raises(KnowledgeError, match=rf"files of the quarter are missing \({missing}\); name all four"):
        sheet(Kind.NCCI_PTP, *paths)


def test_files_of_two_quarters_are_refused(tmp_path):
    other = tmp_path / "ccipra-v321r0-f4.TXT"
    other.write_bytes(PTP[3].read_bytes())

    with pytest.raises(KnowledgeError, match="several quarters or settings"):
        sheet(Kind.NCCI_PTP, *PTP[:3], other)


def test_pairs_without_effective_dates_hold_none(rows_of):
    assert rows_of(Kind.NCCI_PAIRS, ONE_FILE[Kind.NCCI_PAIRS], "ptp") == [
        ("10001", "20001", 0, NEVER, 1, 1),
        ("10001", "20003", 0, 20240901, 0, 2),
        ("10001", "20004", 0, 20240101, 1, 2),
        ("10001", "20005", 0, NEVER, 9, 1),
    ]


def test_unit_edits_are_read_behind_the_notice_of_many_lines(rows_of):
    assert rows_of(Kind.MUE, ONE_FILE[Kind.MUE], "mue") == [
        ("10001", 1, 2, "Invented reason"),
        ("10002", 0, 3, "CMS Policy"),
        ("A1001", 12, 1, "Invented reason"),
    ]


def test_plain_add_on_pairs_have_no_dates(rows_of):
    assert rows_of(Kind.ADD_ON, ONE_FILE[Kind.ADD_ON], "add_on") == [
        ("10002", "10001", 1, 0, NEVER),
        ("10002", "10003", 1, 0, NEVER),
        ("10004", "CCCCC", 2, 0, NEVER),
        ("10005", "10001", 3, 0, NEVER),
    ]
    assert sheet(Kind.ADD_ON, ONE_FILE[Kind.ADD_ON]).since is None


def test_the_add_on_workbook_of_cms_ends_a_pair_with_the_first_of_its_codes(rows_of, tmp_path):
    book = workbook(
        tmp_path / "AOC_V2026Q2-MCR.xlsx",
        [
            ["A notice made up for this file."],
            AOC_HEADER,
            [1, "10002", "", "10001", "", 2013001, "", "made up"],
            [3, "10002", "", "10003", 2019365, 2013001, 2020366],
            [2, "10004", 2025001, "CCCCC", "", 2013001],
        ],
    )

    assert rows_of(Kind.ADD_ON, book, "add_on") == [
        ("10002", "10001", 1, 20130101, NEVER),
        ("10002", "10003", 3, 20130101, 20200101),
        ("10004", "CCCCC", 2, 20130101, 20250102),
    ]
    assert sheet(Kind.ADD_ON, book).since == date(1996, 1, 1)


def test_the_fee_schedule_is_read_by_the_names_of_its_columns(rows_of):
    first, *_, last = rows_of(Kind.MPFS, ONE_FILE[Kind.MPFS], "fee")

    assert first == (
        *("10001", "", "A", "1.10", "2.35", "0.61", "0.07", "3.52", "1.78", "", "NA", "0", "010", "0.10", "0.80", "0.10"),
        *("2", "1", "0", "1", "0", "", "32.3465", "09", "99"),
    )
    assert (last[0], last[2], last[9:11], last[21]) == ("G1001", "N", ("NA", "NA"), "10001")


def test_the_column_more_of_2026_moves_nothing(rows_of):
    rows = rows_of(Kind.MPFS, CODESETS / "PPRRVU2026_Jul_nonQPP.csv", "fee")

    assert [row[21:] for row in rows if row[0] == "G1001"] == [("10001", "33.4009", "09", "99")]
    told = sheet(Kind.MPFS, CODESETS / "PPRRVU2026_Jul_nonQPP.csv")
    assert (told.edition, told.setting) == ("RVU26C, July 2026", Setting.NON_QPP)


def test_of_the_twins_in_one_archive_that_of_non_participants_is_taken(tmp_path):
    content = (CODESETS / "PPRRVU2026_Jul_nonQPP.csv").read_bytes()
    archive = zipped(
        tmp_path / "rvu26c.zip", {"PPRRVU2026_Jul_QPP.csv": content, "PPRRVU2026_Jul_nonQPP.csv": content, "GPCI.csv": b"x"}
    )

    assert sheet(Kind.MPFS, archive).setting is Setting.NON_QPP


def test_no_word_of_a_description_of_the_fee_schedule_is_stored(rows_of, tmp_path):
    rows_of(Kind.MPFS, ONE_FILE[Kind.MPFS], "fee")

    assert b"mbrella" in ONE_FILE[Kind.MPFS].read_bytes()
    assert b"mbrella" not in (tmp_path / "official.sqlite").read_bytes()


def test_hcpcs_records_are_joined_over_their_lines(rows_of):
    rows = {row[0]: row[1:] for row in rows_of(Kind.HCPCS, CODESETS / "HCPC2019_CONTR_ANWEB.txt", "hcpcs")}

    long = "Invented whistle of the left hand, with a text that is longer than one of the lines can hold"
    assert rows["G1001"] == (0, long, "Whistle left", "S", "M1A", 20100101, "C", 20180101, NEVER)
    assert rows["A1"] == (1, "Invented wrapping of one umbrella", "Umbrella wrap", "C", "", 20020701, "N", 20020701, NEVER)
    assert rows["Q9001"][-1] == 20180101


def test_descriptions_of_dental_codes_are_left_out(rows_of):
    rows = {row[0]: row[1:] for row in rows_of(Kind.HCPCS, CODESETS / "HCPC2019_CONTR_ANWEB.txt", "hcpcs")}

    assert rows["D9001"][:3] == (0, "", "")


def test_the_hcpcs_table_gives_what_the_records_give(rows_of):
    rows = {row[0]: row[1:] for row in rows_of(Kind.HCPCS, ONE_FILE[Kind.HCPCS], "hcpcs")}

    assert rows["A1"] == (1, "Invented wrapping of one umbrella", "Umbrella wrap", "C", "", 20020701, "N", 20020701, NEVER)
    assert rows["G1001"][1] == "Invented whistle, of the left hand"
    assert rows["Q9001"][-1] == 20180101


def test_plain_hcpcs_descriptions_have_no_dates_and_do_not_look_back(rows_of):
    path = CODESETS / "hcpcs2_2025-10_code_longdesc.csv"

    assert rows_of(Kind.HCPCS, path, "hcpcs")[0] == ("A1", 1, "Invented wrapping of one umbrella", "", "", "", 0, "", 0, NEVER)
    assert sheet(Kind.HCPCS, path).since is None
    assert sheet(Kind.HCPCS, ONE_FILE[Kind.HCPCS]).since is not None


def test_the_order_file_tells_what_may_be_reported(rows_of):
    assert rows_of(Kind.ICD10CM_ORDER, ONE_FILE[Kind.ICD10CM_ORDER], "icd_order") == [
        ("X01", 1, 0, "Invented ill", "Invented illness"),
        ("X01.0", 2, 1, "Invented ill, mild", "Invented illness, mild"),
        ("X01.8XXA", 3, 1, "Invented ill, oth, init", "Invented illness, other, initial encounter"),
    ]


def test_the_tabular_list_becomes_rows_with_codes_of_seventh_characters(rows_of):
    rows = rows_of(Kind.ICD10CM_TABULAR, ONE_FILE[Kind.ICD10CM_TABULAR], "icd_tabular")
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


def test_the_index_keeps_the_way_to_each_line(rows_of):
    rows = rows_of(Kind.ICD10CM_INDEX, ONE_FILE[Kind.ICD10CM_INDEX], "icd_index")

    assert [(row[0], *row[2:]) for row in rows] == [
        ("illness, ill", '["Illness, ill (invented) (made up)"]', "X01.9", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "mild (small) kind"]', "X01.0-", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "with"]', "", "", ""),
        ("illness, ill", '["Illness, ill (invented) (made up)", "with", "whistle"]', "", "Whistle, ill", ""),
        ("illusion", '["Illusion"]', "", "", "Invention"),
    ]


def test_taxonomy_codes_are_stored_without_definitions(rows_of):
    assert rows_of(Kind.TAXONOMY, ONE_FILE[Kind.TAXONOMY], "taxonomy") == [
        ("101A00000X", "Group", "Umbrella Mender", "", "Umbrella Mender", "Individual"),
        ("101AB0001X", "Group", "Umbrella Mender", "Silk", "Silk Umbrella Mender", "Individual"),
    ]


def test_the_crosswalk_is_read_without_its_footnotes(rows_of):
    assert rows_of(Kind.TAXONOMY_CROSSWALK, ONE_FILE[Kind.TAXONOMY_CROSSWALK], "taxonomy_crosswalk") == [
        ("", "73", "Unmapped"),
        ("101A00000X", "01", "Mender/Umbrella"),
        ("101A00000X", "02", "Mender/Silk"),
        ("101AB0001X", "A0", "Mender"),
    ]


def test_places_that_are_not_assigned_are_passed_over(rows_of):
    assert rows_of(Kind.PLACES, ONE_FILE[Kind.PLACES], "place") == [
        ("01", "Kiosk", 0, "A place where whistles are sold."),
        ("02", "Lighthouse", 1, "A keeper\u2019s place."),
        ("99", "Other Place", None, "Another place."),
    ]


def test_articles_are_read_from_a_zip_in_a_zip(rows_of, tmp_path):
    rows = rows_of(Kind.MCD, articles(tmp_path / "articles.zip"), "article_diagnosis")

    assert rows == [(50001, 3, 0, 1, "Z99.0"), (50001, 3, 1, 1, "X01.0XXA"), (50001, 3, 1, 2, "X01.1")]
    assert b"SECRETWORDS" not in (tmp_path / "official.sqlite").read_bytes()


def test_articles_are_of_the_day_on_which_their_archive_was_made(tmp_path):
    assert sheet(Kind.MCD, articles(tmp_path / "articles.zip")).effective == date(2026, 4, 2)


def test_articles_without_their_codes_are_refused(tmp_path):
    path = zipped(tmp_path / "articles.zip", {"article.csv": b"article_id\n"})

    with pytest.raises(KnowledgeError, match=r"article_x_hcpc_code\.csv, .* is not in it"):
        sheet(Kind.MCD, path)


def test_the_licensees_descriptors_are_read_in_three_forms(rows_of):
    rows = rows_of(Kind.CPT, CPT, "cpt", effective=date(2026, 1, 1))

    assert [row for row in rows if row[0] == "10001"] == [
        ("10001", "long", "Mending of an umbrella, made up, in many words"),
        ("10001", "medium", "UMBRELLA MENDING MADE UP"),
        ("10001", "short", "UMBRELLA MENDING"),
    ]


def test_long_descriptors_in_fixed_columns_are_joined(rows_of):
    rows = rows_of(Kind.CPT, CODESETS / "cpt" / "LONGULF.txt", "cpt", effective=date(2026, 1, 1))

    assert rows[1] == ("10001", "long", "Mending of an umbrella, made up, in many words")


def test_hospital_files_are_told_by_their_name(tmp_path):
    paths = []
    for number, path in enumerate(PTP, start=1):
        paths.append(tmp_path / f"ccioph-v313r1-f{number}.TXT")
        paths[-1].write_bytes(path.read_bytes())
    told = sheet(Kind.NCCI_PTP, *paths)

    assert (told.edition, told.effective, told.setting) == ("2025 Q4", date(2025, 10, 1), Setting.HOSPITAL)


def test_of_the_releases_archive_each_kind_takes_its_own_file(tmp_path):
    tabular, index, order = (ONE_FILE[kind] for kind in (Kind.ICD10CM_TABULAR, Kind.ICD10CM_INDEX, Kind.ICD10CM_ORDER))
    others = dict.fromkeys(("icd10cm-eindex-2026.xml", "icd10cm-drug-2026.xml", "icd10cm-order-addenda-2026.txt"), b"x")
    archive = zipped(tmp_path / "all.zip", others | {path.name: path.read_bytes() for path in (tabular, index, order)})
    counts = [
        sum(1 for part in sheet(kind, archive).parts for _ in part.rows)
        for kind in (Kind.ICD10CM_TABULAR, Kind.ICD10CM_INDEX, Kind.ICD10CM_ORDER)
    ]

    assert counts == [12, 5, 3]


def test_a_code_in_several_groups_of_an_article_is_kept_once_and_no_fault(rows_of, tmp_path):
    files = {path.name: path.read_bytes() for path in (CODESETS / "mcd").iterdir()}
    files["article_x_hcpc_code.csv"] += b'"50001","3","10001","1","2","","","",""\r\n' * 50
    files["article_x_icd10_covered.csv"] += b'"50001","3","XX000","1","3","","","","",""\r\n' * 50

    assert len(rows_of(Kind.MCD, zipped(tmp_path / "articles.zip", files), "article_code")) == 2


def test_other_files_are_no_files_of_descriptors():
    with pytest.raises(KnowledgeError, match="name the files LONGULT, MEDU and SHORTU"):
        sheet(Kind.CPT, ONE_FILE[Kind.MPFS])
