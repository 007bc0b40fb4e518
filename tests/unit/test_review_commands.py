"""A terminal does with a case what the desk does: rescue it, and write it out whole."""

from __future__ import annotations

import json

import pytest
from cast import CORA

from consultant import cli, opening
from consultant.model.case import CaseState
from consultant.store import accounts, cases


@pytest.fixture
def home(office, tmp_path, monkeypatch, knowledge_file):
    """The settings of an office whose database a command opens; Cora may decide there."""
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path))
    # There is no broker to hear a bell here.
    monkeypatch.setattr(opening, "_BELL_SECONDS", 0.0)
    monkeypatch.setenv("CONSULTANT_KNOWLEDGE", str(knowledge_file))
    with office.services.database.begin() as tx:
        accounts.add_user(tx, CORA, accounts.Role.CONSULTANT, "no hash")
    return tmp_path


def quarantined(office):
    case_id = office.receive(office.letter())
    with office.services.database.begin() as tx:
        cases.move(
            tx, case_id, to=CaseState.QUARANTINED, at=office.clock(), actor="engine", reason="unverified", expect=CaseState.RECEIVED
        )
    return case_id


def test_a_quarantined_case_is_let_through_or_dismissed(office, home, capsys):
    let, dismissed = quarantined(office), quarantined(office)

    assert cli.run(["review", str(let), "let-through", "--as", CORA]) == 0
    assert cli.run(["review", str(dismissed), "dismiss", "--as", CORA]) == 2
    assert cli.run(["review", str(dismissed), "dismiss", "--as", CORA, "--reason", "spam"]) == 0
    assert cli.run(["review", str(dismissed), "resend", "--as", CORA]) == 1

    assert (office.state(let), office.state(dismissed)) == (CaseState.RECEIVED, CaseState.CLOSED)
    assert "has no letter that is stuck" in capsys.readouterr().err


def test_only_a_consultant_rescues(office, home, capsys):
    case_id = quarantined(office)

    assert cli.run(["review", str(case_id), "let-through", "--as", "mallory"]) == 1

    assert office.state(case_id) is CaseState.QUARANTINED
    assert "no consultant 'mallory'" in capsys.readouterr().err


def test_a_case_is_written_out_with_its_history(office, home, capsys):
    case_id = office.drafted()

    assert cli.run(["export", str(case_id)]) == 0

    row = json.loads(capsys.readouterr().out)
    assert (row["id"], row["state"], row["drafts"][0]["version"]) == (case_id, "drafted", 1)
    assert row["events"][0]["kind"] == "received"
    assert cli.run(["export", "99"]) == 1
