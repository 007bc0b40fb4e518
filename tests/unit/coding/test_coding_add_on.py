from __future__ import annotations

from claims import line, proposed, reading
from coding_asserts import checked, hit_codes, hits, of
from coding_tables import Few, fee, with_tables

from consultant.coding.rules.add_on import RULE
from consultant.model.finding import Outcome

TABLE = with_tables(Few(add_ons={"64636": ("64635", "64633"), "77063": ("77067",), "99292": ("CCCCC",)}))


def test_an_add_on_code_of_the_table_without_its_primary_is_an_error():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("77063"),)), TABLE))

    assert hit.codes == ("77063",)
    assert (hit.source, hit.edition) == ("CMS add-on code edits", "2026 Q4")


def test_an_add_on_code_beside_a_primary_is_clean():
    both = reading(ours=(line("77067"), line("77063")))

    assert [one.outcome for one in checked(RULE, both, TABLE)] == [Outcome.CLEAN]


def test_a_primary_on_the_other_claim_does_not_count():
    assert hit_codes(RULE, reading(ours=(line("64635"),), theirs=(proposed("64636"),))) == (("64636",),)


def test_without_a_table_the_family_names_the_primaries():
    (hit,) = hits(checked(RULE, reading(ours=(line("64636"),))))

    assert "goes with 64635" in hit.text


def test_primaries_that_the_contractor_decides_are_no_clean_result():
    assert [one.outcome for one in checked(RULE, reading(ours=(line("99292"),)), TABLE)] == [Outcome.NO_DATA]


def test_an_add_on_code_by_its_global_days_without_primaries_is_said_to_be_unknown():
    (blank,) = checked(RULE, reading(ours=(line("22853"),)), with_tables(Few(fees=(fee("22853", global_days="ZZZ"),))))

    assert blank.outcome is Outcome.NO_DATA
    assert of(Outcome.CLEAN, (blank,)) == ()


def test_a_code_that_is_no_add_on_is_silent():
    assert checked(RULE, reading(ours=(line("20610"),)), TABLE) == ()
