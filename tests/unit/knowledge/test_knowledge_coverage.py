"""Imported billing articles are asked about each line and its diagnoses, and named with what they say."""

from __future__ import annotations

from datetime import date

import pytest
from claims import line, reading
from importers_cast import articles, load

from consultant.coding.rules.diagnosis_support import RULE
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind
from consultant.model.finding import Outcome, Severity

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def with_articles(small_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("articles")
    load(Kind.MCD, articles(folder / "article.zip"), folder / "official.sqlite")
    opened = Knowledge.open(small_file, official=Official.open(folder / "official.sqlite"))
    yield opened
    opened.close()


def said(knowledge, diagnosis):
    of = reading(ours=(line("10001", diagnoses=(diagnosis,)),))
    return [one for one in RULE.check(of, knowledge) if "Article" in one.text]


def test_a_diagnosis_that_an_article_lists_is_said_to_support_the_line(with_articles):
    (finding,) = said(with_articles, "X01.1")

    assert finding.outcome is Outcome.CLEAN
    assert "A50001" in finding.text
    assert finding.source.startswith("Medicare billing article A50001")
    assert finding.edition


def test_a_diagnosis_that_an_article_shuts_out_is_a_warning(with_articles):
    (finding,) = said(with_articles, "Z99.0")

    assert (finding.outcome, finding.severity, finding.codes) == (Outcome.HIT, Severity.WARNING, ("10001", "Z99.0"))


def test_what_no_article_names_and_what_was_never_imported_stays_unsaid(with_articles, small):
    assert said(with_articles, "X99.9") == []
    assert said(small, "X01.1") == []
