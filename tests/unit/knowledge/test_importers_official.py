from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest
from importers_cast import CODESETS, ONE_FILE, load, load_all

from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind, Setting

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    folder = tmp_path_factory.mktemp("official")
    load_all(folder / "official.sqlite", folder / "articles.zip")
    with closing(Official.open(folder / "official.sqlite")) as opened:
        yield opened


def test_nothing_loaded_answers_nothing_and_says_what_is_missing(tmp_path):
    empty = Official.open(tmp_path / "official.sqlite")

    assert empty.editions() == ()
    assert set(empty.missing()) == set(Kind) - {Kind.NCCI_PAIRS}
    assert not empty.has(Kind.NCCI_PTP, DAY, Setting.PRACTITIONER)
    assert (empty.ptp("10001", "20001", DAY), empty.mue("10001", DAY), empty.fee("10001", DAY), empty.add_on("10002", DAY)) == (
        None,
        None,
        None,
        (),
    )
    assert (empty.billable("X01.0", DAY), empty.diagnosis("X01", DAY), empty.index("ill", DAY), empty.covered("10001", DAY)) == (
        None,
        None,
        (),
        (),
    )
    assert Official().editions() == ()


def test_a_file_that_appears_later_is_seen(tmp_path):
    official = Official.open(tmp_path / "official.sqlite")
    load(Kind.MUE, ONE_FILE[Kind.MUE], tmp_path / "official.sqlite")
    first = official.mue("10001", DAY)
    load(Kind.PLACES, ONE_FILE[Kind.PLACES], tmp_path / "official.sqlite")

    assert (first.units, official.place("02").name) == (1, "Lighthouse")
    official.close()


def test_nothing_is_missing_when_all_is_loaded(official):
    assert official.missing() == ()


def test_an_edit_in_force_names_its_edition_and_dates(official):
    edit = official.ptp("10001", "20002", date(2023, 5, 1))

    assert (edit.indicator, edit.rationale, edit.effective, edit.ended) == (1, "Invented reason one", date(2022, 4, 1), None)
    assert edit.modifier_allowed
    assert str(edit.edition) == "ncci-ptp 2026 Q3 (practitioner)"


@pytest.mark.parametrize(
    ("day", "indicator"),
    [
        (date(1995, 12, 31), None),
        (date(1996, 1, 1), 0),
        (date(2020, 12, 31), 0),
        (date(2021, 1, 1), None),
        (date(2022, 3, 31), None),
        (date(2022, 4, 1), 1),
        (date(2026, 11, 20), 1),
    ],
)
def test_a_pair_has_several_spans(tmp_path, day, indicator):
    load(Kind.NCCI_PTP, [CODESETS / f"ccipra-v322r0-f{number}.TXT" for number in (1, 2, 3, 4)], tmp_path / "official.sqlite")
    with closing(Official.open(tmp_path / "official.sqlite")) as official:
        edit = official.ptp("10001", "20002", day)

    assert (edit and edit.indicator) == indicator


def test_an_edit_holds_through_its_last_day_and_no_longer(official):
    assert official.ptp("G1001", "99999", date(2026, 6, 30)) is not None
    assert official.ptp("G1001", "99999", date(2026, 7, 1)) is None


def test_an_edit_that_was_taken_back_never_was(official):
    assert official.ptp("30001", "20001", date(2024, 1, 1)) is None


def test_a_pair_has_a_direction(official):
    assert official.ptp("20001", "10001", DAY) is None


def test_no_edit_is_another_answer_than_no_data(official):
    assert official.ptp("10001", "20009", DAY) is None
    assert official.has(Kind.NCCI_PTP, DAY, Setting.PRACTITIONER)
    assert not official.has(Kind.NCCI_PTP, DAY, Setting.HOSPITAL)
    assert not official.has(Kind.MUE, date(2026, 3, 31), Setting.PRACTITIONER)


def test_the_edition_of_the_day_answers_among_those_of_both_layouts(official):
    between = official.ptp("10001", "20003", date(2024, 8, 31))

    assert str(between.edition) == "ncci-pairs 2024 Q3 (practitioner)"
    assert official.ptp("10001", "20003", date(2024, 9, 1)) is None
    assert str(official.ptp("10001", "20001", DAY).edition) == "ncci-ptp 2026 Q3 (practitioner)"
    assert official.edition(Kind.NCCI_PTP, date(2024, 6, 30), Setting.PRACTITIONER).name == "2026 Q3"


def test_unit_edits_and_fees_answer_with_their_edition(official):
    unit, fee = official.mue("A1001", DAY), official.fee("10002", DAY, "26")

    assert (unit.units, unit.adjudication, unit.rationale, unit.edition.name) == (12, 1, "Invented reason", "2026 Q2")
    assert (fee.status, fee.work, fee.practice_facility, fee.professional_technical) == ("A", Decimal("0.20"), Decimal("0.08"), "1")
    assert fee.edition.name == "RVU25D, October 2025"
    assert official.fee("10002", DAY, "53") is None
    assert [one.modifier for one in official.fees("10002", DAY)] == ["", "26", "TC"]


def test_a_fee_tells_where_the_service_is_rarely_done(official):
    fee = official.fee("10001", DAY)

    assert (fee.not_applicable_non_facility, fee.not_applicable_facility) == (False, True)
    assert (fee.global_days, fee.preoperative, fee.endoscopic_base, fee.conversion_factor) == (
        "010",
        Decimal("0.10"),
        "",
        Decimal("32.3465"),
    )


def test_of_the_twins_the_one_for_non_participants_answers_unless_asked(tmp_path):
    target, twin = tmp_path / "official.sqlite", CODESETS / "PPRRVU2026_Jul_nonQPP.csv"
    other = tmp_path / "PPRRVU2026_Jul_QPP.csv"
    other.write_bytes(twin.read_bytes().replace(b"33.4009", b"33.5675"))
    load(Kind.MPFS, other, target)
    load(Kind.MPFS, twin, target)
    with closing(Official.open(target)) as official:
        factors = [official.fee("10001", DAY, setting=setting).conversion_factor for setting in (None, Setting.QPP)]

    assert factors == [Decimal("33.4009"), Decimal("33.5675")]


def test_hcpcs_codes_tell_whether_they_are_live(official):
    code = official.hcpcs("Q9001", DAY)

    assert (code.added, code.ended) == (date(2015, 1, 1), date(2018, 1, 1))
    assert [code.live_on(day) for day in (date(2014, 12, 31), date(2015, 1, 1), date(2017, 12, 31), date(2018, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert official.hcpcs("A1", DAY).is_modifier
    assert official.hcpcs("G9999", DAY) is None


def test_an_add_on_tells_its_primary_codes(official):
    assert [(pair.primary, pair.type, pair.contractor_decides) for pair in official.add_on("10002", DAY)] == [
        ("10001", 1, False),
        ("10003", 1, False),
    ]
    assert [pair.contractor_decides for pair in official.add_on("10004", DAY)] == [True]
    assert official.add_on("10001", DAY) == ()


def test_taxonomies_tell_their_specialties(official):
    found = official.taxonomy("101A00000X")

    assert (found.name, found.specialties, found.edition.name) == ("Umbrella Mender", ("01", "02"), "25.1")


def test_places_tell_whether_they_are_facilities(official):
    assert [official.place(code).is_facility for code in ("01", "02", "99")] == [False, True, None]
    assert official.place("03") is None


def test_articles_in_force_tell_what_is_covered(official):
    (article,) = official.covered("10001", DAY)

    assert (article.id, article.version, article.title, article.effective) == (
        50001,
        3,
        "Billing: Umbrellas, \u00e9lan",
        date(2024, 1, 1),
    )
    assert article.covered == ((1, ("X01.0XXA",)), (2, ("X01.1",)))
    assert (article.not_covered, article.documents, article.contractors) == (
        ("Z99.0",),
        ("L34001",),
        ("102", "Umbrella Contractor"),
    )


def test_one_diagnosis_is_covered_not_covered_or_not_named(official):
    assert [(article.id, supports) for article, supports in official.covers("10001", "X01.1", DAY)] == [(50001, True)]
    assert [(article.id, supports) for article, supports in official.covers("10001", "Z99.0", DAY)] == [(50001, False)]
    assert official.covers("10001", "X99.9", DAY) == ()


def test_descriptors_are_the_licensees(official):
    found = official.descriptor("0001T")

    assert (found.long, found.medium, found.short) == (
        "Blowing of a whistle, made up",
        "WHISTLE BLOWING MADE UP",
        "WHISTLE BLOWING",
    )
    assert official.descriptor("99999") is None


def test_a_page_puts_together_what_the_tables_tell(official):
    page = official.page("G1001", DAY)

    assert ([fee.status for fee in page.fees], page.hcpcs.short, page.mues, page.add_on, page.descriptor) == (
        ["N"],
        "Whistle left",
        (),
        (),
        None,
    )
    assert official.page("10001").mues[0].edition.name == "2026 Q2"


def test_many_threads_may_ask_at_once(official):
    codes = [f"{number:05}" for number in (10001, 10002, 99999)] * 60
    with ThreadPoolExecutor(8) as pool:
        units = list(pool.map(lambda code: official.mue(code, DAY), codes))

    assert units == [official.mue(code, DAY) for code in codes]


def test_look_ups_are_fast(official):
    spent = []
    for _ in range(200):
        begun = time.perf_counter()
        official.ptp("10001", "20002", DAY)
        spent.append(time.perf_counter() - begun)

    assert statistics.median(spent) < 0.001
