"""Revision: a consultant changes the lines of a claim, the coding rules are run on them, and the letter is worded anew.

What the consultant set is checked and never changed: a code stays although a rule speaks against it, and the finding says so. The
revised analysis is kept beside the engine's, which is how review teaches.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from consultant.coding import chain
from consultant.consultation import gate
from consultant.consultation.in_review import answered_message, held_case, read_draft
from consultant.consultation.services import Services
from consultant.drafting import letters
from consultant.errors import NotFoundError
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis
from consultant.model.coding import Confidence, Diagnosis, Suggestion, System
from consultant.model.draft import Action, Decision, Draft, DraftKind
from consultant.model.message import Letter
from consultant.model.review import Claim, ClaimLine, Override
from consultant.model.wire import from_json, to_json
from consultant.store import cases, drafts, events

_SURE = 1.0


def revised(claim: Claim, known: tuple[Analysis, ...], knowledge: Knowledge) -> Analysis:
    """The first of the known analyses with this claim in place of its own, checked by every coding rule.

    What a line rests on is taken from the first analysis that has its code; a code that none has rests on the consultant. Pure.
    """
    newest = known[0]
    reading = replace(
        newest.reading,
        disposition=claim.disposition,
        procedures=tuple(_line(one, known, knowledge) for one in claim.lines),
        diagnoses=tuple(_diagnosis(code, known, knowledge) for code in claim.diagnoses),
        questions=tuple(one for one in known[-1].reading.questions if one.question in claim.questions),
    )
    judgement = chain.check(reading, knowledge)
    return replace(newest, reading=judgement.reading, findings=judgement.findings, audit=judgement.audit)


def worded(case_id: int, analysis: Analysis, knowledge: Knowledge, asker_name: str) -> tuple[DraftKind, Letter]:
    """The letter that a revised analysis calls for, and its kind."""
    return letters.draft(case_id, analysis, knowledge, asker_name)


def revise(services: Services, case_id: int, consultant: str, claim: Claim, *, reason: Override, draft_hash: str) -> Draft:
    """Keep a revised claim, and its letter as a new version of the draft.

    ``draft_hash`` names the draft that the consultant had before them. Raises ConflictError when that is not the newest, or the
    case is not theirs; NotFoundError for a case without an analysis.
    """
    with services.database.reading() as tx:
        known = known_analyses(tx, case_id)
    if not known:
        msg = f"case {case_id} has no analysis to revise: let it be analysed again"
        raise NotFoundError(msg)
    # Checked before the transaction, since others wait while one runs; the hash shows whether anything changed meanwhile.
    analysis = revised(claim, known, services.knowledge)
    with services.database.begin() as tx:
        case = held_case(tx, services, case_id, consultant)
        read_draft(tx, case_id, draft_hash)
        kind, letter = worded(case.id, analysis, services.knowledge, answered_message(tx, case_id).author_name)
        cases.save_analysis(tx, case_id, to_json(analysis), services.now(), made_by=consultant)
        draft = drafts.add(tx, case_id, kind, gate.passed(tx, services, case_id, letter), consultant, services.now())
        drafts.decide(tx, case_id, Decision(Action.AMEND, consultant, reason.value, draft.hash, services.now()))
        detail = {"reason": reason.value, "version": draft.version} | _changes(Claim.of(known[0]), claim)
        events.append(tx, case_id=case_id, at=services.now(), actor=consultant, kind="revised", detail=detail)
        return draft


def known_analyses(tx: Connection, case_id: int) -> tuple[Analysis, ...]:
    """The newest analysis of a case and, where a person made that one, the engine's behind it; empty when there is none."""
    rows = (cases.latest_analysis(tx, case_id), cases.engines_analysis(tx, case_id))
    found = [from_json(row) for row in rows if row is not None]
    return tuple(found[:1] if len(found) == len(rows) and found[0] == found[1] else found)


def _line(wanted: ClaimLine, known: tuple[Analysis, ...], knowledge: Knowledge) -> Suggestion:
    ours = (one for analysis in known for one in analysis.reading.procedures if one.code == wanted.code)
    found = next(ours, None) or _added_line(wanted.code, known, knowledge)
    return replace(found, modifiers=wanted.modifiers, units=wanted.units, diagnoses=wanted.diagnoses)


def _added_line(code: str, known: tuple[Analysis, ...], knowledge: Knowledge) -> Suggestion:
    families = knowledge.families_of_code(code)
    return Suggestion(
        code=code,
        system=System.of(code) or System.CPT,
        description=knowledge.plain(code),
        confidence=Confidence.HIGH,
        score=_SURE,
        evidence=tuple(one.evidence for one in known[0].reading.proposed if one.code == code)[:1],
        because=(),
        family=families[0].id if families else "",
    )


def _diagnosis(code: str, known: tuple[Analysis, ...], knowledge: Knowledge) -> Diagnosis:
    ours = (one for analysis in known for one in analysis.reading.diagnoses if one.code == code)
    return next(ours, None) or Diagnosis(code, knowledge.plain(code), Confidence.HIGH, _SURE, (), ())


def _changes(before: Claim, after: Claim) -> dict[str, list[str]]:
    """Codes that came and went, by number only: the history can never be made to forget."""
    old = {*(one.code for one in before.lines), *before.diagnoses}
    new = {*(one.code for one in after.lines), *after.diagnoses}
    return {"added": sorted(new - old), "removed": sorted(old - new)}
