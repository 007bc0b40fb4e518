"""What comes back to a letter of ours finds its case, and is written into that case's history: bounces, absence notes, complaints.

The case is known by our signed bounce address or by a signed Message-ID of ours that is referred to. Nothing is reopened and
nothing is answered, whatever the mail says. Mail to a bounce address is a machine's, because no person ever sees that address. Any
other mail without a mark of a robot is taken for an absence note only when it both refers to a letter of ours and begins its
subject as such notes do: "Out of office procedure" is a fair question.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from consultant.consultation.services import Services
from consultant.errors import NotFoundError
from consultant.mail import bounces, loops, threads
from consultant.mail.bounces import ReportKind
from consultant.mail.loops import Refusal
from consultant.model.message import Envelope, IncomingMessage
from consultant.store import cases, events

_ENGINE = "engine"
_BOUNCES = frozenset({ReportKind.HARD, ReportKind.SOFT})
_AUTOMATIC = frozenset(
    {Refusal.NULL_REVERSE_PATH, Refusal.AUTO_SUBMITTED, Refusal.BULK, Refusal.SUPPRESSED, Refusal.REPORT, Refusal.ROLE_SENDER}
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back, and to which case."""

    case_id: int
    kind: ReportKind
    status: str

    @property
    def reason(self) -> str:
        """Why the mail itself is closed."""
        what = "bounce" if self.kind in _BOUNCES else self.kind.value
        return f"{what}-of-case-{self.case_id}"


def may_concern(services: Services, message: IncomingMessage, envelope: Envelope) -> bool:
    """Whether a mail may be a machine's word on a letter of ours, so that it is worth reading as one."""
    refusal = loops.refusal(message, envelope, our_addresses=(services.mailbox,), our_domain=services.domain)
    if refusal in _AUTOMATIC or _addressed(services, envelope) is not None:
        return True
    return bounces.says_absent(message.subject) and _referred(services, _thread(message)) is not None


def find(services: Services, message: IncomingMessage, envelope: Envelope, content: bytes) -> Returned | None:
    """What came back by a mail that may concern a letter of ours; None when no case of ours can be told from it."""
    report = bounces.read(content, message)
    known = (
        _addressed(services, envelope),
        _referred(services, report.originals),
        _referred(services, _thread(message)),
    )
    case_id = next((one for one in known if one is not None), None)
    return None if case_id is None else Returned(case_id, report.kind, report.status)


def note(tx: Connection, services: Services, returned: Returned, *, told_by: int) -> None:
    """Write into the history of the case that something came back; a case that is not there is left alone."""
    try:
        case = cases.get(tx, returned.case_id)
    except NotFoundError:
        return
    detail: dict[str, str | int] = {"told_by_case": told_by, "what": returned.kind.value}
    if returned.status:
        detail["status"] = returned.status
    kind = "bounced" if returned.kind in _BOUNCES else returned.kind.value
    events.append(tx, case_id=case.id, at=services.now(), actor=_ENGINE, kind=kind, detail=detail)


def _addressed(services: Services, envelope: Envelope) -> int | None:
    found = (threads.case_of_bounce(path, services.domain, services.key) for path in envelope.forward_paths)
    return next((case_id for case_id in found if case_id is not None), None)


def _thread(message: IncomingMessage) -> tuple[str, ...]:
    return (*message.references, message.in_reply_to)


def _referred(services: Services, ids: tuple[str, ...]) -> int | None:
    return next(iter(threads.case_ids_in(tuple(reversed(ids)), services.domain, services.key)), None)
