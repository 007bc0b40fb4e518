"""The reply step: an analysis becomes a draft, which waits for a consultant."""

from __future__ import annotations

from consultant.consultation import gate
from consultant.consultation.analysis import newest_message
from consultant.consultation.services import Services
from consultant.consultation.steps import with_claim
from consultant.drafting import letters
from consultant.errors import NotFoundError
from consultant.model.case import Case, CaseState
from consultant.model.wire import from_json
from consultant.store import cases, drafts

ENGINE = "engine"


def draft_reply(services: Services, case_id: int, *, owner: str) -> None:
    """The step: write the letter that the newest analysis calls for, as a new version of the draft."""

    def work(case: Case) -> None:
        with services.database.begin() as tx:
            row, message = cases.latest_analysis(tx, case.id), newest_message(tx, case.id)
            if row is None or message is None:
                msg = f"case {case.id} has no analysis to answer from: analyse it again"
                raise NotFoundError(msg)
            kind, letter = letters.draft(case.id, from_json(row), services.knowledge, message.author_name)
            letter = gate.passed(tx, services, case.id, letter)
            drafts.add(tx, case.id, kind, letter, ENGINE, services.now())
            cases.move(tx, case.id, to=CaseState.DRAFTED, at=services.now(), actor=ENGINE, expect=case.state, owner=owner)

    with_claim(services, case_id, state=CaseState.ANALYSED, owner=owner, work=work)
