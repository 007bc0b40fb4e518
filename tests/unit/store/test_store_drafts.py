"""Drafts and decisions: an approval is of exactly one draft."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert
from store_mails import LETTER, a_case

from consultant.errors import ConflictError
from consultant.model.draft import Action, Decision, DraftKind, letter_hash
from consultant.model.message import Letter
from consultant.store import drafts, events, tables
from tests.cast import CORA, NOON

_OTHER = replace(LETTER, text="29880 it is.")


def _decision(action: Action, letter: Letter = LETTER, reason: str = "") -> Decision:
    return Decision(action, CORA, reason, letter_hash(letter), NOON)


def test_versions_count_up_and_the_newest_is_the_latest(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        first = drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)
        second = drafts.add(tx, case_id, DraftKind.QUESTION, _OTHER, CORA, NOON)
        assert [first.version, second.version] == [1, 2]
        assert drafts.latest(tx, case_id) == second
        assert drafts.all_of(tx, case_id) == (first, second)
    assert (second.hash, second.kind, second.written_by, second.letter) == (letter_hash(_OTHER), DraftKind.QUESTION, CORA, _OTHER)


def test_a_case_without_drafts_has_none(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        assert (drafts.latest(tx, case_id), drafts.all_of(tx, case_id), drafts.decisions(tx, case_id)) == (None, (), ())


def test_versions_of_two_cases_do_not_meet(database):
    with database.begin() as tx:
        versions = [drafts.add(tx, a_case(tx, word), DraftKind.ANSWER, LETTER, "engine", NOON).version for word in ("one", "two")]
    assert versions == [1, 1]


def test_a_version_cannot_exist_twice(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)
    row = {"case_id": case_id, "version": 1, "kind": DraftKind.ANSWER, "letter": {}, "hash": "", "written_by": "", "written": NOON}
    with pytest.raises(ConflictError), database.begin() as tx:
        tx.execute(insert(tables.draft).values(row))


def test_a_letter_comes_back_with_the_hash_it_went_in_with(database):
    odd = Letter("Größe\x00", "a\r\nb", "<p>\N{SNOWMAN}</p>")
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.add(tx, case_id, DraftKind.ANSWER, odd, "engine", NOON)
        found = drafts.latest(tx, case_id)
    assert (found.letter, found.hash) == (odd, letter_hash(odd))


def test_an_approval_of_the_newest_draft_is_kept(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)
        drafts.decide(tx, case_id, _decision(Action.APPROVE))
        assert drafts.decisions(tx, case_id) == (_decision(Action.APPROVE),)


def test_an_approval_of_an_older_draft_is_a_conflict(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)
        drafts.add(tx, case_id, DraftKind.ANSWER, _OTHER, CORA, NOON)
        with pytest.raises(ConflictError, match="has changed since it was read"):
            drafts.decide(tx, case_id, _decision(Action.APPROVE))
        assert drafts.decisions(tx, case_id) == ()


def test_an_approval_without_a_draft_is_a_conflict(database):
    with database.begin() as tx, pytest.raises(ConflictError):
        drafts.decide(tx, a_case(tx), _decision(Action.APPROVE))


def test_a_case_can_be_declined_without_a_draft(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.decide(tx, case_id, _decision(Action.DECLINE, reason="not for us"))
        assert [d.reason for d in drafts.decisions(tx, case_id)] == ["not for us"]


def test_the_history_tells_of_drafts_and_decisions_by_hash_only(database):
    with database.begin() as tx:
        case_id = a_case(tx)
        drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)
        drafts.decide(tx, case_id, _decision(Action.APPROVE, reason="Ms Doe is right"))
        drafted, decided = events.of_case(tx, case_id)[1:]
    assert (drafted.kind, drafted.detail) == ("drafted", {"version": 1, "kind": "answer", "hash": letter_hash(LETTER)})
    assert (decided.kind, decided.actor, decided.detail) == ("decided", CORA, {"action": "approve", "hash": letter_hash(LETTER)})
