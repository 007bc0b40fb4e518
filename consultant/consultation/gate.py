"""The gate before every draft and letter: identifiers of patients that the asker's text holds do not go out again.

What is stored, and what a consultant reads beside the draft, stays as it came.
"""

from __future__ import annotations

from sqlalchemy import Connection

from consultant import identifiers
from consultant.consultation.services import Services
from consultant.model.message import Letter
from consultant.store import messages


def passed(tx: Connection, services: Services, case_id: int, letter: Letter) -> Letter:
    """The letter without the identifiers that stand in any mail of the case, quoted parts, subject and attachments included."""
    if not services.phi_gate:
        return letter
    parsed = [message.parsed for message in messages.of_case(tx, case_id) if message.parsed is not None]
    texts = [part for one in parsed for part in (one.subject, one.text, one.quoted, *(file.text for file in one.attachments))]
    remove = identifiers.remover("\n\n".join(texts))
    return Letter(remove(letter.subject), remove(letter.text), remove(letter.html))
