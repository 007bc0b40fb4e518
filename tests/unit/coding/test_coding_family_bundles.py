from __future__ import annotations

from claims import PAIRS, line, proposed, reading
from coding_asserts import checked, hit_codes, hits, of

from consultant.coding.rules.family_bundles import RULE
from consultant.model.finding import Outcome, Severity


def test_a_pair_of_ours_that_no_modifier_separates_is_an_error_with_the_denied_code_last():
    (hit,) = hits(checked(RULE, reading(ours=(line("77080"), line("77085")))))

    assert hit.severity is Severity.ERROR
    assert hit.codes == ("77085", "77080")
    assert hit.source == PAIRS
    assert "indicator 0" in hit.text


def test_a_pair_across_our_claim_and_theirs_is_a_warning():
    (hit,) = hits(checked(RULE, reading(ours=(line("77085"),), theirs=(proposed("77080"),))))

    assert hit.severity is Severity.WARNING


def test_a_pair_that_a_modifier_may_separate_is_a_warning_without_one():
    (hit,) = hits(checked(RULE, reading(ours=(line("77080"), line("77081")))))

    assert hit.severity is Severity.WARNING
    assert "indicator 1" in hit.text


def test_a_pair_that_a_modifier_separates_is_still_told():
    (hit,) = hits(checked(RULE, reading(ours=(line("77080"), line("77081", modifiers=("59",))))))

    assert hit.severity is Severity.INFO


def test_codes_without_a_written_pair_are_clean():
    findings = checked(RULE, reading(ours=(line("77085"), line("0750T"))))

    assert hits(findings) == ()
    assert len(of(Outcome.CLEAN, findings)) == 1


def test_the_same_pair_is_told_once_whoever_names_it():
    both = reading(ours=(line("77085"), line("77080")), theirs=(proposed("77085"), proposed("77080")))

    assert hit_codes(RULE, both) == (("77085", "77080"),)
