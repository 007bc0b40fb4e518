"""What a header section says: who wrote, about what, in which thread, and whether it may be answered (RFC 5322, 3834, 2369, 3464).

Only facts are read here; loops.py judges them. Message-IDs keep their angle brackets. Unofficial marks of automatic answers
(X-Autoreply, X-Autorespond) count as ``Auto-Submitted: auto-replied``.
"""

from __future__ import annotations

import re

from consultant.mail import words
from consultant.mail.addresses import Mailbox, mailboxes
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.fields import HeaderSection
from consultant.mail.mime import Part
from consultant.model.message import Headers

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_COMMENT = re.compile(r"\([^()]*+\)")
_LIST_FIELD = re.compile(r"list-[a-z-]+|mailing-list|x-mailing-list")
_AUTO_REPLY_MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponse")
_REPORTS = frozenset({"multipart/report", "message/delivery-status", "message/disposition-notification", "message/feedback-report"})
_ONCE = ("from", "subject", "message-id", "in-reply-to", "references", "content-type")
_SUBJECT_MAX = 500
_REFERENCES_MAX = 100
_RESULTS_MAX = 20


def subject(header: HeaderSection, forgive: Forgiven) -> str:
    """The subject, decoded, on one line."""
    return words.decoded(header.first("subject"), forgive)[:_SUBJECT_MAX]


def author(header: HeaderSection, forgive: Forgiven) -> Mailbox:
    """The mailbox of From, empty when there is none that can be used or From fields contradict one another.

    Two From fields are how a mail shows one author to the checks and another to the reader, so neither is believed.
    """
    found = [mailbox for value in header.every("from") for mailbox in mailboxes(value, forgive)]
    if not found:
        forgive(Defect.NO_AUTHOR)
        return Mailbox("", "")
    if len({mailbox.address for mailbox in found}) > 1:
        forgive(Defect.SEVERAL_AUTHORS)
        if len(header.every("from")) > 1:
            return Mailbox("", "")
    return found[0]


def message_id(header: HeaderSection, name: str) -> str:
    """The first Message-ID in the field ``name``, with its angle brackets; empty when there is none."""
    return next(iter(_ids(header.first(name))), "")


def references(header: HeaderSection) -> tuple[str, ...]:
    """The ancestors, oldest first, each once; of very many the nearest are kept."""
    return tuple(dict.fromkeys(_ids(header.first("references"))))[-_REFERENCES_MAX:]


def note_repeated(header: HeaderSection, forgive: Forgiven) -> None:
    """Note it when a field stands twice that may stand once: readers differ in which of them they believe."""
    if any(len(header.every(name)) > 1 for name in _ONCE):
        forgive(Defect.FIELD_REPEATED)


def answerability(mail: Part) -> Headers:
    """The fields on which it depends whether the mail may be answered; single words in lower case, without comments."""
    header = mail.header
    return Headers(
        auto_submitted=_auto_submitted(header),
        precedence=_keyword(header.first("precedence")),
        list_fields=tuple(dict.fromkeys(field.name for field in header.fields if _LIST_FIELD.fullmatch(field.name))),
        suppress=header.first("x-auto-response-suppress"),
        received_count=len(header.every("received")),
        authentication_results=header.every("authentication-results")[:_RESULTS_MAX],
        is_report=mail.content_type in _REPORTS,
    )


def _auto_submitted(header: HeaderSection) -> str:
    # Any field that claims to be automatic counts, wherever it stands: "no" ahead of it does not hide it.
    claims = [_keyword(value) for value in header.every("auto-submitted")]
    claims += ["auto-replied" for mark in _AUTO_REPLY_MARKS if _keyword(header.first(mark)) not in {"", "no"}]
    return next((claim for claim in claims if claim != "no"), claims[0] if claims else "")


def _keyword(value: str) -> str:
    return _COMMENT.sub("", value).partition(";")[0].strip().lower()


def _ids(value: str) -> list[str]:
    return _MESSAGE_ID.findall(value)
