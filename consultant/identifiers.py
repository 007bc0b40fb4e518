"""Identifiers of patients in a text: where they stand, and a text without them (45 CFR 164.514(b), "minimum necessary" 164.502(b)).

Found are names that stand in the context of a patient, record, account and member numbers, social security and Medicare numbers,
dates of birth, telephone numbers, street addresses and e-mail addresses. Storage is never changed: spans point into the text as it
is, and masking is a matter of what is shown. Precision comes first: a code, a dose, a date of service, a provider and a part of the
body are no identifiers. Known limits: English; a name without context is not known from a word; initials are not found.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an identifier is; the value stands in its place."""

    NAME = "name"
    RECORD = "record number"
    ACCOUNT = "account number"
    SSN = "social security number"
    BIRTH = "date of birth"
    PHONE = "telephone number"
    ADDRESS = "address"
    EMAIL = "e-mail address"


@dataclass(frozen=True, slots=True)
class Identifier:
    """Half-open span into the text."""

    start: int
    end: int
    kind: Kind


_WORD = r"(?:[A-Z][a-z]+(?:['\u2019-][A-Z]?[a-z]+)*|[A-Z]['\u2019][A-Z][a-z]+|Ma?c[A-Z][a-z]+|[A-Z]{2,})"
_NAME = rf"{_WORD},[ ]?{_WORD}(?:[ ][A-Z]\b\.?)?|{_WORD}(?:[ ][A-Z]\.?)?(?:[ ]{_WORD}){{1,2}}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|{_MONTH}[ ]\d{{1,2}},?[ ]\d{{4}}|\d{{1,2}}[ ]{_MONTH}[ ]\d{{4}}"
)
_ID = r"[A-Za-z]{0,4}-?\d[\w-]{3,19}"
_STREET = r"(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Ln\.?|Drive|Boulevard|Blvd\.?|Court|Terrace|Circle|Highway|Hwy\.?)"
_BIRTH_LABEL = r"(?i:\bDOB|\bD\.O\.B\.?|\bdate of birth|\bbirth ?date|\bborn(?: on)?)"
_RECORD_LABEL = r"(?i:\bMRN|\bmedical record(?: number| no\.?)?|\bchart (?:number|no\.?|#)|\bpatient (?:id|number|no\.?|#))"
_ACCOUNT_LABEL = r"(?i:\b(?:acct|account|member|policy|subscriber|claim|encounter|insurance|medicare|medicaid|group)\.?[ ]?(?:number|no\.?|id|\#|:))"  # noqa: E501  (a pattern)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.EMAIL, re.compile(r"(?P<it>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)")),
    (Kind.SSN, re.compile(r"(?<![\w-])(?P<it>\d{3}-\d{2}-\d{4})(?![\w-])")),
    (Kind.SSN, re.compile(r"(?i:\bSSN|\bsocial security(?: number| no\.?)?)[ :#=]*(?P<it>\d{3}[- ]?\d{2}[- ]?\d{4})\b")),
    (Kind.BIRTH, re.compile(rf"{_BIRTH_LABEL}(?:[ ]is)?[ :=#-]*(?P<it>{_DATE})(?!\w)")),
    (Kind.RECORD, re.compile(rf"{_RECORD_LABEL}(?:[ ]is)?[ :=#-]*(?P<it>{_ID})\b")),
    (Kind.ACCOUNT, re.compile(rf"{_ACCOUNT_LABEL}(?:[ ]is)?[ :=#-]*(?P<it>(?=(?:[A-Za-z-]*\d){{5}})[A-Za-z0-9][\w-]{{5,24}})\b")),
    (Kind.ACCOUNT, re.compile(r"(?<![\w-])(?P<it>[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2})(?![\w-])")),
    (Kind.PHONE, re.compile(r"(?<![\w-])(?P<it>(?:\+?1[ .-]?)?(?:\(\d{3}\)[ ]?|\d{3}[.-])\d{3}[.-]\d{4})(?![\w-])")),
    (Kind.PHONE, re.compile(r"(?i:\b(?:phone|tel|telephone|cell|mobile|fax))[.:# ]{1,3}(?P<it>\d{3}[ .-]?\d{3}[ .-]?\d{4})\b")),
    (
        Kind.ADDRESS,
        re.compile(
            rf"(?<![\w.])(?P<it>\d{{1,6}}[ ](?:[NSEW]\.?[ ])?(?:[A-Z][a-z]+[ ]){{1,3}}{_STREET}(?!\w)"
            r"(?:,?[ ](?:Apt|Suite|Unit|\#)\.?[ ]?\w+)?(?:,[ ][A-Z][a-z]+(?:[ ][A-Z][a-z]+)?,?[ ][A-Z]{2}(?:[ ]\d{5}(?:-\d{4})?)?)?)"  # noqa: E501  (a pattern)
        ),
    ),
    (Kind.NAME, re.compile(rf"(?im:\b(?:patient|pt)(?:'s)?(?:[ ]name)?|^[ ]*name)[ ]?[:=][ ]*(?P<it>{_NAME})(?!\w)")),
    (Kind.NAME, re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mister)\b\.?[ ](?P<it>{_WORD}(?:[ ]{_WORD})?)(?!\w)")),
    (
        Kind.NAME,
        re.compile(
            rf"(?i:\b(?:patient|pt)),?(?:[ ](?:is|named))*[ ](?P<it>{_NAME})"
            r"(?=,|[ ](?:is|was|had|has|presented|underwent|came|who|seen|\()|[ ]?[(]?\d)"
        ),
    ),
    (Kind.NAME, re.compile(rf"(?<![\w.])(?P<it>{_NAME})(?=[ ]?[,(;-]?[ ]?(?:DOB|D\.O\.B|MRN|SSN|date of birth)\b)")),
)
_NO_NAMES = frozenset((
    "abdomen", "acute", "adult", "advantage", "ankle", "arm", "arthroplasty", "arthroscopy", "back", "bilateral", "biopsy",
    "blue", "breast", "care", "chest", "child", "chronic", "clinic", "commercial", "consult", "cpt", "cross", "date",
    "diagnosis", "dob", "doctor", "dr", "elbow", "emergency", "encounter", "established", "evaluation", "exam", "eye",
    "female", "finger", "follow", "foot", "fracture", "had", "hand", "has", "head", "heel", "hip", "history", "home",
    "hospital", "icd", "inpatient", "insurance", "is", "joint", "knee", "left", "leg", "lesion", "level", "male", "married",
    "medicaid", "medical", "medicare", "mrn", "name", "neck", "needle", "new", "note", "number", "office", "op", "operative",
    "outpatient", "pain", "partial", "patient", "pediatric", "physician", "plan", "post", "pre", "presents", "procedure",
    "provider", "radiology", "report", "right", "routine", "scan", "self", "service", "shield", "shoulder", "single", "skin",
    "spine", "status", "surgery", "test", "the", "toe", "total", "type", "unknown", "view", "views", "visit", "was", "with",
    "wound", "wrist", "year",
))  # fmt: skip
"""Words of headings and payers that stand where a name may stand."""
_EPONYM = (
    r"(?!['\u2019]?s?[ ](?:fracture|procedure|test|sign|disease|syndrome|repair|operation|approach|type|classification|line)s?\b)"
)
_CODE = re.compile(r"[A-Z]?\d{4}[A-Z0-9]|[A-Z]\d[\dA-Z](?:\.?[\dA-Z]{1,4})?")
_LONGEST = 200_000


def find(text: str) -> tuple[Identifier, ...]:
    """The identifiers of a text, in order, none overlapping another."""
    found: list[Identifier] = []
    for one in sorted(_all(text[:_LONGEST]), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


def masked(text: str) -> str:
    """The text with each identifier replaced by its kind in brackets."""
    parts, place = [], 0
    for one in find(text):
        parts += [text[place : one.start], mark(one.kind)]
        place = one.end
    return "".join([*parts, text[place:]])


def mark(kind: Kind) -> str:
    """What stands where an identifier was."""
    return f"[{kind.value} removed]"


def remover(source: str) -> Callable[[str], str]:
    """A function that takes the identifiers of ``source`` out of any text that was made from it, also across line ends.

    A quotation of a few words has lost the context that makes a name one, so the words to remove are those found in the whole.
    """
    kinds: dict[str, Kind] = {}
    for one in find(source):
        words = source[one.start : one.end]
        # A record number that could be a code would take the code out of the letter.
        if not _CODE.fullmatch(words):
            kinds.setdefault(words, one.kind)
        if one.kind is Kind.NAME and len(last := _last_name(words)) > 2:  # noqa: PLR2004  (too short to be sure of)
            kinds.setdefault(last, one.kind)
    patterns = [(_anywhere(words, kind), mark(kind)) for words, kind in sorted(kinds.items(), key=lambda item: -len(item[0]))]

    def remove(text: str) -> str:
        for pattern, instead in patterns:
            text = pattern.sub(instead, text)
        return text

    return remove


def kinds_in(text: str) -> tuple[Kind, ...]:
    """The kinds of identifiers in a text, each once."""
    return tuple(dict.fromkeys(one.kind for one in find(text)))


def _all(text: str) -> Iterator[Identifier]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if kind is not Kind.NAME or _may_be_a_name(match["it"]):
                yield Identifier(match.start("it"), match.end("it"), kind)


def _may_be_a_name(words: str) -> bool:
    return not any(word in _NO_NAMES for word in re.findall(r"[a-z]+", words.lower()))


def _last_name(name: str) -> str:
    family, comma, _ = name.partition(",")
    return family if comma else name.rsplit(maxsplit=1)[-1]


def _anywhere(words: str, kind: Kind) -> re.Pattern[str]:
    """The words as they may stand in a letter: wrapped, with plain quotes, or escaped for HTML."""
    forms = {words, words.replace("\u2019", "'")}
    forms |= {html.escape(form).replace("&#x27;", "&#39;") for form in forms}
    either = "|".join(r"\s+".join(map(re.escape, form.split())) for form in sorted(forms))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w){_EPONYM if kind is Kind.NAME else ''}")
