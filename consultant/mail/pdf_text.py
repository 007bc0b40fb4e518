"""The words of a PDF, page after page, by pypdf; the pages of a scan have none."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable

from pypdf import PdfReader

from consultant.mail.documents import Document, LimitError, Note
from consultant.mail.reading_limits import ReadingLimits

_WORDS = re.compile(r"[^\W\d_]{2,}")
_FEW = 3
"""Words of a file that is a picture with a stamp on it."""
_BROKEN_LINE = re.compile(r"(?<=[a-z,;])\n(?=[a-z])")


def read_pdf(data: bytes, limits: ReadingLimits, check: Callable[[], None]) -> Document:
    """The words, up to the limit of pages. Raises LimitError, and whatever a damaged file provokes."""
    # The library logs what it meets in a file, and that may be words of it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise LimitError(Note.LOCKED)
    pages, size, has_pictures = [], 0, False
    count = len(reader.pages)
    for page in reader.pages[: limits.pages]:
        check()
        text = page.extract_text() or ""
        has_pictures = has_pictures or "/XObject" in (page.get("/Resources") or {})
        pages.append(_BROKEN_LINE.sub(" ", text))
        size += len(text)
        if size > limits.attachment:
            return Document("\n\n".join(pages), Note.TOO_LARGE)
    whole = "\n\n".join(pages)
    if len(_WORDS.findall(whole)) < _FEW and (has_pictures or not whole.strip()):
        return Document("", Note.PICTURES)
    return Document(whole, Note.TOO_LARGE if count > limits.pages else "")
