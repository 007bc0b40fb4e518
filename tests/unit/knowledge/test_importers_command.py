from __future__ import annotations

import json

import pytest
from importers_cast import CODESETS, CPT, ONE_FILE

from consultant.cli import run
from consultant.knowledge.official_kinds import Kind
from consultant.settings import load

MUE = str(ONE_FILE[Kind.MUE])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CONSULTANT_OFFICIAL", raising=False)
    return tmp_path / "home"


def test_the_tables_stand_in_the_home_folder_unless_another_place_is_set(home, tmp_path, monkeypatch):
    assert load().official_file == home / "official.sqlite"
    monkeypatch.setenv("CONSULTANT_OFFICIAL", str(tmp_path / "other.sqlite"))
    assert load().official_file == tmp_path / "other.sqlite"


def test_an_import_says_what_it_did_and_a_second_that_nothing_changed(home, capsys):
    assert run(["knowledge", "import", "mue", MUE]) == 0
    assert capsys.readouterr().out == "Imported mue 2026 Q2 (practitioner), in force from 2026-04-01: 3 rows.\n"
    assert run(["knowledge", "import", "mue", MUE]) == 0
    assert capsys.readouterr().out.startswith("Nothing changed: these files were imported before as mue 2026 Q2 (practitioner)")
    assert (home / "official.sqlite").is_file()


def test_a_refusal_is_one_line_and_exit_code_1(home, capsys):
    assert run(["knowledge", "import", "mpfs", MUE]) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]

    assert error.startswith(f"consultant: {ONE_FILE[Kind.MUE].name}: no header with the columns")
    assert not (home / "official.sqlite").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["letters", MUE],
        ["mue"],
        ["mue", MUE, "--setting", "kitchen"],
        ["mue", MUE, "--effective", "2026-13-01"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    assert run(["knowledge", "import", *arguments]) == 2


def test_what_the_files_do_not_tell_is_given_as_options(capsys):
    files = [str(path) for path in CPT]
    arguments = ["knowledge", "import", "cpt", *files, "--edition", "2026", "--effective", "2026-01-01", "--json"]
    assert run(arguments) == 0
    row = json.loads(capsys.readouterr().out)

    assert {name: row[name] for name in ("changed", "kind", "edition", "effective", "rows", "rejected", "reasons")} == {
        "changed": True,
        "kind": "cpt",
        "edition": "2026",
        "effective": "2026-01-01",
        "rows": 9,
        "rejected": 0,
        "reasons": [],
    }


def test_lines_left_out_are_told_with_their_reasons(tmp_path, capsys):
    path = tmp_path / ONE_FILE[Kind.MUE].name
    path.write_bytes(ONE_FILE[Kind.MUE].read_bytes() + b"secret,1,2 x,y\n")

    assert run(["knowledge", "import", "mue", str(path)]) == 0
    out = capsys.readouterr().out
    assert "3 rows, 1 line left out." in out
    assert f"{path.name} line 10: the code is not five characters as of CPT or HCPCS" in out
    assert "secret" not in out


@pytest.fixture
def with_knowledge(knowledge_file, monkeypatch):
    monkeypatch.setenv("CONSULTANT_KNOWLEDGE", str(knowledge_file))


def test_status_tells_what_is_loaded_and_what_is_missing(home, with_knowledge, capsys):
    run(["knowledge", "import", "mue", MUE])
    run(["knowledge", "import", "places", str(CODESETS / "pos_codes_2024-06.csv")])
    capsys.readouterr()
    assert run(["knowledge", "status", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)

    assert row["official"]["file"] == str(home / "official.sqlite")
    assert [(one["kind"], one["setting"], one["edition"], one["rows"], one["in_force"]) for one in row["official"]["editions"]] == [
        ("mue", "practitioner", "2026 Q2", 3, True),
        ("places", "", "2024-06", 3, True),
    ]
    assert {"effective", "rejected", "imported", "age_days", "overdue", "files", "sha256"} <= set(row["official"]["editions"][0])
    assert row["official"]["missing"][:3] == ["ncci-ptp", "add-on", "mpfs"]
    assert row["editions"]
    assert row["rows"]


def test_status_for_a_person_names_tables_and_what_is_missing(home, with_knowledge, capsys):
    run(["knowledge", "import", "mue", MUE])
    assert run(["knowledge", "status"]) == 0
    out = capsys.readouterr().out

    assert "2026 Q2" in out
    assert "Missing: ncci-ptp, add-on" in out
