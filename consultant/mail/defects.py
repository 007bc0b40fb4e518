"""The names of what had to be forgiven in a mail, and the list in which one reading collects them.

The names stand in ``IncomingMessage.defects`` and on the review desk; add to them freely, rename none.
"""

from __future__ import annotations

from enum import StrEnum


class Defect(StrEnum):
    """What was wrong with a mail and was read all the same. Every one has a mail in tests/corpus/mail."""

    MAIL_TOO_LARGE = "mail-too-large"
    EMPTY_MAIL = "empty-mail"
    MBOX_LINE = "mbox-line"
    BARE_LINE_ENDS = "bare-line-ends"
    NUL_BYTES = "nul-bytes"
    NO_HEADER_SECTION = "no-header-section"
    HEADER_NOT_CLOSED = "header-not-closed"
    HEADER_LINE_DAMAGED = "header-line-damaged"
    HEADER_TOO_LARGE = "header-too-large"
    HEADER_FIELD_TOO_LONG = "header-field-too-long"
    HEADER_8BIT = "header-8bit"
    ENCODED_WORD_DAMAGED = "encoded-word-damaged"
    NO_AUTHOR = "no-author"
    SEVERAL_AUTHORS = "several-authors"
    FIELD_REPEATED = "field-repeated"
    CONTENT_TYPE_DAMAGED = "content-type-damaged"
    BOUNDARY_MISSING = "boundary-missing"
    BOUNDARY_NOT_FOUND = "boundary-not-found"
    BOUNDARY_NOT_CLOSED = "boundary-not-closed"
    TOO_MANY_PARTS = "too-many-parts"
    NESTED_TOO_DEEP = "nested-too-deep"
    TRANSFER_ENCODING_UNKNOWN = "transfer-encoding-unknown"
    BASE64_DAMAGED = "base64-damaged"
    CHARSET_UNKNOWN = "charset-unknown"
    CHARSET_LIES = "charset-lies"
    CHARSET_GUESSED = "charset-guessed"
    DOUBLE_ENCODED = "double-encoded"
    HTML_IN_PLAIN_TEXT = "html-in-plain-text"
    HTML_TOO_LARGE = "html-too-large"
    HTML_UNREADABLE = "html-unreadable"
    PLAIN_TEXT_IS_A_STUB = "plain-text-is-a-stub"
    TEXT_TOO_LONG = "text-too-long"
    TOO_MANY_ATTACHMENTS = "too-many-attachments"
    ATTACHMENT_NAME_UNSAFE = "attachment-name-unsafe"
    PARSER_FAILED = "parser-failed"
    """Our own fault: a mail that no test foresaw. Its text was not read."""


class Forgiven:
    """What was forgiven in one reading, each name once, in the order met. Call it with a defect."""

    def __init__(self) -> None:
        self._names: dict[Defect, None] = {}

    def __call__(self, defect: Defect) -> None:
        """Note a defect; noting it again changes nothing."""
        self._names[defect] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names noted so far, as plain strings."""
        return tuple(defect.value for defect in self._names)
