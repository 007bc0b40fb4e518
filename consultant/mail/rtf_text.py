"""The words of a rich text file (RTF), by striprtf; pictures and objects are cut out first, because they are most of its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable

from striprtf.striprtf import rtf_to_text

from consultant.mail.documents import Document, LimitError, Note
from consultant.mail.reading_limits import ReadingLimits

_HEX_RUN = re.compile(r"[0-9a-fA-F\s]{400,}")


def read_rtf(data: bytes, limits: ReadingLimits, check: Callable[[], None]) -> Document:
    """The words. Raises LimitError, and whatever a damaged file provokes."""
    # RTF is ASCII; what stands beyond is read by the code page the file names.
    source = data.decode("latin-1")
    words = _HEX_RUN.sub(" ", source)
    if len(words) > limits.rtf:
        raise LimitError(Note.TOO_LARGE)
    check()
    text = str(rtf_to_text(words, errors="replace"))  # type: ignore[no-untyped-call]
    if not text.strip() and "\\pict" in source:
        return Document("", Note.PICTURES)
    return Document(text)
