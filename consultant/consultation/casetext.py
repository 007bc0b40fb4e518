"""The text of a case, composed in one way for the worker and the command line: subject, the person's words, readable attachments.

Quoted mail, signatures and disclaimers were set aside when the mail was parsed. Of a thread, every message has its part, oldest
first, and only the first subject counts: those that follow answer our own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from consultant.mail import parse
from consultant.mail.body import is_bare, split
from consultant.matching import normalise
from consultant.model.message import IncomingMessage

_PREFIXES = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|tr)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)
_OUR_SUBJECT = re.compile(r"\s*case \d+\b", re.IGNORECASE)
_SAYS_SOMETHING = re.compile(r"[^\W_]")


def text_of_fields(subject: str, body: str) -> str:
    """The text of a subject and a plain body, without what the body quotes, its signature and its disclaimers."""
    own = split(body, subject=subject).text
    return _composed(subject, body if is_bare(own) else own)


def text_of_messages(messages: Sequence[IncomingMessage]) -> str:
    """The text of a case with all its mails, oldest first; empty without any."""
    if not messages:
        return ""
    body = "\n\n".join(filter(None, map(parse.case_text, messages)))
    return _composed(messages[0].subject, body)


def _composed(subject: str, body: str) -> str:
    """Subject and body in the form that reading knows; a subject that says nothing is left out."""
    own = _PREFIXES.sub("", subject)
    says_something = _SAYS_SOMETHING.search(own) and not _OUR_SUBJECT.match(own)
    return normalise.case_text(subject if says_something else "", body)
