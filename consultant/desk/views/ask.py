"""The ask box: a question or a pasted case, answered at once by the same analysis that a mail gets. Nothing of the text is kept."""

from __future__ import annotations

import hashlib

from starlette.responses import Response

from consultant.consultation.analysis import analyse, answer_question
from consultant.desk.analyst import MOST_CHARACTERS, Analyst
from consultant.desk.highlight import stretches
from consultant.desk.visitors import FOR_GUESTS, FOR_REGISTERED, View, Visitor
from consultant.errors import WorkError
from consultant.model.analysis import Analysis
from consultant.model.finding import Outcome

EXAMPLES = (
    "What is 77080?",
    "Can 77080 and 77081 be billed together?",
    "When do I use modifier XS instead of 59?",
    "Ultrasound bone density of the left heel was done for osteoporosis screening. Which code?",
)


def form(analyst: Analyst) -> View:
    """The view of the empty box. Whoever opens it is about to ask."""

    def view(visitor: Visitor) -> Response:
        analyst.warm_up(lambda: analyse("Warm-up.", visitor.today, visitor.services.knowledge))
        return _page(visitor, text=visitor.asked("q")[:MOST_CHARACTERS])

    return view


def answer(analyst: Analyst) -> View:
    """The view that answers what was written into the box."""

    def view(visitor: Visitor) -> Response:
        text = visitor.field("text").replace("\r\n", "\n").strip()
        if not text:
            msg = "there is nothing to answer: write a question, or paste a case without patient names"
            raise WorkError(msg)
        granted = visitor.read(f"ask {hashlib.sha256(text.encode()).hexdigest()}")
        if granted is not None and not granted.granted:
            more = FOR_REGISTERED - FOR_GUESTS
            return visitor.page("no-more.html", status=403, for_guests=FOR_GUESTS, more=more, left=0)
        return _page(visitor, text=text, analysis=_analysis(analyst, visitor, text))

    return view


def _analysis(analyst: Analyst, visitor: Visitor, text: str) -> Analysis:
    def work() -> Analysis:
        found = analyse(text, visitor.today, visitor.services.knowledge)
        is_empty = not (found.answers or found.audit or found.reading.procedures or found.reading.diagnoses)
        # What gives no case at all may still be a question in other words.
        return answer_question(text, visitor.today, visitor.services.knowledge) if is_empty else found

    return analyst.run(text, work)


def _page(visitor: Visitor, *, text: str, analysis: Analysis | None = None) -> Response:
    findings = analysis.findings if analysis else ()
    return visitor.page(
        "ask.html",
        text=text,
        analysis=analysis,
        stretches=stretches(analysis) if analysis else (),
        hits=[f for f in findings if f.outcome is Outcome.HIT],
        others=[f for f in findings if f.outcome is not Outcome.HIT],
        examples=EXAMPLES,
        left=visitor.left(),
    )
