"""The commands ``knowledge check``, ``page``, ``new`` and ``schema`` as a person runs them."""

from __future__ import annotations

import json

import pytest
import typer
from pages_cast import FEES, PAGES, write_official
from typer.testing import CliRunner

from consultant.commands import codes, knowledge_check, knowledge_new


@pytest.fixture
def run(tmp_path, knowledge_file, monkeypatch):
    """Run one of the commands; gives back its exit code and what it printed."""
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONSULTANT_KNOWLEDGE", str(knowledge_file))
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    for command in (knowledge_check.check, knowledge_check.page, knowledge_new.new, knowledge_new.schema, codes.lookup):
        app.command()(command)

    def invoke(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        return result.exit_code, result.stdout

    return invoke


def test_check_without_tables_says_that_nothing_is_loaded_and_exits_with_0(run):
    code, out = run("check")

    assert code == 0
    assert "Checked against no official table: none is loaded." in out
    assert "not checked: no fee schedule is loaded" in out


def test_check_against_a_folder_shows_both_sides_and_exits_with_1(run, tmp_path):
    fees = [("77080", "", "N", "1", "XXX", "0"), *FEES[1:]]
    code, out = run("check", "--against", write_official(tmp_path / "files", fees=fees), "--date", "2026-11-20")

    assert code == 1
    line = next(line for line in out.splitlines() if "status A (paid separately" in line)
    assert "77080: " in line
    assert "families/radiology/dxa.yaml:" in line
    assert "but status N (not covered by Medicare)  [mpfs RVU25D, October 2025]" in out


def test_check_as_json_counts_every_outcome(run, tmp_path):
    fees = [("77080", "", "N", "1", "XXX", "0"), *FEES[1:]]
    code, out = run("check", "--json", "--against", write_official(tmp_path / "files", fees=fees, units=()))
    row = json.loads(out)

    assert (code, row["contradictions"]) == (1, True)
    assert row["counts"]["units"]["unchecked"] > 0
    assert {"check", "outcome", "about", "said", "said_in", "known", "known_from"} == {*row["verdicts"][0]}


def test_page_prints_facts_and_contradictions_and_exits_with_1(run, tmp_path):
    code, out = run("page", PAGES / "description-77082.txt", "--against", write_official(tmp_path / "files"))

    assert code == 1
    assert "77082 is explained as a code in use (copyright 2026)  [description-77082.txt:19]" in out
    assert "but deleted on 2015-01-01" in out


def test_page_as_json_has_facts_and_verdicts(run):
    code, out = run("page", PAGES / "overview-77081.txt", PAGES / "admits-77082.txt", "--json")
    first, second = json.loads(out)

    assert (code, first["contradictions"], second["contradictions"]) == (1, True, False)
    assert first["service_type"] == "Picture of a bone"
    assert first["modifiers"][0] == {"modifier": "26", "words": "Reading", "when": "When only the reading was done.", "line": 17}


def test_a_page_without_contradictions_says_so_and_exits_with_0(run):
    code, out = run("page", PAGES / "admits-77082.txt")

    assert code == 0
    assert "Nothing on it is contradicted by what is known here." in out


def test_new_begins_a_family_in_the_folder_that_is_named(run, tmp_path):
    code, out = run("new", "new-family", "--section", "surgery", "--codes", "12001, 12002", "--root", tmp_path)

    assert code == 0
    assert str(tmp_path / "families" / "surgery" / "new-family.yaml") in out
    assert "- code: 12002" in (tmp_path / "families" / "surgery" / "new-family.yaml").read_text()


def test_schema_writes_every_schema_into_the_folder_that_is_named(run, tmp_path):
    code, out = run("schema", "--root", tmp_path)

    assert code == 0
    assert out.count("Wrote ") == len([*tmp_path.glob("*.schema.json")]) > 0


def test_lookup_prints_the_page(run):
    code, out = run("lookup", "77080", "--date", "2026-11-20")

    assert code == 0
    assert "in force on 2026-11-20" in out
    assert "Not known" in out
