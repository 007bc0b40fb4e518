"""Raw mail to an incoming message (RFC 5322, MIME): never raises for any bytes, in bounded time and memory.

Nothing is refused here: what is broken is forgiven and named in the defects, what is beyond the limits is left unread. Who wrote is
only what the mail claims; authenticity.py judges that, loops.py judges whether it may be answered.
Known limits: pictures are not read; encrypted mail is named, not opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from consultant.mail import attachments, headers, words
from consultant.mail.body import PersonText, is_bare, leaves_the_case_to_another, split
from consultant.mail.content import Content, ContentReader
from consultant.mail.deadline import Seconds
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.fields import is_header_section
from consultant.mail.mime import Part, read_tree
from consultant.mail.reading_limits import DEFAULT_LIMITS, Allowance, ReadingLimits
from consultant.mail.scan import scan
from consultant.model.message import Attachment, Headers, IncomingMessage

READ_IN_TEXT = "read as part of the text"
"""The note of an enclosed mail whose words stand in the text of the person."""
BOUNDARY = "\n\n-----\n\n"
"""Stands between the person's words and each attachment. No name: that of a file is no part of the case, and may name a patient."""
_AUTHOR_NAME_MAX = 200
_MAIL_FILE = (".eml", ".mht")
_MAILS_IN_FILES = 3
"""Levels of mails that were attached as files."""


def parse(content: bytes, *, limits: ReadingLimits = DEFAULT_LIMITS) -> IncomingMessage:
    """Read raw mail. Never raises: the worst that comes back is an empty message with the defect ``parser-failed``."""
    forgive = Forgiven()
    try:
        return _Reading(limits, forgive, Allowance(limits.all_text, Seconds(limits.seconds))).message(content)
    except Exception:  # noqa: BLE001  (the promise of this function: a mail that no test foresaw must not stop those behind it)
        forgive(Defect.PARSER_FAILED)
        return _unread(forgive)


def case_text(message: IncomingMessage) -> str:
    """What a case is read from: the person's own words, then each attachment that was read."""
    return BOUNDARY.join(text for text in (message.text, *(attachment.text for attachment in message.attachments)) if text)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of one mail: its limits and what was forgiven so far."""

    limits: ReadingLimits
    forgive: Forgiven
    allowance: Allowance

    def message(self, content: bytes) -> IncomingMessage:
        """The story: scan, tree, header fields, text of the person, what goes with it."""
        mail = read_tree(self._scanned(content), limits=self.limits, forgive=self.forgive)
        headers.note_repeated(mail.header, self.forgive)
        author = headers.author(mail.header, self.forgive)
        body, person = self._text(mail)
        beside = self._listed(body.beside)
        person, beside = self._with_packet(person, beside)
        person, beside = self._with_enclosed(mail, person, beside)
        return IncomingMessage(
            message_id=headers.message_id(mail.header, "message-id"),
            in_reply_to=headers.message_id(mail.header, "in-reply-to"),
            references=headers.references(mail.header),
            author=author.address,
            author_name=author.name[:_AUTHOR_NAME_MAX],
            subject=headers.subject(mail.header, self.forgive),
            text=person.text,
            quoted=person.quoted,
            signature=person.signature,
            attachments=beside,
            headers=headers.answerability(mail),
            defects=self.forgive.names,
        )

    def _scanned(self, content: bytes) -> bytes:
        scanned = scan(content, limits=self.limits, forgive=self.forgive)
        if not scanned or is_header_section(scanned):
            return scanned
        self.forgive(Defect.NO_HEADER_SECTION)
        return b"\n" + scanned

    def _text(self, mail: Part) -> tuple[Content, PersonText]:
        """The text of a mail, or of one enclosed in it, whole and divided."""
        content = ContentReader(self.limits, self.forgive, self.allowance).content(mail)
        text = content.text
        if len(text) > self.limits.text:
            self.forgive(Defect.TEXT_TOO_LONG)
            text = text[: self.limits.text]
        author = headers.author(mail.header, Forgiven())
        return content, split(
            text,
            subject=headers.subject(mail.header, Forgiven()),
            author=f"{author.name} {author.address.partition('@')[0]}",
            is_answer=_is_answer(mail),
        )

    def _attachments(self, parts: tuple[Part, ...], files_left: int = _MAILS_IN_FILES) -> Iterator[Attachment]:
        for part in parts:
            mail = part if part.is_enclosed_mail else self._mail_as_file(part, files_left)
            if mail is None:
                yield from attachments.read(part, limits=self.limits, allowance=self.allowance, forgive=self.forgive)
                continue
            yield from self._enclosed(mail, files_left - (mail is not part))

    def _mail_as_file(self, part: Part, files_left: int) -> Part | None:
        """A mail that was attached as a file like any other; None for other files."""
        if not files_left or not words.decoded(part.file_name, Forgiven()).lower().endswith(_MAIL_FILE):
            return None
        content = part.opened(Forgiven()).replace(b"\r\n", b"\n").lstrip(b"\n")
        if not is_header_section(content):
            return None
        mail = read_tree(content, limits=self.limits, forgive=Forgiven())
        return replace(part, content_type="message/rfc822", children=(mail,))

    def _enclosed(self, part: Part, files_left: int) -> Iterator[Attachment]:
        """An enclosed mail as one attachment with its text, and what goes with it behind it."""
        mail = part.children[0]
        content, person = self._text(mail)
        subject = headers.subject(mail.header, self.forgive)
        yield Attachment(
            name=attachments.display_name(part.file_name, self.forgive) or subject or "enclosed message",
            content_type=part.content_type,
            size=part.end - part.start,
            text=f"Subject: {subject}\n\n{person.text}".strip(),
            note="",
        )
        yield from self._attachments(content.beside, files_left)

    def _with_packet(self, person: PersonText, beside: tuple[Attachment, ...]) -> tuple[PersonText, tuple[Attachment, ...]]:
        """A winmail.dat of Outlook: its body is that of the mail, and is taken when the mail has none of its own."""
        place = next((number for number, one in enumerate(beside) if one.content_type == attachments.PACKET and one.text), None)
        if place is None:
            return person, beside
        packet = beside[place]
        body = split(packet.text)
        if is_bare(person.text):
            person = replace(
                body, text=f"{person.text}\n\n{body.text}".strip("\n"), quoted=f"{person.quoted}\n{body.quoted}".strip("\n")
            )
            packet = replace(packet, text="", note=READ_IN_TEXT)
        elif _same_words(body.text, person.text):
            packet = replace(packet, text="", note=READ_IN_TEXT)
        else:
            packet = replace(packet, text=body.text)
        return person, (*beside[:place], packet, *beside[place + 1 :])

    def _with_enclosed(
        self, mail: Part, person: PersonText, beside: tuple[Attachment, ...]
    ) -> tuple[PersonText, tuple[Attachment, ...]]:
        """A mail that only passes an enclosed mail on: the words of that one are its text."""
        place = next((number for number, found in enumerate(beside) if found.content_type == "message/rfc822" and found.text), None)
        if place is None or mail.content_type == "multipart/report" or not _passes_on(mail, person):
            return person, beside
        enclosed = beside[place]
        person = replace(person, text=f"{person.text}\n\n{enclosed.text}".strip("\n"))
        return person, (*beside[:place], replace(enclosed, text="", note=READ_IN_TEXT), *beside[place + 1 :])

    def _listed(self, parts: tuple[Part, ...]) -> tuple[Attachment, ...]:
        """The attachments up to the limit; those beyond it are not opened."""
        found = tuple(islice(self._attachments(parts), self.limits.attachments + 1))
        if len(found) > self.limits.attachments:
            self.forgive(Defect.TOO_MANY_ATTACHMENTS)
        return found[: self.limits.attachments]


def _same_words(one: str, other: str) -> bool:
    return set(one.lower().split()) <= set(other.lower().split())


def _is_answer(mail: Part) -> bool:
    return bool(headers.message_id(mail.header, "in-reply-to"))


def _passes_on(mail: Part, person: PersonText) -> bool:
    # Some mailers enclose the mail that is answered; then only plain words such as "see below" pass it on.
    if _is_answer(mail):
        return bool(person.text) and is_bare(person.text)
    return leaves_the_case_to_another(person.text)


def _unread(forgive: Forgiven) -> IncomingMessage:
    return IncomingMessage(
        message_id="",
        in_reply_to="",
        references=(),
        author="",
        author_name="",
        subject="",
        text="",
        quoted="",
        signature="",
        attachments=(),
        headers=Headers(),
        defects=forgive.names,
    )
