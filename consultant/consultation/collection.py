"""Collection: mail that lies in a mailbox is kept as if it had come by SMTP, under the same key; the bell rings after the commit.

A mailbox has no envelope. The reverse-path is the Return-Path that the last server noted, else the author's address; the
forward-paths are those that servers noted on top, the To field (a report of failure is addressed to our bounce address there) and
our mailbox. Tokens in such addresses are signed, so a forged one leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from consultant.mail.addresses import mailboxes as addresses_in
from consultant.mail.defects import Forgiven
from consultant.model.case import Step
from consultant.model.message import NULL_REVERSE_PATH, Envelope, RawMail
from consultant.store import events, mailboxes, messages
from consultant.store.fingerprint import trace_end
from consultant.store.mailboxes import Entry, Place
from consultant.store.session import Database

SOURCE = "imap"
_NOBODY = "nobody@service.invalid"
_HEAD_BYTES = 64 * 1024
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_DELIVERED = frozenset({"delivered-to", "x-delivered-to", "x-original-to", "x-original-recipient", "envelope-to", "x-envelope-to"})
_VALUE_MAX = 2000
_PATHS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxBooks:
    """What the poller of one mailbox writes down, in our database."""

    database: Database
    name: str
    """Of the mailbox, as in its address."""
    recipient: str
    """The service's own address, for which the mail is kept, by whatever way it comes."""
    owner: str
    """Who fetches: another name for every program that does."""
    lease: timedelta
    ring: Callable[[Step, int], None]
    now: Callable[[], datetime]

    def hold(self) -> bool:
        """Take or keep the lease; False while another has it."""
        with self.database.begin() as tx:
            return mailboxes.hold(tx, self.name, self.owner, self.now(), self.lease)

    def give_back(self) -> None:
        """Give the lease back."""
        with self.database.begin() as tx:
            mailboxes.release(tx, self.name, self.owner)

    def known(self, validity: int, present: Collection[int]) -> Mapping[int, Entry]:
        """What is remembered of the mails that lie there."""
        with self.database.begin() as tx:
            return mailboxes.known(tx, self._place(validity), present)

    def trying(self, validity: int, uids: Collection[int]) -> None:
        """These are about to be fetched."""
        with self.database.begin() as tx:
            mailboxes.count_attempt(tx, self._place(validity), uids)

    def keep(self, validity: int, mails: Mapping[int, bytes]) -> None:
        """Keep mails durably, all or none, each with the note that it is kept; then ring for their cases."""
        with self.database.begin() as tx:
            kept = [self._kept(tx, validity, uid, content) for uid, content in sorted(mails.items())]
        for case_id in kept:
            self.ring(Step.ANALYSE, case_id)

    def refuse(self, validity: int, uid: int, reason: str) -> None:
        """This mail goes before a person: the history says so, of no case."""
        with self.database.begin() as tx:
            mailboxes.note_refused(tx, self._place(validity), uid, reason)
            detail = {"mailbox": self.name[:200], "uid": uid, "reason": reason}
            events.append(tx, case_id=None, at=self.now(), actor=SOURCE, kind="mailbox-quarantined", detail=detail)

    def filed(self, validity: int, uids: Collection[int]) -> None:
        """These have left the mailbox."""
        with self.database.begin() as tx:
            mailboxes.forget(tx, self._place(validity), uids)

    def looked(self, waiting: int) -> None:
        """All was looked at; so many still lie there."""
        with self.database.begin() as tx:
            mailboxes.note_looked(tx, self.name, at=self.now(), waiting=waiting)

    def troubled(self, words: str) -> None:
        """The mailbox cannot be used now."""
        with self.database.begin() as tx:
            mailboxes.note_trouble(tx, self.name, words)

    def _kept(self, tx: Connection, validity: int, uid: int, content: bytes) -> int:
        raw = RawMail(content, envelope_of(content, self.recipient), self.now(), SOURCE)
        kept = messages.keep(tx, raw, self.recipient)
        mailboxes.note_kept(tx, self._place(validity), uid)
        return kept.case_id

    def _place(self, validity: int) -> Place:
        return Place(self.name, validity, self.owner)


def envelope_of(content: bytes, recipient: str) -> Envelope:
    """The envelope that a mail out of a mailbox had, as far as its head tells."""
    head = content[:_HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"
    trace = _fields(head[: trace_end(head)])
    fields = _fields(head)
    noted = [value for name, value in trace if name == "return-path"]
    paths = [value for name, value in trace if name in _DELIVERED] + [value for name, value in fields if name == "to"][:1]
    forward = [address for value in paths for address in _addresses(value)][:_PATHS_MAX]
    return Envelope(_reverse_path(noted, fields), tuple(dict.fromkeys([*forward, recipient])))


def _reverse_path(noted: list[str], fields: list[tuple[str, str]]) -> str:
    if noted:
        return next(iter(_addresses(noted[0])), NULL_REVERSE_PATH)
    authors = [address for name, value in fields if name == "from" for address in _addresses(value)]
    return authors[0] if authors else _NOBODY


def _fields(head: bytes) -> list[tuple[str, str]]:
    found = _FIELD.finditer(head)
    return [
        (name.decode("ascii").lower(), value[:_VALUE_MAX].decode("utf-8", "replace")) for name, value in (m.groups() for m in found)
    ]


def _addresses(value: str) -> list[str]:
    return [mailbox.address for mailbox in addresses_in(" ".join(value.split()), Forgiven())]
