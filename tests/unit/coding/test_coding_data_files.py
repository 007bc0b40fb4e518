"""The data of the coding rules: each row can be read, names what exists, and says who says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from claims import proposed, reading

from consultant.coding import tables
from consultant.coding.chain import RULES, run
from consultant.coding.rules import modifier_use
from consultant.errors import KnowledgeError
from consultant.model.coding import System
from consultant.model.finding import Severity

_SPAN = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5})?")
_MADE_ELSEWHERE = {"laterality"}
GROUPS = tables.read("code_groups.yaml")["groups"]
USES = tables.rows("modifier_uses.yaml", "uses", *modifier_use._KEYS)
DENIALS = tables.rows("denials.yaml", "denials", "code", "phrases", "rules", "means", "do")
DIFFERENCES = tables.rows("payer_differences.yaml", "differences", "payers", "codes", "but_not", "instead", "source")
RULE_NAMES = {rule.id for rule in RULES} | {str(row["rule"]) for row in USES} | _MADE_ELSEWHERE


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_holds_codes_and_ranges_that_begin_before_they_end(name):
    spans = tables.group(name)

    assert spans
    for span in spans:
        low, _, high = span.partition("-")
        assert _SPAN.fullmatch(span), span
        assert System.of(low) in {System.CPT, System.HCPCS}, span
        assert not high or low < high, span


def test_each_use_names_modifiers_groups_a_severity_and_a_source_that_exist(knowledge):
    for row in USES:
        assert {*tables.words(row, "modifiers")} <= {*knowledge.modifiers}, row
        assert {*tables.words(row, "only_on"), *tables.words(row, "never_on")} <= {*GROUPS}, row
        assert Severity(row["severity"])
        assert row["source"]
        assert str(row["text"]).format(modifier="25", code="99213")


def test_each_denial_says_what_it_means_and_what_to_do_and_points_at_rules_that_exist():
    for row in DENIALS:
        assert row["means"]
        assert row["do"]
        assert row["code"] or row["phrases"]
        assert {*tables.words(row, "rules")} <= RULE_NAMES, row


def test_a_reason_code_stands_once():
    codes = [row["code"] for row in DENIALS if row["code"]]

    assert len(codes) == len({*codes})


def test_payer_differences_name_payers_that_matching_tells_and_have_a_source():
    payers = {"medicare", "medicare-advantage", "medicaid", "tricare", "workers-compensation", "self-pay", "commercial"}
    for row in DIFFERENCES:
        assert {*tables.words(row, "payers")} <= payers
        assert all(_SPAN.fullmatch(span) for span in tables.words(row, "codes"))
        assert row["source"]


def test_time_thresholds_have_a_source_and_rise_within_a_series():
    told = tables.read("time_thresholds.yaml")
    for row in told["codes"]:
        assert row["source"] in told["sources"]
        assert all(isinstance(minutes, int) and minutes > 0 for minutes in row["codes"].values())


def test_a_file_with_a_strange_key_is_refused():
    with pytest.raises(KnowledgeError, match="nothing reads the key"):
        tables.rows("denials.yaml", "denials", "code")
    with pytest.raises(KnowledgeError, match="no list"):
        tables.rows("denials.yaml", "source")
    with pytest.raises(KnowledgeError, match="no group"):
        tables.group("nobody")


def test_every_rule_has_a_name_of_its_own_and_a_source():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.source for rule in RULES)


def test_no_finding_of_real_knowledge_is_without_rule_codes_and_source(knowledge):
    claims = [
        reading(theirs=tuple(proposed(code.code) for code in family.codes[:3]), facts=(("payer", payer), ("setting", setting)))
        for family in knowledge.families
        if family.system is not System.ICD10CM
        for payer, setting in (("medicare", "office"), ("commercial", "inpatient"))
    ]

    findings = [finding for claim in claims for finding in run(claim, knowledge).findings]

    assert len(findings) > 1000
    assert [one for one in findings if not (one.rule and one.codes and one.source and one.text.endswith("."))] == []


def test_the_page_of_the_rules_names_every_rule():
    page = (Path(__file__).parents[3] / "docs" / "CODING_RULES.md").read_text(encoding="utf-8")

    assert sorted(name for name in RULE_NAMES if f"`{name}`" not in page) == []
