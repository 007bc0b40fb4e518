"""Everything that is kept of a case, read at one moment, as its pages need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from consultant.consultation.revise import known_analyses
from consultant.consultation.services import Services
from consultant.model.analysis import Analysis
from consultant.model.case import Case, CaseState
from consultant.model.draft import Decision, Draft
from consultant.store import cases, codes, drafts, events, messages, outbox
from consultant.store.outbox import OutboxState

READ = "read"
"""The kind of event that tells who read a case."""
_READ_AGAIN = timedelta(minutes=10)
"""Within so long a second look is the same reading."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that belongs to it; ``known`` are its newest analysis and the engine's behind it."""

    case: Case
    messages: tuple[messages.StoredMessage, ...]
    known: tuple[Analysis, ...]
    drafts: tuple[Draft, ...]
    decisions: tuple[Decision, ...]
    outbox: tuple[outbox.OutboxMail, ...]
    events: tuple[events.Event, ...]
    readers: dict[str, datetime]
    """When each person last read it."""
    like: tuple[codes.Like, ...]
    """Answered cases with the same codes."""

    @property
    def analysis(self) -> Analysis | None:
        """The newest analysis."""
        return self.known[0] if self.known else None

    @property
    def draft(self) -> Draft | None:
        """The newest draft."""
        return self.drafts[-1] if self.drafts else None

    @property
    def asker_name(self) -> str:
        """The name of whoever is answered; empty when it is not known."""
        parsed = [message.parsed for message in self.messages if message.parsed is not None]
        return parsed[-1].author_name if parsed else ""

    def undoable_until(self, now: datetime) -> datetime | None:
        """Until when an approval can be taken back; None when it cannot."""
        waiting = [mail.due for mail in self.outbox if mail.state is OutboxState.PENDING and not mail.attempts and mail.due]
        return waiting[-1] if self.case.state is CaseState.APPROVED and waiting and waiting[-1] > now else None

    def also_read_by(self, person: str, now: datetime) -> tuple[str, ...]:
        """Others who read it within the last minutes: they may be about to decide."""
        return tuple(sorted(name for name, at in self.readers.items() if name != person and now - at < _READ_AGAIN))


def read_file(services: Services, case_id: int, *, reader: str) -> CaseFile:
    """Everything kept of the case, for a person, whose reading is put on record first. Raises NotFoundError."""
    file = _file(services, case_id)
    now = services.now()
    last = file.readers.get(reader)
    if last is None or now - last >= _READ_AGAIN:
        with services.database.begin() as tx:
            events.append(tx, case_id=case_id, at=now, actor=reader, kind=READ)
    return file


def _file(services: Services, case_id: int) -> CaseFile:
    with services.database.reading() as tx:
        # First of all, because a case that does not exist ends here.
        case = cases.get(tx, case_id)
        known = known_analyses(tx, case_id)
        return CaseFile(
            case=case,
            messages=messages.of_case(tx, case_id),
            known=known,
            drafts=drafts.all_of(tx, case_id),
            decisions=drafts.decisions(tx, case_id),
            outbox=outbox.of_case(tx, case_id),
            events=events.of_case(tx, case_id),
            readers=events.last_by(tx, case_id, READ),
            like=codes.like(tx, case_id, tuple(line.code for line in known[0].reading.procedures)) if known else (),
        )
