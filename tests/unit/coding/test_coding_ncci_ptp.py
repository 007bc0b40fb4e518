from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from claims import knowledge as small_knowledge
from claims import line, reading
from coding_asserts import checked, hits, of

from consultant.coding.rules.ncci_ptp import ID, RULE
from consultant.knowledge.importers.load import import_files
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind, Setting
from consultant.model.finding import Outcome, Severity

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAIRS = """\
column_1,column_2,deletion_date,modifier_indicator,rationale
77085,0750T,9999-12-31,0,Mutually exclusive procedures
0750T,77081,9999-12-31,1,Misuse of Column Two code with Column One code
77080,77086,2019-06-30,0,More extensive procedure
"""


@pytest.fixture
def with_table(tmp_path):
    """The small knowledge base with an edit table of three pairs."""
    file = tmp_path / "pairs.csv"
    file.write_text(PAIRS)
    target = tmp_path / "official.sqlite"
    given = {"setting": Setting.PRACTITIONER, "edition": "2024 Q3", "effective": date(2024, 7, 1)}
    import_files(Kind.NCCI_PAIRS, [file], target, now=NOW, **given)
    knowledge = small_knowledge()
    knowledge.official = Official.open(target)
    yield knowledge
    knowledge.official.close()


def ours(*codes: str):
    return reading(ours=tuple(line(code) for code in codes))


def test_without_a_table_it_is_said_that_nothing_was_checked():
    (blank,) = of(Outcome.NO_DATA, checked(RULE, ours("77085")))

    assert blank.rule == ID
    assert "No NCCI edit table is loaded here" in blank.text


def test_a_pair_that_no_modifier_lifts_is_an_error_with_the_denied_code_last(with_table):
    (hit,) = hits(checked(RULE, ours("0750T", "77085"), with_table))

    assert hit.codes == ("77085", "0750T")
    assert hit.severity is Severity.ERROR
    assert hit.edition == "2024 Q3"


def test_a_pair_that_a_modifier_may_lift_is_a_warning(with_table):
    (hit,) = hits(checked(RULE, ours("0750T", "77081"), with_table))

    assert hit.severity is Severity.WARNING
    assert "indicator 1" in hit.text


def test_codes_without_an_edit_are_clean_by_the_table(with_table):
    (clean,) = checked(RULE, ours("77080", "0750T"), with_table)

    assert (clean.outcome, clean.edition) == (Outcome.CLEAN, "2024 Q3")


def test_an_edit_that_has_ended_is_none(with_table):
    assert hits(checked(RULE, ours("77080", "77086"), with_table)) == ()


def test_a_day_before_the_table_is_not_answered_by_it(with_table):
    early = replace(ours("0750T", "77085"), date_of_service=date(2024, 6, 30))

    assert [one.outcome for one in checked(RULE, early, with_table)] == [Outcome.NO_DATA]
