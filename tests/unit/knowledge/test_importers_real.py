"""The importers on the real files, which are not part of the project: set CONSULTANT_REAL_FILES to a folder that holds them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from importers_cast import load, member

from consultant.errors import KnowledgeError
from consultant.knowledge import icd10cm
from consultant.knowledge.importers import icd10cm_tabular
from consultant.knowledge.importers.files import Meter
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind

FOLDER = Path(os.environ.get("CONSULTANT_REAL_FILES", ""))
needs_real_files = pytest.mark.skipif(
    not os.environ.get("CONSULTANT_REAL_FILES"), reason="CONSULTANT_REAL_FILES names no folder of official files"
)
PAIRS = FOLDER / "ncci" / "ptp_practitioner_2024Q3_pairs.csv.gz"
WHOLE = {
    "mpfs/PPRRVU2025_Oct.csv": (Kind.MPFS, "RVU25D, October 2025", 19_090),
    "ncci/MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": (Kind.MUE, "2026 Q2", 15_095),
    "ncci/add_on_pairs_2024-06.csv": (Kind.ADD_ON, "2024 Q2", 7_465),
    "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip": (Kind.HCPCS, "2019-01", 6_800),
    "hcpcs/hcpcs2_2025-10_code_longdesc.csv": (Kind.HCPCS, "2025-10", 8_846),
    "nucc/nucc_taxonomy_251.csv": (Kind.TAXONOMY, "25.1", 883),
    "nucc/medicare_taxonomy_crosswalk_2025-10.csv": (Kind.TAXONOMY_CROSSWALK, "2025-10", 565),
    "pos/pos_codes_2024-06.csv": (Kind.PLACES, "2024-06", 52),
}


def packaged_release():
    return next(Path(find_spec("simple_icd_10_cm").origin).parent.glob("data/*.xml"))


@needs_real_files
@pytest.mark.parametrize("name", WHOLE)
def test_a_real_file_is_imported_whole_and_once(tmp_path, name):
    kind, edition, rows = WHOLE[name]
    first, second = (load(kind, FOLDER / name, tmp_path / "official.sqlite") for _ in range(2))

    assert (first.edition.name, first.rows, first.rejected, first.changed) == (edition, rows, 0, True)
    assert (second.rows, second.changed) == (rows, False)


@needs_real_files
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kept", [0.3, 0.9, 0.9999])
def test_a_real_file_cut_off_is_refused(tmp_path, name, kept):
    kind, _, _ = WHOLE[name]
    whole = (FOLDER / name).read_bytes()
    path = tmp_path / Path(name).name
    path.write_bytes(whole[: int(len(whole) * kept)].rstrip(b"\r\n"))

    with pytest.raises(KnowledgeError):
        load(kind, path, tmp_path / "official.sqlite")
    assert not (tmp_path / "official.sqlite").exists()


@needs_real_files
@pytest.mark.parametrize("name", WHOLE)
def test_a_real_file_of_another_kind_is_refused(tmp_path, name):
    for kind in set(Kind) - {WHOLE[name][0]}:
        with pytest.raises(KnowledgeError):
            load(kind, FOLDER / name, tmp_path / "official.sqlite", effective=date(2026, 1, 1))


@needs_real_files
@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("HCPC2026_OCT_ANWEB.excerpt.csv", Kind.HCPCS, 5),
        ("PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv", Kind.MPFS, 2),
        ("icd10cm_index_2026.shape.xml", Kind.ICD10CM_INDEX, 16),
        ("icd10cm_order_2026.excerpt.txt", Kind.ICD10CM_ORDER, 5),
    ],
)
def test_the_first_lines_of_newer_files_are_read(tmp_path, name, kind, rows):
    report = load(kind, FOLDER / "excerpts" / name, tmp_path / "official.sqlite")

    assert (report.rows, report.rejected) == (rows, 0)


@needs_real_files
def test_the_first_lines_of_the_ptp_file_of_cms_are_read(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_bytes((FOLDER / "excerpts" / "ccipra-v322r0-f1.excerpt.txt").read_bytes())
    report = load(Kind.NCCI_PTP, path, tmp_path / "official.sqlite", setting="practitioner", effective=date(2026, 7, 1))

    assert (report.rows, report.rejected) == (11, 0)


@needs_real_files
def test_no_description_of_the_fee_schedule_gets_into_the_tables(tmp_path):
    load(Kind.MPFS, FOLDER / "mpfs" / "PPRRVU2025_Oct.csv", tmp_path / "official.sqlite")
    stored = (tmp_path / "official.sqlite").read_bytes().lower()

    assert b"anesth" not in stored
    assert b"composite" not in stored


@needs_real_files
def test_two_and_a_half_million_pairs_take_at_most_300_megabytes_of_memory(tmp_path):
    program = (
        "import json, pathlib, re, sys\n"
        "from importers_cast import load\n"
        "from consultant.knowledge.official_kinds import Kind\n"
        "report = load(Kind.NCCI_PAIRS, pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        # Not getrusage, whose peak a child inherits from the process that started it.
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1]) / 1024\n"
        "print(json.dumps([report.rows, report.rejected, peak]))\n"
    )
    target = tmp_path / "official.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", program, str(PAIRS), str(target)],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )
    rows, rejected, megabytes = json.loads(done.stdout)

    assert (rows, rejected) == (2_546_017, 0)
    assert megabytes <= 300
    with closing(Official.open(target)) as official:
        assert official.ptp("0001A", "0591T", date(2024, 7, 1)) is None
        assert official._rows(
            Kind.NCCI_PTP, date(2024, 7, 1), None, "SELECT count(*) FROM ptp WHERE edition = ? AND ended = 99991231"
        )[0][1] == (1_669_820,)


def test_the_release_that_is_built_in_is_read_as_the_package_reads_it():
    path = packaged_release()
    ours, theirs = list(icd10cm_tabular.rows(member(path), Meter())), icd10cm.release().rows

    assert [(row.code, row.level, row.parent, row.billable, row.notes) for row in ours] == [
        (row.code, row.level, row.parent, row.billable, row.notes) for row in theirs
    ]
    assert [" ".join(row.title.split()) for row in ours] == [" ".join(row.title.replace("/\t", "/").split()) for row in theirs]


def test_the_release_that_is_built_in_can_be_imported(tmp_path):
    path = packaged_release()
    report = load(Kind.ICD10CM_TABULAR, path, tmp_path / "official.sqlite")

    assert (report.rows, report.rejected, report.edition.effective) == (98_505, 0, date(2026, 4, 1))
    with closing(Official.open(tmp_path / "official.sqlite")) as official:
        assert official.diagnosis("M80.08XA", date(2026, 5, 1)).billable
        assert official.billable("S06.1X7D", date(2026, 5, 1)) is False
