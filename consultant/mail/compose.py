"""From a letter to the mail that carries it: fixed bytes, safe headers, threads that hold (RFC 5322, RFC 2045 to 2047, RFC 3834).

Every header goes through EmailMessage. A value with a control character, CR, LF and NUL foremost, is refused, not mended: whoever
put it there meant to write headers of his own. Lines of up to 998 characters are allowed, because the standard library encodes
Message-IDs that are longer than its limit, and an encoded reference breaks the thread.
The same letter gives the same bytes. The original mail is not quoted.
Known limits: addresses are ASCII (no SMTPUTF8); attachments are not sent.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, NoReturn

from consultant.errors import PermanentError
from consultant.model.message import NULL_REVERSE_PATH, Letter, OutgoingMail

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_ADDRESS_MAX = 254
_LOCAL_PART_MAX = 64
_NAME_MAX = 45
"""Bytes of a display name: as many as an encoded word holds."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}>")
_REFERENCES_MAX = 100
_LINE_MAX = 998
_ENCODED_WORD_MAX = 75
_ENCODED = "=?"
"""The beginning of an encoded word, which the standard library would decode, and with it whatever is hidden in it."""
_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of control characters, lone surrogates, and the line and paragraph separators of Unicode."""


def compose(  # noqa: PLR0913  (a mail has so many parts)
    letter: Letter,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    in_reply_to: str,
    references: Iterable[str],
    date: datetime,
    automatic: bool,
    bounces_to: str,
    sender_name: str = "",
) -> OutgoingMail:
    """Make the mail of a letter to one recipient.

    An ``automatic`` letter has the null reverse-path and says that it is automatic; an approved one returns failures to
    ``bounces_to`` (which an automatic one has no use for). ``references`` are the ancestors, oldest first, without ``in_reply_to``;
    what is no Message-ID among them is left out. Raises PermanentError when a part cannot stand in a header or a text.
    """
    identity = _ids([message_id])
    if not identity:
        _refuse("the Message-ID")
    reverse_path = NULL_REVERSE_PATH if automatic else _address(bounces_to, "bounce address").addr_spec
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(sender, "sender", name=_name(sender_name))
    mail["To"] = _address(recipient, "recipient")
    mail["Subject"] = _safe(letter.subject, "subject")
    mail["Date"] = _aware(date)
    mail["Message-ID"] = message_id
    _put_into_thread(mail, in_reply_to, references)
    _mark(mail, automatic=automatic)
    _write(mail, letter, boundary=_boundary(message_id, letter))
    return OutgoingMail(message_id, reverse_path, recipient, mail.as_bytes())


class _Policy(EmailPolicy):
    """Long lines, but for subjects beyond ASCII: the older Header class encodes them as RFC 2047 §2 wants, and loses no blank."""

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401  (the library's signature)
        """The header as bytes."""
        if name != "Subject" or str(value).isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", _ENCODED_WORD_MAX, name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


_POLICY = _Policy(linesep="\r\n", max_line_length=_LINE_MAX)


def _put_into_thread(mail: EmailMessage, in_reply_to: str, references: Iterable[str]) -> None:
    parent = _ids([in_reply_to])
    ancestors = list(dict.fromkeys([*(known for known in _ids(references) if known not in parent), *parent]))
    if len(ancestors) > _REFERENCES_MAX:
        # The first one is the root of the thread, the last ones are where we are.
        ancestors = [ancestors[0], *ancestors[1 - _REFERENCES_MAX :]]
    if parent:
        mail["In-Reply-To"] = parent[0]
    if ancestors:
        mail["References"] = " ".join(ancestors)


def _mark(mail: EmailMessage, *, automatic: bool) -> None:
    mail["Auto-Submitted"] = "auto-replied" if automatic else "no"
    if automatic:
        # Exchange's own vacation responders look for this field only.
        mail["X-Auto-Response-Suppress"] = "All"


def _write(mail: EmailMessage, letter: Letter, *, boundary: str) -> None:
    # Quoted-printable survives servers that speak no 8BITMIME, and keeps trailing blanks and lines that begin with a dot or "From".
    mail.set_content(_text(letter.text), cte="quoted-printable")
    if letter.html:
        mail.add_alternative(_text(letter.html), subtype="html", cte="quoted-printable")
        mail.set_boundary(boundary)


def _boundary(message_id: str, letter: Letter) -> str:
    """A boundary that is the same for the same letter; "=_" never stands in quoted-printable text."""
    digest = hashlib.sha256(f"{message_id}\0{letter.text}\0{letter.html}".encode(errors="replace"))
    return f"=_{digest.hexdigest()[:32]}"


def _text(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("the text of the letter")
    return text if text.endswith("\n") else f"{text}\n"


def _safe(value: str, what: str) -> str:
    if _ENCODED in value or any(unicodedata.category(character) in _UNSAFE for character in value):
        _refuse(f"the {what}")
    return value


def _ids(values: Iterable[str]) -> list[str]:
    """Those values that are Message-IDs. Askers' programs write strange ones, which are left out; a broken line is refused."""
    ids = list(values)
    if any(breaker in value for value in ids for breaker in "\r\n\0"):
        _refuse("a reference to a mail")
    return [value for value in ids if _MESSAGE_ID.fullmatch(value) and _ENCODED not in value]


def _address(address: str, what: str, *, name: str = "") -> Address:
    too_long = len(address) > _ADDRESS_MAX or len(address.rpartition("@")[0]) > _LOCAL_PART_MAX
    if too_long or not _ADDRESS.fullmatch(address):
        _refuse(f"the address of the {what}")
    return Address(name, addr_spec=address)


def _name(name: str) -> str:
    if len(name.encode(errors="replace")) > _NAME_MAX:
        _refuse("a name of the sender of this length")
    return _safe(name, "name of the sender")


def _aware(date: datetime) -> datetime:
    if date.tzinfo is None:
        _refuse("a date without a time zone")
    return date


def _refuse(what: str) -> NoReturn:
    msg = f"{what} cannot stand in a mail; look at the case and write to the asker by hand"
    raise PermanentError(msg)
