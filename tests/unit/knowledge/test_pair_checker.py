"""The pair checker over loaded tables: which edit, which edition, which modifier; and never "clean" without a table."""

from __future__ import annotations

import pytest
from pages_cast import PAIRS, open_book, write_official, write_sources

from consultant.desk.pairing import Standing, check
from consultant.errors import NotFoundError

EDITS = (("77080", "77081", "9999-12-31", 1), ("76977", "77080", "9999-12-31", 0))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    book = open_book(write_sources(folder / "root"), write_official(folder / "files", pairs=EDITS))
    yield book
    book.knowledge.close()


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    book = open_book(write_sources(tmp_path_factory.mktemp("bare-pairs")))
    yield book
    book.knowledge.close()


def test_the_order_in_which_codes_are_written_does_not_matter(loaded):
    ways = [check(loaded, *pair) for pair in (("77080", "77081"), ("77081", "77080"))]

    assert {(way.column_1, way.column_2, way.indicator, way.standing) for way in ways} == {
        ("77080", "77081", "1", Standing.DENIED_UNLESS)
    }
    assert {way.edition for way in ways} == {PAIRS}


def test_indicator_0_offers_no_modifier(loaded):
    found = check(loaded, "77080", "76977")

    assert (found.standing, found.indicator, found.bypassing) == (Standing.DENIED, "0", ())
    assert found.means == "no modifier makes both payable"


def test_a_pair_that_the_loaded_table_lacks_is_free_by_that_edition(loaded):
    found = check(loaded, "99213", "77081")

    assert (found.standing, found.edition) == (Standing.FREE, PAIRS)


def test_without_a_table_an_unwritten_pair_is_unknown(bare):
    found = check(bare, "99213", "77081")

    assert (found.standing, found.edition, found.column_1) == (Standing.UNKNOWN, "", "")


@pytest.mark.parametrize(("one", "other"), [("77080", "77080"), ("M81.0", "77080"), ("", "77080"), ("bones", "77080")])
def test_what_is_no_pair_is_refused(bare, one, other):
    with pytest.raises(NotFoundError):
        check(bare, one, other)
