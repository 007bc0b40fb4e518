from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from importers_cast import CODESETS, CPT, NOW, ONE_FILE, PTP, articles, load, load_all

from consultant.errors import KnowledgeError
from consultant.knowledge import official_tables
from consultant.knowledge.importers.load import import_files
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind, Setting

MUE = ONE_FILE[Kind.MUE]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "official.sqlite"


def editions(target):
    with closing(Official.open(target)) as official:
        return official.editions()


def contents(target):
    """Everything in the file, as statements."""
    with closing(sqlite3.connect(target)) as connection:
        return list(connection.iterdump())


def folder(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_an_import_reports_its_edition_and_rows(target):
    report = load(Kind.MUE, MUE, target)

    assert (report.kind, report.edition.name, report.rows, report.rejected, report.changed) == (Kind.MUE, "2026 Q2", 3, 0, True)
    assert editions(target) == (report.edition,)
    assert report.edition.imported == NOW
    assert report.edition.files == (MUE.name,)
    assert report.edition.sha256 == hashlib.sha256(MUE.read_bytes()).hexdigest()


def test_a_second_import_changes_nothing_and_says_so(target, tmp_path):
    load_all(target, tmp_path / "articles.zip")
    before = contents(target)
    again = [load(kind, path, target) for kind, path in ONE_FILE.items()]
    again.append(load(Kind.NCCI_PTP, list(reversed(PTP)), target))
    again.append(load(Kind.MCD, tmp_path / "articles.zip", target))

    assert [report.changed for report in again] == [False] * len(again)
    assert all(report.rows for report in again)
    assert contents(target) == before


def test_every_kind_is_loaded_whole(target, tmp_path):
    load_all(target, tmp_path / "articles.zip")

    assert {str(edition.kind): (edition.rows, edition.rejected) for edition in editions(target)} == {
        "ncci-ptp": (6, 0),
        "ncci-pairs": (4, 0),
        "mue": (3, 0),
        "add-on": (4, 0),
        "mpfs": (5, 0),
        "hcpcs": (3, 0),
        "icd10cm-order": (3, 0),
        "icd10cm-tabular": (12, 0),
        "icd10cm-index": (5, 0),
        "taxonomy": (2, 0),
        "taxonomy-crosswalk": (4, 0),
        "places": (3, 0),
        "mcd": (7, 0),
        "cpt": (9, 0),
    }


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, path in ONE_FILE.items() if kind is not Kind.MUE])
def test_a_file_of_another_kind_is_refused_in_one_line_and_nothing_is_left(target, kind, path):
    with pytest.raises(KnowledgeError) as refused:
        load(Kind.MUE, path, target, setting=Setting.PRACTITIONER, effective=date(2026, 1, 1))

    assert len(str(refused.value).splitlines()) == 1
    assert folder(target) in ([], ["official.sqlite.lock"])


@pytest.mark.parametrize("kind", ONE_FILE)
@pytest.mark.parametrize("kept", [0.15, 0.5, 0.8, 0.97])
def test_a_file_cut_off_is_refused_in_one_line_and_changes_nothing(target, tmp_path, kind, kept):
    load(Kind.MUE, MUE, target)
    before = contents(target)
    path, whole = tmp_path / ONE_FILE[kind].name, ONE_FILE[kind].read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)].rstrip(b"\r\n"))

    with pytest.raises(KnowledgeError) as refused:
        load(kind, path, target)

    assert len(str(refused.value).splitlines()) == 1
    assert contents(target) == before


def test_a_header_without_rows_is_refused(target, tmp_path):
    path = tmp_path / "pos_codes_2024-06.csv"
    path.write_text("pos_code,pos_type,pos_name,pos_description\n")

    with pytest.raises(KnowledgeError, match="there is not one row in it"):
        load(Kind.PLACES, path, target)


def pairs(count):
    return "column_1,column_2,deletion_date,modifier_indicator,rationale\n" + "".join(
        f"10001,{number:05},9999-12-31,1,Invented reason\n" for number in range(count)
    )


def test_an_edition_with_far_fewer_rows_than_the_one_before_is_refused(target, tmp_path):
    whole, cut = tmp_path / "ptp_practitioner_2024Q3_pairs.csv", tmp_path / "ptp_practitioner_2024Q4_pairs.csv"
    whole.write_text(pairs(100))
    cut.write_text(pairs(49))
    load(Kind.NCCI_PAIRS, whole, target)

    with pytest.raises(
        KnowledgeError, match=r"it has 49 rows where ncci-pairs 2024 Q3 \(practitioner\) has 100, as if it were cut off"
    ):
        load(Kind.NCCI_PAIRS, cut, target)
    assert [edition.name for edition in editions(target)] == ["2024 Q3"]


def test_few_lines_that_cannot_be_read_are_left_out_and_kept_with_their_reasons(target, tmp_path):
    path = tmp_path / "ptp_practitioner_2024Q3_pairs.csv"
    path.write_text(pairs(1_000) + "secret,00001,9999-12-31,1,Invented reason\n10001,00001,yesterday,1,Invented reason\n")
    report = load(Kind.NCCI_PAIRS, path, target)

    assert (report.rows, report.rejected) == (1_000, 2)
    assert [(one.file, one.line, one.why) for one in report.reasons] == [
        (path.name, 1002, "the code is not five characters as of CPT or HCPCS"),
        (path.name, 1003, "the deletion date is not a date"),
    ]
    with closing(official_tables.connect(target)) as connection:
        assert connection.execute("SELECT line, why FROM rejected").fetchall() == [(one.line, one.why) for one in report.reasons]


def test_many_lines_that_cannot_be_read_are_another_file(target, tmp_path):
    path = tmp_path / "ptp_practitioner_2024Q3_pairs.csv"
    path.write_text(pairs(20) + "secret words,,,,\n" * 20)

    with pytest.raises(
        KnowledgeError, match=r"20 of 40 lines cannot be read \(line 22: the code is not five characters"
    ) as refused:
        load(Kind.NCCI_PAIRS, path, target)
    assert "secret" not in str(refused.value)


def test_rows_that_repeat_a_key_are_counted_once(target, tmp_path):
    path = tmp_path / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
    path.write_bytes(MUE.read_bytes() + b"10001,2,2 Date of Service Edit: Policy,Other\n")
    report = load(Kind.MUE, path, target)

    assert (report.rows, report.rejected, report.reasons[0].why) == (3, 1, "a row with the same codes was there already")


def test_what_the_file_does_not_tell_must_be_said(target, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(MUE.read_bytes())

    with pytest.raises(KnowledgeError, match="say --effective YYYY-MM-DD"):
        load(Kind.MUE, path, target, setting=Setting.HOSPITAL)
    with pytest.raises(KnowledgeError, match="say --setting with one of practitioner, hospital, supplier"):
        load(Kind.MUE, path, target, effective=date(2026, 1, 1))
    report = load(Kind.MUE, path, target, setting=Setting.HOSPITAL, effective=date(2026, 1, 1), edition="first")

    assert str(report.edition) == "mue first (hospital)"


def test_a_setting_that_the_file_denies_is_refused(target):
    with pytest.raises(KnowledgeError, match="the file is for practitioner, not hospital"):
        load(Kind.MUE, MUE, target, setting=Setting.HOSPITAL)
    with pytest.raises(KnowledgeError, match="--setting hospital is none of places; leave it out"):
        load(Kind.PLACES, ONE_FILE[Kind.PLACES], target, setting=Setting.HOSPITAL)


def test_the_same_file_for_two_settings_makes_two_editions(target, tmp_path):
    path = tmp_path / "2026Q1.csv"
    path.write_bytes(MUE.read_bytes())
    for setting in (Setting.PRACTITIONER, Setting.HOSPITAL):
        assert load(Kind.MUE, path, target, setting=setting).changed

    assert [edition.setting for edition in editions(target)] == [Setting.HOSPITAL, Setting.PRACTITIONER]


def test_progress_is_told_up_to_the_end(target):
    told = []
    import_files(Kind.MPFS, [ONE_FILE[Kind.MPFS]], target, now=NOW, progress=lambda *one: told.append(one))
    size = ONE_FILE[Kind.MPFS].stat().st_size

    assert {what for what, _, _ in told} == {"importing mpfs"}
    assert told[-1] == ("importing mpfs", size, size)


def test_a_file_that_is_not_there_is_refused_before_anything_is_made(target):
    with pytest.raises(KnowledgeError, match="name a file that is there"):
        load(Kind.MUE, CODESETS / "none.csv", target)
    assert folder(target) == []


def test_descriptors_stay_out_of_every_report(target, tmp_path):
    broken = tmp_path / "LONGULT.txt"
    broken.write_bytes(CPT[0].read_bytes() + b"Secret words of a descriptor\r\n" * 50)

    with pytest.raises(KnowledgeError) as refused:
        load(Kind.CPT, broken, target, effective=date(2026, 1, 1))
    assert "ecret" not in str(refused.value)
    report = load(Kind.CPT, CPT, target, effective=date(2026, 1, 1))
    assert "mbrella" not in str(report).lower()


def test_articles_take_their_contractors_names_from_beside_them(target, tmp_path):
    load(Kind.MCD, articles(tmp_path / "articles.zip"), target)
    with closing(official_tables.connect(target)) as connection:
        names = connection.execute("SELECT contractor FROM article_contractor WHERE article = 50001").fetchall()

    assert names == [("102",), ("Umbrella Contractor",)]
