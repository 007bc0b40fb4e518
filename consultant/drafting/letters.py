"""Every letter that this service can write, one function each.

Two are automatic (received, refused), two are drafts that a consultant signs (answer, question), two are a consultant's own words
(written, declined). Subjects carry the case number and never the asker's subject, which often names the patient. Nothing is sent
here: a letter is text.
"""

from __future__ import annotations

from types import MappingProxyType

from consultant.drafting import letter_data as data
from consultant.drafting.opening import opening
from consultant.drafting.query import query
from consultant.drafting.render import render
from consultant.drafting.words import first_name, folded, one_line, sentence
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis, Disposition
from consultant.model.draft import DraftKind
from consultant.model.message import Letter

REFUSALS = MappingProxyType(
    {
        "not-registered": "your address is not registered with this service. Have your practice add it, then write again",
        "quota": "your plan's consultations for this period are used up. Send it again when the next period begins",
        "empty": "there was no text in it that we could read. Write the case into the mail, then send it again",
        "unreadable": "its text could not be read. Send it again as plain text",
        "attachments-only": "the case is in an attachment that we cannot read. Copy its words into the mail, and send it again",
        "too-large": "it is too large. Send the words of the case without images",
    }
)
"""Why a mail is refused, as the end of a sentence that begins "because"."""
_REFUSED_OTHERWISE = "it could not be taken as a coding case. Write the case in your own words into a new mail"


def received(
    case_id: int,
    subject: str = "",  # noqa: ARG001  (see below)
    asker_name: str = "",
    *,
    left: str = "",
    notices: tuple[str, ...] = (),
) -> Letter:
    """The automatic acknowledgement. The asker's ``subject`` is not repeated: it often names the patient.

    ``left`` are sentences on what is left of the asker's plan, ``notices`` paragraphs on what the asker should do otherwise.
    """
    paragraphs = (*notices, *([left] if left else []))
    return render("received", {"case_id": case_id, "name": first_name(asker_name), "paragraphs": paragraphs})


def refused(case_id: int, reason: str, asker_name: str = "") -> Letter:
    """The automatic refusal, in words for each named reason of `REFUSALS` and in general words for any other."""
    because = REFUSALS.get(reason, _REFUSED_OTHERWISE)
    return render("refused", {"case_id": case_id, "name": first_name(asker_name), "because": because})


def answer(
    case_id: int, analysis: Analysis, knowledge: Knowledge | None = None, asker_name: str = "", *, consultant: str = ""
) -> Letter:
    """The drafted answer: what to bill, why, and what to watch out for. ``consultant`` is the name it is signed with."""
    return render(
        "answer",
        _common(case_id, analysis, knowledge, asker_name, consultant)
        | {
            "opening": opening(analysis),
            "services": data.service_rows(analysis),
            "diagnoses": data.diagnosis_rows(analysis),
            "reasons": data.reasons(analysis),
            "changes": data.changes(analysis),
        },
    )


def question(
    case_id: int, analysis: Analysis, knowledge: Knowledge | None = None, asker_name: str = "", *, consultant: str = ""
) -> Letter:
    """The drafted question back: exactly the missing facts, the codes each decides between, and what is clear already."""
    return render(
        "question",
        _common(case_id, analysis, knowledge, asker_name, consultant)
        | {
            "services": data.service_rows(analysis),
            "diagnoses": data.diagnosis_rows(analysis),
            "facts": data.facts(analysis),
        },
    )


def draft(
    case_id: int, analysis: Analysis, knowledge: Knowledge | None = None, asker_name: str = "", *, consultant: str = ""
) -> tuple[DraftKind, Letter]:
    """The letter that the disposition of the analysis calls for, and its kind."""
    if analysis.reading.disposition is Disposition.ASK:
        return DraftKind.QUESTION, question(case_id, analysis, knowledge, asker_name, consultant=consultant)
    return DraftKind.ANSWER, answer(case_id, analysis, knowledge, asker_name, consultant=consultant)


def written(case_id: int, text: str) -> Letter:
    """A consultant's own wording, line for line; only lines that are too wide are folded, and nothing is a template in it."""
    own = folded(text)
    paragraphs = [part.split("\n") for part in own.split("\n\n") if part.strip()]
    return render("written", {"case_id": case_id, "text": own, "paragraphs": paragraphs, "in_columns": "   " in own})


def declined(case_id: int, reason: str, asker_name: str = "", *, consultant: str = "") -> Letter:
    """A consultant's refusal, with the reason as the consultant gave it."""
    data_of = {"name": first_name(asker_name), "because": sentence(reason), "consultant": one_line(consultant)}
    return render("declined", {"case_id": case_id, **data_of})


def _common(case_id: int, analysis: Analysis, knowledge: Knowledge | None, asker_name: str, consultant: str) -> dict[str, object]:
    return {
        "name": first_name(asker_name),
        "consultant": one_line(consultant),
        "told": data.told(analysis),
        "verdicts": data.verdicts(analysis),
        "warnings": (*data.warnings(analysis), *data.notes(analysis, knowledge)),
        "unchecked": data.unchecked(analysis),
        "questions": data.questions(analysis, knowledge),
        "query": query(analysis, knowledge),
        "imprint": data.imprint(case_id, analysis),
    }
