from __future__ import annotations

from datetime import date

import pytest
from importers_cast import AOC_HEADER, CODESETS, ONE_FILE, PTP, rows_of, sheet, workbook, zipped

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.catalogue import READERS
from consultant.knowledge.official_kinds import NEVER, Kind, Setting


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


def test_ptp_rows_hold_their_dates_half_open(tmp_path):
    assert rows_of(tmp_path, Kind.NCCI_PTP, PTP, "ptp") == [
        ("10001", "20001", 20200101, NEVER, 1, 1),
        ("10001", "20002", 19960101, 20210101, 0, 2),
        ("10001", "20002", 20220401, NEVER, 1, 1),
        ("30001", "20001", 20240101, 20240102, 9, 2),
        ("50001", "A1001", 20260701, NEVER, 0, 3),
        ("G1001", "99999", 20240101, 20260701, 1, 1),
    ]


def test_ptp_rationales_are_listed_once(tmp_path):
    assert rows_of(tmp_path, Kind.NCCI_PTP, PTP, "ptp_rationale") == [
        (1, "Invented reason one"),
        (2, "Invented reason two"),
        (3, "Invented reason three"),
    ]


def test_ptp_files_in_archives_are_taken_without_the_workbooks_beside_them(tmp_path):
    archives = [zipped(tmp_path / f"{path.stem}.zip", {path.name: path.read_bytes(), f"{path.stem}.xlsx": b"x"}) for path in PTP]

    assert len(rows_of(tmp_path, Kind.NCCI_PTP, archives, "ptp")) == 6


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


def test_pairs_without_effective_dates_hold_none(tmp_path):
    assert rows_of(tmp_path, Kind.NCCI_PAIRS, ONE_FILE[Kind.NCCI_PAIRS], "ptp") == [
        ("10001", "20001", 0, NEVER, 1, 1),
        ("10001", "20003", 0, 20240901, 0, 2),
        ("10001", "20004", 0, 20240101, 1, 2),
        ("10001", "20005", 0, NEVER, 9, 1),
    ]


def test_unit_edits_are_read_behind_the_notice_of_many_lines(tmp_path):
    assert rows_of(tmp_path, Kind.MUE, ONE_FILE[Kind.MUE], "mue") == [
        ("10001", 1, 2, "Invented reason"),
        ("10002", 0, 3, "CMS Policy"),
        ("A1001", 12, 1, "Invented reason"),
    ]


def test_plain_add_on_pairs_have_no_dates(tmp_path):
    assert rows_of(tmp_path, Kind.ADD_ON, ONE_FILE[Kind.ADD_ON], "add_on") == [
        ("10002", "10001", 1, 0, NEVER),
        ("10002", "10003", 1, 0, NEVER),
        ("10004", "CCCCC", 2, 0, NEVER),
        ("10005", "10001", 3, 0, NEVER),
    ]
    assert sheet(Kind.ADD_ON, ONE_FILE[Kind.ADD_ON]).since is None


def test_the_add_on_workbook_of_cms_ends_a_pair_with_the_first_of_its_codes(tmp_path):
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

    assert rows_of(tmp_path, Kind.ADD_ON, book, "add_on") == [
        ("10002", "10001", 1, 20130101, NEVER),
        ("10002", "10003", 3, 20130101, 20200101),
        ("10004", "CCCCC", 2, 20130101, 20250102),
    ]
    assert sheet(Kind.ADD_ON, book).since == date(1996, 1, 1)


def test_the_fee_schedule_is_read_by_the_names_of_its_columns(tmp_path):
    first, *_, last = rows_of(tmp_path, Kind.MPFS, ONE_FILE[Kind.MPFS], "fee")

    assert first == (
        *("10001", "", "A", "1.10", "2.35", "0.61", "0.07", "3.52", "1.78", "", "NA", "0", "010", "0.10", "0.80", "0.10"),
        *("2", "1", "0", "1", "0", "", "32.3465", "09", "99"),
    )
    assert (last[0], last[2], last[9:11], last[21]) == ("G1001", "N", ("NA", "NA"), "10001")


def test_the_column_more_of_2026_moves_nothing(tmp_path):
    rows = rows_of(tmp_path, Kind.MPFS, CODESETS / "PPRRVU2026_Jul_nonQPP.csv", "fee")

    assert [row[21:] for row in rows if row[0] == "G1001"] == [("10001", "33.4009", "09", "99")]
    told = sheet(Kind.MPFS, CODESETS / "PPRRVU2026_Jul_nonQPP.csv")
    assert (told.edition, told.setting) == ("RVU26C, July 2026", Setting.NON_QPP)


def test_of_the_twins_in_one_archive_that_of_non_participants_is_taken(tmp_path):
    content = (CODESETS / "PPRRVU2026_Jul_nonQPP.csv").read_bytes()
    archive = zipped(
        tmp_path / "rvu26c.zip", {"PPRRVU2026_Jul_QPP.csv": content, "PPRRVU2026_Jul_nonQPP.csv": content, "GPCI.csv": b"x"}
    )

    assert sheet(Kind.MPFS, archive).setting is Setting.NON_QPP


def test_no_word_of_a_description_of_the_fee_schedule_is_stored(tmp_path):
    rows_of(tmp_path, Kind.MPFS, ONE_FILE[Kind.MPFS], "fee")

    assert b"mbrella" in ONE_FILE[Kind.MPFS].read_bytes()
    assert b"mbrella" not in (tmp_path / "official.sqlite").read_bytes()


def test_hospital_files_are_told_by_their_name(tmp_path):
    paths = []
    for number, path in enumerate(PTP, start=1):
        paths.append(tmp_path / f"ccioph-v313r1-f{number}.TXT")
        paths[-1].write_bytes(path.read_bytes())
    told = sheet(Kind.NCCI_PTP, *paths)

    assert (told.edition, told.effective, told.setting) == ("2025 Q4", date(2025, 10, 1), Setting.HOSPITAL)
