"""From a letter to a mail in the outbox: its fixed Message-ID, its place in the thread, its recipient.

The recipient is the author of the message that is answered, never Reply-To, Cc or an address in a body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from consultant.consultation.services import Services
from consultant.mail import threads
from consultant.mail.compose import compose
from consultant.model.message import IncomingMessage, Letter
from consultant.store import outbox

SENDER_NAME = "Coding consultation"
REPLY = "reply"
"""The name of the letter that answers a case; the case is sent when it is."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a letter of ours the one it is: the same identity is never sent with other words."""

    case_id: int
    version: int
    """0 for an automatic letter, else the version of the draft it was."""
    name: str
    """``received``, ``refused`` or ``reply``."""

    @property
    def key(self) -> str:
        """The unique key in the outbox."""
        return f"{self.name}:{self.case_id}:{self.version}"


def put_letter(  # noqa: PLR0913  (what a letter answers, who it is, and when it may go)
    tx: Connection,
    services: Services,
    message: IncomingMessage,
    letter: Letter,
    identity: Identity,
    *,
    automatic: bool,
    due: datetime | None = None,
) -> bool:
    """Compose the answer to ``message``, sign it, and queue it to go not before ``due``; False when it was queued before."""
    mail = compose(
        letter,
        sender=services.mailbox,
        sender_name=SENDER_NAME,
        recipient=message.author,
        message_id=threads.message_id(identity.case_id, identity.version, services.domain, services.key),
        in_reply_to=message.message_id,
        references=message.references,
        date=services.now(),
        automatic=automatic,
        bounces_to=threads.bounce_address(identity.case_id, services.domain, services.key),
    )
    if services.signer is not None:
        mail = replace(mail, content=services.signer.sign(mail.content))
    return outbox.put(
        tx, case_id=identity.case_id, key=identity.key, letter_name=identity.name, mail=mail, at=services.now(), due=due
    )
