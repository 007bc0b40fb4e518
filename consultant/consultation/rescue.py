"""What a person does with a case that was taken out of the flow: quarantined, or set aside.

Nothing else moves such a case. Letting a mail through admits its sender for this case only; sending a stuck reply again sends the
same bytes under the same Message-ID.
"""

from __future__ import annotations

from consultant.consultation import admission
from consultant.consultation.services import Services
from consultant.errors import ConflictError
from consultant.model.case import CaseState, Step
from consultant.store import cases, outbox
from consultant.store.states import OutboxState

_STUCK = frozenset({OutboxState.FAILED, OutboxState.UNKNOWN})


def let_through(services: Services, case_id: int, person: str) -> None:
    """Put a quarantined or set-aside case back to be analysed, whoever its sender is. Raises ConflictError for any other case."""
    with services.database.begin() as tx:
        state = _out_of_flow(cases.get(tx, case_id).state, case_id)
        admission.note_admitted(tx, case_id, by=person, at=services.now())
        cases.move(tx, case_id, to=CaseState.RECEIVED, at=services.now(), actor=person, reason="let-through", expect=state)
    services.ring(Step.ANALYSE, case_id)


def send_again(services: Services, case_id: int, person: str) -> None:
    """Have the stuck reply of a set-aside case tried again. Raises ConflictError when there is none."""
    with services.database.begin() as tx:
        stuck = [mail for mail in outbox.of_case(tx, case_id) if mail.state in _STUCK]
        if not stuck:
            msg = f"case {case_id} has no letter that is stuck: look at it again"
            raise ConflictError(msg)
        for mail in stuck:
            outbox.resend(tx, mail.id, services.now(), person)
        cases.move(tx, case_id, to=CaseState.APPROVED, at=services.now(), actor=person, expect=CaseState.SET_ASIDE)
    services.ring(Step.DELIVER, case_id)


def dismiss(services: Services, case_id: int, person: str, reason: str) -> None:
    """Close a quarantined or set-aside case without a word to its sender. Raises ConflictError for any other case."""
    with services.database.begin() as tx:
        state = _out_of_flow(cases.get(tx, case_id).state, case_id)
        cases.move(tx, case_id, to=CaseState.CLOSED, at=services.now(), actor=person, reason=f"dismissed: {reason}", expect=state)


def _out_of_flow(state: CaseState, case_id: int) -> CaseState:
    if state in {CaseState.QUARANTINED, CaseState.SET_ASIDE}:
        return state
    msg = f"case {case_id} is {state}, neither quarantined nor set aside: look at it again"
    raise ConflictError(msg)
