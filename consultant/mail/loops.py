"""Mail that must not be answered: the marks of robots, lists and reports (RFC 3834 §2, RFC 2369, RFC 2919, RFC 3464).

Each refusal has a name, which becomes the reason of the closed case. ``Auto-Submitted: no`` is a person (RFC 3834 §5).
Known limit: a robot without any of the marks is stopped only by the daily limit of automatic letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from consultant.mail.threads import BOUNCE_PREFIX
from consultant.model.message import NULL_REVERSE_PATH, Envelope, IncomingMessage

MOST_RECEIVED = 50
"""More Received fields than this are a loop."""

_COMMENT = re.compile(r"\([^()]*+\)")
_BULK = frozenset({"bulk", "list", "junk"})
_ROLES = frozenset(
    "mailerdaemon postmaster autoreply autoresponder nobody daemon majordomo listserv listproc bounce bounces".split()  # noqa: SIM905  (reads better)
)
_ROLE_BEGINNINGS = ("noreply", "donotreply", "mailerdaemon")
_LIST_SERVANT = re.compile(r"owner-.+|.+-(?:owner|request|bounces?)|bounces?[+-].+")


class Refusal(StrEnum):
    """Why a mail is not answered."""

    NULL_REVERSE_PATH = "null-reverse-path"
    AUTO_SUBMITTED = "auto-submitted"
    LIST_MAIL = "list-mail"
    BULK = "bulk"
    SUPPRESSED = "suppressed"
    REPORT = "report"
    OWN_MAIL = "own-mail"
    ROLE_SENDER = "role-sender"
    TOO_MANY_RECEIVED = "too-many-received"


@dataclass(frozen=True, slots=True)
class _Mail:
    """What the checks look at; addresses and domains in lower case."""

    message: IncomingMessage
    author: str
    reverse_path: str
    our_addresses: frozenset[str]
    our_domain: str


def refusal(message: IncomingMessage, envelope: Envelope, *, our_addresses: Collection[str], our_domain: str) -> Refusal | None:
    """Why this mail must not be answered; None when it may be. The first reason in the order of the table counts."""
    mail = _Mail(
        message=message,
        author=message.author.lower(),
        reverse_path=envelope.reverse_path.strip().lower(),
        our_addresses=frozenset(address.lower() for address in our_addresses),
        our_domain=our_domain.lower(),
    )
    return next((reason for reason, applies in _CHECKS if applies(mail)), None)


def _is_notification(mail: _Mail) -> bool:
    # Some libraries hand the null reverse-path over as the string "<>".
    return mail.reverse_path in {NULL_REVERSE_PATH, "<>"}


def _is_automatic(mail: _Mail) -> bool:
    return _keyword(mail.message.headers.auto_submitted) not in {"", "no"}


def _is_list_mail(mail: _Mail) -> bool:
    return bool(mail.message.headers.list_fields)


def _is_bulk(mail: _Mail) -> bool:
    return _keyword(mail.message.headers.precedence) in _BULK


def _wants_no_answer(mail: _Mail) -> bool:
    # "None" is the one value of X-Auto-Response-Suppress that suppresses nothing.
    return mail.message.headers.suppress.strip().lower() not in {"", "none"}


def _is_report(mail: _Mail) -> bool:
    return mail.message.headers.is_report


def _is_ours(mail: _Mail) -> bool:
    local, _, domain = mail.reverse_path.rpartition("@")
    return (
        not mail.our_addresses.isdisjoint({mail.author, mail.reverse_path})
        or _domain_of_id(mail.message.message_id) == mail.our_domain
        or (domain == mail.our_domain and local.startswith(BOUNCE_PREFIX))
    )


def _is_role(mail: _Mail) -> bool:
    return is_role_address(mail.author) or is_role_address(mail.reverse_path)


def is_role_address(address: str) -> bool:
    """Whether the local part is that of a program or a role, not of a person."""
    address = address.lower()
    local = address.rpartition("@")[0] or address
    plain = re.sub(r"[-_.]", "", local.partition("+")[0])
    return plain in _ROLES or plain.startswith(_ROLE_BEGINNINGS) or _LIST_SERVANT.fullmatch(local) is not None


def _has_travelled_too_far(mail: _Mail) -> bool:
    return mail.message.headers.received_count > MOST_RECEIVED


_CHECKS: tuple[tuple[Refusal, Callable[[_Mail], bool]], ...] = (
    # What the envelope says cannot be an accident of the person's mail program.
    (Refusal.NULL_REVERSE_PATH, _is_notification),
    # What the sending program says of itself.
    (Refusal.AUTO_SUBMITTED, _is_automatic),
    (Refusal.LIST_MAIL, _is_list_mail),
    (Refusal.BULK, _is_bulk),
    (Refusal.SUPPRESSED, _wants_no_answer),
    (Refusal.REPORT, _is_report),
    # What we conclude from names and counts.
    (Refusal.OWN_MAIL, _is_ours),
    (Refusal.ROLE_SENDER, _is_role),
    (Refusal.TOO_MANY_RECEIVED, _has_travelled_too_far),
)


def _keyword(value: str) -> str:
    """The first word of a structured field, without comments and parameters, in lower case."""
    without_comments, count = _COMMENT.subn(" ", value)
    while count:
        without_comments, count = _COMMENT.subn(" ", without_comments)
    words = without_comments.partition(";")[0].split()
    return words[0].lower() if words else ""


def _domain_of_id(message_id: str) -> str:
    return message_id.strip().rstrip(">").rpartition("@")[2].lower()
