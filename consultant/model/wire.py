"""The JSON form of an analysis, as the contract has it, and the way back.

The command line prints it, the store keeps it, the desk reads it again. Keys may be added, never changed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from consultant.model.analysis import Analysis, Answer, CaseKind, Disposition, Reading
from consultant.model.clinical import Evidence, Fact, Span
from consultant.model.coding import Alternative, Candidate, Confidence, Diagnosis, ProposedCode, Question, Suggestion, System
from consultant.model.finding import AuditLine, Finding, Outcome, Severity, Verdict

Json = dict[str, Any]


def to_json(analysis: Analysis) -> Json:
    """The analysis as plain dictionaries and lists, in the contract's order of keys."""
    reading = analysis.reading
    return {
        "kind": reading.kind.value,
        "disposition": reading.disposition.value,
        "reason": reading.reason,
        "date_of_service": reading.date_of_service.isoformat(),
        "text": reading.text,
        "facts": [{"name": f.name, "value": f.value, "evidence": _evidence(f.evidence)} for f in reading.facts],
        "proposed": [_proposed(p) for p in reading.proposed],
        "procedures": [_suggestion(s) for s in reading.procedures],
        "diagnoses": [_diagnosis(d) for d in reading.diagnoses],
        "candidates": [{"code": c.code, "score": round(c.score, 4)} for c in reading.candidates],
        "ask": [{"about": q.about, "question": q.question, "decides": list(q.decides)} for q in reading.questions],
        "findings": [_finding(f) for f in analysis.findings],
        "audit": [_audit_line(line) for line in analysis.audit],
        "answers": [
            {"topic": a.topic, "text": a.text, "codes": list(a.codes), "sources": list(a.sources)} for a in analysis.answers
        ],
        "editions": dict(sorted(analysis.editions.items())),
    }


def from_json(row: Json) -> Analysis:
    """The analysis that ``to_json`` gave this row for."""
    reading = Reading(
        text=row["text"],
        kind=CaseKind(row["kind"]),
        disposition=Disposition(row["disposition"]),
        reason=row["reason"],
        date_of_service=date.fromisoformat(row["date_of_service"]),
        facts=tuple(Fact(f["name"], f["value"], _read_evidence(f["evidence"])) for f in row["facts"]),
        proposed=tuple(_read_proposed(p) for p in row["proposed"]),
        procedures=tuple(_read_suggestion(s) for s in row["procedures"]),
        diagnoses=tuple(_read_diagnosis(d) for d in row["diagnoses"]),
        candidates=tuple(Candidate(c["code"], c["score"]) for c in row["candidates"]),
        questions=tuple(Question(q["about"], q["question"], tuple(q["decides"])) for q in row["ask"]),
    )
    return Analysis(
        reading=reading,
        findings=tuple(_read_finding(f) for f in row["findings"]),
        audit=tuple(
            AuditLine(a["code"], tuple(a["modifiers"]), Verdict(a["verdict"]), a["to"], a["because"]) for a in row["audit"]
        ),
        answers=tuple(Answer(a["topic"], a["text"], tuple(a["codes"]), tuple(a["sources"])) for a in row["answers"]),
        editions=dict(row["editions"]),
    )


def _evidence(evidence: tuple[Evidence, ...]) -> list[Json]:
    return [{"start": e.span.start, "end": e.span.end, "text": e.text} for e in evidence]


def _read_evidence(rows: list[Json]) -> tuple[Evidence, ...]:
    return tuple(Evidence(Span(r["start"], r["end"]), r["text"]) for r in rows)


def _alternatives(alternatives: tuple[Alternative, ...]) -> list[Json]:
    return [{"code": a.code, "unless": a.unless} for a in alternatives]


def _read_alternatives(rows: list[Json]) -> tuple[Alternative, ...]:
    return tuple(Alternative(r["code"], r["unless"]) for r in rows)


def _proposed(p: ProposedCode) -> Json:
    return {
        "code": p.code,
        "system": p.system.value,
        "modifiers": list(p.modifiers),
        "units": p.units,
        "evidence": _evidence((p.evidence,)),
    }


def _read_proposed(row: Json) -> ProposedCode:
    (evidence,) = _read_evidence(row["evidence"])
    return ProposedCode(row["code"], System(row["system"]), evidence, tuple(row["modifiers"]), row["units"])


def _suggestion(s: Suggestion) -> Json:
    return {
        "code": s.code,
        "system": s.system.value,
        "modifiers": list(s.modifiers),
        "units": s.units,
        "confidence": s.confidence.value,
        "score": round(s.score, 4),
        "description": s.description,
        "evidence": _evidence(s.evidence),
        "because": list(s.because),
        "diagnoses": list(s.diagnoses),
        "alternatives": _alternatives(s.alternatives),
        "family": s.family,
    }


def _read_suggestion(row: Json) -> Suggestion:
    return Suggestion(
        code=row["code"],
        system=System(row["system"]),
        description=row["description"],
        confidence=Confidence(row["confidence"]),
        score=row["score"],
        evidence=_read_evidence(row["evidence"]),
        because=tuple(row["because"]),
        family=row["family"],
        modifiers=tuple(row["modifiers"]),
        units=row["units"],
        diagnoses=tuple(row["diagnoses"]),
        alternatives=_read_alternatives(row["alternatives"]),
    )


def _diagnosis(d: Diagnosis) -> Json:
    return {
        "code": d.code,
        "description": d.description,
        "confidence": d.confidence.value,
        "score": round(d.score, 4),
        "evidence": _evidence(d.evidence),
        "because": list(d.because),
        "alternatives": _alternatives(d.alternatives),
    }


def _read_diagnosis(row: Json) -> Diagnosis:
    return Diagnosis(
        code=row["code"],
        description=row["description"],
        confidence=Confidence(row["confidence"]),
        score=row["score"],
        evidence=_read_evidence(row["evidence"]),
        because=tuple(row["because"]),
        alternatives=_read_alternatives(row["alternatives"]),
    )


def _finding(f: Finding) -> Json:
    return {
        "rule": f.rule,
        "outcome": f.outcome.value,
        "severity": f.severity.value,
        "codes": list(f.codes),
        "text": f.text,
        "source": f.source,
        "edition": f.edition,
    }


def _read_finding(row: Json) -> Finding:
    return Finding(
        rule=row["rule"],
        outcome=Outcome(row["outcome"]),
        severity=Severity(row["severity"]),
        codes=tuple(row["codes"]),
        text=row["text"],
        source=row["source"],
        edition=row["edition"],
    )


def _audit_line(line: AuditLine) -> Json:
    return {
        "code": line.code,
        "modifiers": list(line.modifiers),
        "verdict": line.verdict.value,
        "to": line.to,
        "because": line.because,
    }
