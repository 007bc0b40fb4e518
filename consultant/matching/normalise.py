"""One spelling of characters for everything that is read afterwards.

The normalised text is the text of the case: every span of a reading points into it, so it is made once, first, and never again
changed. ``normalise`` keeps words, digits and line structure; it only settles line ends, blanks, quotes, dashes and invisible
characters (Unicode NFC, UAX #15). Known limit: text beyond ``LONGEST`` characters is not read, and the reading says so.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200_000
"""Characters of a case that are read; the longest operative record seen is a tenth of it."""

_BLANKS = "\t\x0b\x0c\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff\ufffc"
_TABLE = str.maketrans(
    dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(_INVISIBLE)
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-")
    | dict.fromkeys("\u2022\u2023\u25aa\u25cf\u25e6\u00b7\u2219", "*")
    | {"\u2026": "...", "\u00d7": "x", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n"}
)
_LINE_ENDS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_ENDS_OF_LINES = re.compile(r" +(?=\n|\Z)")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    """The text with one spelling of every character; normalising twice changes nothing more."""
    settled = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    # Composing can bring back characters of the table, and the table can free characters to compose.
    for _ in range(2):
        settled = unicodedata.normalize("NFC", settled.translate(_TABLE))
    return _MANY_EMPTY_LINES.sub("\n\n", _ENDS_OF_LINES.sub("", settled)).strip("\n")


def case_text(subject: str, body: str) -> str:
    """The text of a case made of a mail's subject and body, in the form whose first line reading knows as the subject."""
    return f"Subject: {' '.join(subject.split())}\n\n{body}" if subject.strip() else body
