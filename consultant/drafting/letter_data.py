"""From an analysis to the plain data of a letter: rows, reasons, verdicts and sentences, each said once and in one place.

What the audit says of a code is not said again among the reasons or the warnings. Nothing of the mail is quoted but the evidence on
which a code rests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from consultant.drafting.opening import label, rejected
from consultant.drafting.parts import DiagnosisRow, Imprint, Option, QuestionRow, Reason, ServiceRow, Told, VerdictRow
from consultant.drafting.words import clause, day, first_and_rest, listed, one_line, plain, quoted, readable_date, sentence
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis, CaseKind
from consultant.model.clinical import Evidence
from consultant.model.coding import Alternative, Confidence, Diagnosis, Suggestion
from consultant.model.finding import Finding, Outcome, Severity

_QUOTES = 3
_WATCHED = 8
_TELLS = '":'
"""Stands after words of the mail where a sentence goes on with what they mean."""
_LEFT_OUT = "left-out"
"""The rule by which a code of ours was left out; its finding repeats the conflict that it names."""
_QUIET = frozenset({"place-of-service", "specialty-fit", "denial"})
"""Rules that only advise, or whose finding stands among the warnings."""
_DENIAL = "denial"
"""The rule that explains a denial of the mail."""
_UNJUDGED = "audit-scope"
"""The rule that names proposed codes without verdict; it says all there is to say of them."""
_MEDICARE = "medicare"
_SAID_BY = MappingProxyType({"category-iii": "Category III", "medicare-status": "Medicare"})
"""Rules and the words by which a note of a family is known to say the same."""
_VERB = re.compile(r"\b(?:is|was|are|were|has|had|have|did|does|took)\b")
"""Shows that the fact behind an alternative is a clause, and no bare name."""
_NOTES = 2
_SIBLINGS = 3
_CHANGES = 2
_UNTOLD = MappingProxyType(
    {
        "payer": "The payer, which your mail does not name: Medicare and commercial plans differ in codes and modifiers.",
        "setting": "The place of service, which your mail does not name: in a hospital only the professional part is yours.",
    }
)
"""Facts that change many answers, and what to say when a mail does not tell them."""
_RECORD = "A report or addendum that says otherwise than your mail."
_SPELLED = 4
"""Codes of a question whose meaning is spelled out; more would bury the question."""
_BY_WEIGHT = MappingProxyType({Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2})
_SURENESS = MappingProxyType({Confidence.HIGH: "", Confidence.MEDIUM: "fairly sure", Confidence.LOW: "best guess"})
_CHECKED = MappingProxyType(
    {
        "code-validity": "codes valid and complete",
        "seventh-character": "seventh characters",
        "family-bundles": "pairs in our code families",
        "excludes1": "Excludes1 notes",
        "add-on-needs-primary": "add-on codes",
        "mue": "units (MUE)",
        "component": "26/TC",
        "diagnosis-support": "usual indications",
    }
)
"""Rules whose clean result is worth a word."""
_FACTS = MappingProxyType(
    {"payer": "Payer", "setting": "Setting", "place": "Place", "patient": "Patient", "equipment": "Equipment"}
)
"""Facts that a question letter repeats to show what is clear."""
_EDITIONS = MappingProxyType({"icd10cm": "ICD-10-CM of", "knowledge": "code families"})


def service_rows(analysis: Analysis) -> tuple[ServiceRow, ...]:
    """The service lines of the claim we propose."""
    return tuple(
        ServiceRow(label(one), counted_units(one.units), one.diagnoses, _meaning(one.description), _SURENESS[one.confidence])
        for one in analysis.reading.procedures
    )


def counted_units(units: int) -> str:
    """``1 unit``, ``60 units``."""
    return f"{units} unit{'' if units == 1 else 's'}"


def diagnosis_rows(analysis: Analysis) -> tuple[DiagnosisRow, ...]:
    """The diagnoses of the claim we propose, in claim order."""
    return tuple(DiagnosisRow(d.code, _meaning(d.description), _SURENESS[d.confidence]) for d in analysis.reading.diagnoses)


def reasons(analysis: Analysis) -> tuple[Reason, ...]:
    """Why each code, save those whose reason the audit gives."""
    told = {line.code for line in analysis.audit} | {
        code.split(" ")[0].split("-")[0] for line in analysis.audit for code in (line.to or "").split(", ")
    }
    ours: tuple[Suggestion | Diagnosis, ...] = (*analysis.reading.procedures, *analysis.reading.diagnoses)
    return tuple(_reason(one) for one in ours if one.code not in told and (one.evidence or one.because))


def verdicts(analysis: Analysis) -> tuple[VerdictRow, ...]:
    """What to do with each code of the asker's claim."""
    return tuple(
        VerdictRow("-".join((line.code, *line.modifiers)), line.verdict.value, line.to or "", one_line(line.because))
        for line in analysis.audit
    )


def warnings(analysis: Analysis) -> tuple[str, ...]:
    """What to watch out for, the gravest first; what the audit has said already is left out."""
    if _is_answered(analysis):
        return ()
    left_out = {code for one in analysis.findings if one.rule == _LEFT_OUT for code in one.codes}
    told = (one for one in analysis.findings if one.outcome is Outcome.HIT or one.rule == _DENIAL)
    hits = (one for one in told if _is_news(one, left_out, analysis))
    # What a denial means was asked for, so it goes before everything else.
    ordered = sorted(hits, key=lambda one: (one.rule != _DENIAL, _BY_WEIGHT[one.severity]))
    return tuple(_unsaid(_each_once(one.text for one in ordered), [line.because for line in analysis.audit]))[:_WATCHED]


def _unsaid(texts: Iterable[str], said: list[str]) -> Iterator[str]:
    """The texts whose first sentence nothing before them has said."""
    for text in texts:
        first = text.partition(". ")[0].rstrip(".")
        if not any(first in one for one in said):
            said.append(text)
            yield text


def unchecked(analysis: Analysis) -> tuple[str, ...]:
    """What could not be checked here, so that silence is not taken for a clean result."""
    if _is_answered(analysis):
        return ()
    gone = set(rejected(analysis.audit))
    blanks = [
        one for one in analysis.findings if one.outcome is Outcome.NO_DATA and one.rule not in _QUIET and not {*one.codes} <= gone
    ]
    unjudged = {code for one in blanks if one.rule == _UNJUDGED for code in one.codes}
    # Without a claim there is nothing that an edit could stand against.
    has_claim = bool(analysis.reading.procedures or analysis.reading.diagnoses or analysis.audit)
    told = (one for one in blanks if one.rule == _UNJUDGED or (has_claim and not {*one.codes} <= unjudged))
    return _each_once(one.text for one in told)[:_WATCHED]


def changes(analysis: Analysis) -> tuple[str, ...]:
    """One or two facts that would change this answer: of each line the sibling that hangs on the weakest ground first.

    Siblings of a diagnosis are told only where we are not wholly sure of it; a case has many diagnoses, and few hang on a hair.
    Where no sibling is near, it is a fact of the case that the mail does not tell.
    """
    reading = analysis.reading
    unsure = tuple(one for one in reading.diagnoses if one.confidence is not Confidence.HIGH)
    ours: tuple[Suggestion | Diagnosis, ...] = (*reading.procedures, *unsure)
    billed = {one.code for one in ours} | {one.code for one in reading.diagnoses}
    # Matching orders alternatives by the ground they stand on, so the first of every line goes before the second of any.
    ranked = sorted((rank, place) for place, one in enumerate(ours) for rank in range(min(_SIBLINGS, len(one.alternatives))))
    chosen = ((ours[place].alternatives[rank], ours[place].code) for rank, place in ranked)
    near: dict[str, str] = {}
    for alternative, code in chosen:
        if alternative.code not in billed:
            # One fact may change several lines; it is named once, at the first of them.
            near.setdefault(alternative.unless, _change(alternative, code))
    told = _each_once(near.values())
    return (told or (_untold(analysis) if ours else ()))[:_CHANGES]


def _untold(analysis: Analysis) -> tuple[str, ...]:
    known = {one.name for one in analysis.reading.facts}
    return tuple(text for name, text in _UNTOLD.items() if name not in known) or (_RECORD,)


def notes(analysis: Analysis, knowledge: Knowledge | None) -> tuple[str, ...]:
    """What the families of our lines add for any letter, unless a finding has said it or it concerns another payer."""
    if knowledge is None:
        return ()
    payer = next((one.value for one in analysis.reading.facts if one.name == "payer"), _MEDICARE)
    said = {
        words for rule, words in _SAID_BY.items() for one in analysis.findings if one.rule == rule and one.outcome is Outcome.HIT
    }
    silent = said | ({_SAID_BY["medicare-status"]} if payer != _MEDICARE else set())
    families = dict.fromkeys(family for line in analysis.reading.procedures for family in knowledge.families_of_code(line.code))
    found = (note for family in families for note in family.notes if not any(words in note for words in silent))
    return _each_once(found)[:_NOTES]


def questions(analysis: Analysis, knowledge: Knowledge | None) -> tuple[QuestionRow, ...]:
    """The missing facts, each with the codes it decides between; what an earlier question has spelled out is only named."""
    rows: list[QuestionRow] = []
    spelled: set[str] = set()
    for one in analysis.reading.questions:
        is_new = len(one.decides) <= _SPELLED and not {*one.decides} <= spelled
        rows.append(QuestionRow(one_line(one.question), tuple(_options(one.decides, knowledge if is_new else None))))
        spelled.update(one.decides if is_new else ())
    return tuple(rows)


def facts(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """What is known of the case as a whole, as pairs of name and value; only what bears on coding and names nobody."""
    known = ((one.name, one_line(one.value)) for one in analysis.reading.facts)
    return tuple((_FACTS[name], value.replace("-", " ").capitalize()) for name, value in dict(known).items() if name in _FACTS)


def told(analysis: Analysis) -> tuple[Told, ...]:
    """The direct answers."""
    return tuple(Told(*first_and_rest(one.text), tuple(one_line(source) for source in one.sources)) for one in analysis.answers)


def imprint(case_id: int, analysis: Analysis) -> Imprint:
    """The small print: case, date of service, editions, and what was found in order."""
    # A rule that found something, or could not look at every code, is no reassurance.
    doubtful = {one.rule for one in analysis.findings if one.outcome is not Outcome.CLEAN}
    clean = {one.rule for one in analysis.findings} - doubtful
    return Imprint(
        case_id=case_id,
        date_of_service="" if analysis.reading.kind is CaseKind.QUESTION else day(analysis.reading.date_of_service),
        editions=tuple(_editions(analysis)),
        checked=tuple(words for rule, words in _CHECKED.items() if rule in clean),
    )


def _editions(analysis: Analysis) -> Iterator[str]:
    for name, edition in sorted(analysis.editions.items()):
        yield f"{_EDITIONS.get(name, name)} {readable_date(one_line(edition))}"
    known = set(analysis.editions.values())
    used = (one for one in analysis.findings if one.outcome is not Outcome.NO_DATA and one.edition not in known)
    yield from dict.fromkeys(_read_from(one) for one in used if one.edition)


def _read_from(finding: Finding) -> str:
    return f"{finding.source.split(',')[0]} {readable_date(finding.edition)}"


def _is_news(finding: Finding, left_out: set[str], analysis: Analysis) -> bool:
    """Whether neither the audit nor the sentence on a code that was left out says the same."""
    codes = {*finding.codes}
    if finding.rule == _DENIAL:
        return True
    return not codes & {*rejected(analysis.audit)} and (finding.rule == _LEFT_OUT or not codes & left_out)


def _is_answered(analysis: Analysis) -> bool:
    """Whether the mail was a direct question that has its answer: that says itself what was looked at, and what is not known."""
    return analysis.reading.kind is CaseKind.QUESTION and bool(analysis.answers)


def _meaning(description: str) -> str:
    return one_line(description)


def _reason(one: Suggestion | Diagnosis) -> Reason:
    """Sentences that quote the mail are taken as they are; a meaning without words gets the quoted evidence before it."""
    telling = tuple(text for text in one.because if _TELLS in plain(text))
    if telling:
        kept = (_unechoed(text) for text in one.because if text in telling or '"' not in plain(text))
        return Reason(one.code, " ".join(sentence(text) for text in kept))
    quotes = listed(_quotes(one.evidence))
    meaning = " ".join(sentence(text) for text in one.because if '"' not in plain(text))
    if quotes and meaning:
        return Reason(one.code, f"{quotes}: {meaning}")
    return Reason(one.code, f"The mail says {quotes}." if quotes else meaning)


def _unechoed(text: str) -> str:
    """A sentence that only says its quote again becomes the quote."""
    words, _, meaning = one_line(text).partition(_TELLS)
    return f'The mail says {words}"' if words.strip('" ').lower() == meaning.strip(". ").lower() else text


def _quotes(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The words of the mail, each once whatever its capitals."""
    said: dict[str, str] = {}
    for one in evidence:
        said.setdefault(one.text.lower(), quoted(one.text))
    return tuple(said.values())[:_QUOTES]


def _change(alternative: Alternative, code: str) -> str:
    what = clause(alternative.unless)
    return f"{alternative.code} instead of {code}{', if' if _VERB.search(what) else ':'} {what}."


def _options(codes: tuple[str, ...], knowledge: Knowledge | None) -> Iterator[Option]:
    for code in codes:
        yield Option(code, _plain_of(code, knowledge) if knowledge else "")


def _plain_of(code: str, knowledge: Knowledge) -> str:
    modifier = knowledge.modifiers.get(code)
    if modifier:
        return one_line(modifier.title)
    page = knowledge.code(code)
    return one_line(page.plain) if page else ""


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence(text) for text in texts if text.strip()))
