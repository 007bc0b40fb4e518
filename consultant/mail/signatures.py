"""Finding signatures and notices in the lines that a person wrote.

A signature stands at the end: behind ``-- ``, behind a closer ("Thanks,"), or a last paragraph of name, title and phone. It is set
aside only when every line of it looks like one: a clinical line lost costs more than a name kept. Notices (confidentiality,
"Sent from my …", warnings that a gateway puts on top) are set aside wherever they stand. The words are data (phrases.json).
"""

from __future__ import annotations

import re

from consultant.mail.phrases import phrases

_DELIMITER = re.compile(r"\s*--[ \xa0]?\s*|\s*[\u2014\u2013]\s*")
_RULE = re.compile(r"\s*[-_=*~]{3,}\s*")
_DECORATION = "*_|•·~ \t\xa0"
_WORD = re.compile(r"[^\W_](?:[\w.'\u2019/&-]*[^\W_])?\.?")
# CPT, HCPCS and ICD-10-CM codes, sizes and doses, dates: what a signature has no reason to hold.
_CODE = re.compile(
    r"\b(?:\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-TV-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?)\b|\d\s?(?:mg|ml|mcg|cm|mm|units?)\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)
_HEADING = re.compile(r"\s*[A-Z][A-Z0-9 /&().-]{2,40}:")
_PHONE = re.compile(r"(?:\+?\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}\b|\+\d[\d ().-]{7,}|\bx\d{2,5}$")
_ONLINE = re.compile(r"\S@\S+\.\w|\bwww\.|https?://|\b[\w-]+\.(?:com|org|net|edu|gov|example)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\s*$|\d+\s.*\b(?:st|street|ave|avenue|suite|ste|blvd|rd|road|drive|lane|ln|parkway|pkwy|floor|hwy)\b",
    re.IGNORECASE,
)
_DASHED_NAME = re.compile(r"\s*[-\u2013\u2014~]{1,2}\s?[A-Z][\w.'\u2019-]*(?: [A-Z][\w.'\u2019-]*){0,2}\s*")
_INITIALS = re.compile(r"[A-Z]{1,3}|[A-Z]\.(?: ?[A-Z]\.)*")
_CONNECTORS = frozenset({"&", "/", "@", "|", "-", "\u2013", "+", "·", "•"})
_LINE_MAX = 90
_SAID_MIN = 300
"""A line longer than this says something, whatever its words."""
_BLOCK_MAX = 10
_DELIMITED_MAX = 20
_NAME_WORDS_MAX = 5
_NOTICE_LINE_MAX = 160
_NOTICE_WORDS_MIN = 2
_TITLE_MAX = 40
_TITLE_WORDS_MAX = 2
_NOTICE_LINES_MAX = 60


def find_notices(lines: list[str]) -> set[int]:
    """The numbers of all lines that belong to a notice."""
    found: set[int] = set()
    position = 0
    while position < len(lines):
        end = _end_of_notice(lines, position)
        found.update(range(_with_rule(lines, position) if end > position else position, end))
        position = max(end, position + 1)
    return found


def find_signature(lines: list[str], author: frozenset[str], *, is_all: bool = True) -> int:
    """The line at which the signature begins; ``len(lines)`` when there is none.

    ``author`` holds the words of the author's name and local part in lower case: a last line of these is a signature. ``is_all``
    says that nothing else was said elsewhere in the mail.
    """
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = next(
        (start for start in (_delimited(lines, end), _closed(lines, end), _undersigned(lines, end, author)) if start < end),
        len(lines),
    )
    # A mail of nothing but "Thanks, Ada" says that; there is nothing to set it aside from.
    return begin if not is_all or any(line.strip() for line in lines[:begin]) else len(lines)


def _end_of_notice(lines: list[str], start: int) -> int:
    """Behind the notice that begins at this line; the line itself when none does."""
    line = lines[start].strip(_DECORATION + "-=#<>\"'").lower().replace("\u2019", "'")
    if not line:
        return start
    if (
        line.startswith(phrases().notice_lines)
        and len(line) <= _NOTICE_LINE_MAX
        and not _CODE.search(lines[start])
        and "?" not in line
    ):
        return start + 1
    if not line.startswith(phrases().notices):
        return start
    end = start + 1
    while end < len(lines) and lines[end].strip() and not _is_heading(lines[end]) and end - start < _NOTICE_LINES_MAX:
        end += 1
    paragraph = lines[start:end]
    return end if _is_notice(paragraph) else start


def _is_notice(paragraph: list[str]) -> bool:
    """Whether a paragraph that begins like a notice is one: a bare title, or words that only notices have, two at least."""
    text = " ".join(paragraph)
    if _CODE.search(text):
        return False
    is_title = len(text) <= _TITLE_MAX and (text.strip().startswith("[") or len(_WORD.findall(text)) <= _TITLE_WORDS_MAX)
    return is_title or sum(word in text.lower() for word in phrases().notice_words) >= _NOTICE_WORDS_MIN


def _with_rule(lines: list[str], start: int) -> int:
    """The start of a notice, with a ruled line right above it."""
    return start - 1 if start and _RULE.fullmatch(lines[start - 1]) else start


def _delimited(lines: list[str], end: int) -> int:
    for start in range(max(0, end - _DELIMITED_MAX), end):
        behind = lines[start + 1 : end]
        if _DELIMITER.fullmatch(lines[start]) and not any(_is_clinical(line) for line in behind):
            return start
        if _RULE.fullmatch(lines[start]) and behind and _all_of_signature(behind):
            return start
    return end


def _closed(lines: list[str], end: int) -> int:
    for start in range(max(0, end - _BLOCK_MAX), end):
        if _is_closer(lines[start]) and _all_of_signature(lines[start + 1 : end]):
            return start
    return end


def _undersigned(lines: list[str], end: int, author: frozenset[str]) -> int:
    """A last paragraph, or a last line, that is a signature without any closer."""
    paragraph = end
    while paragraph and lines[paragraph - 1].strip() and end - paragraph <= _BLOCK_MAX:
        paragraph -= 1
    for start in range(paragraph, end):
        is_block = _all_of_signature(lines[start:end])
        if is_block and (_names(lines[start], author) or _has_contact(lines[start:end], of=2)):
            return start
    return end


def _names(line: str, author: frozenset[str]) -> bool:
    """Whether this line by itself is a name: of the author, with a credential, or behind a dash."""
    words = [word.rstrip(".").lower() for word in _WORD.findall(line)]
    if not words or len(words) > _NAME_WORDS_MAX + 2:
        return False
    if author & set(words) and len(words) <= _NAME_WORDS_MAX:
        return True
    return _DASHED_NAME.fullmatch(line) is not None or (len(words) > 1 and words[-1] in phrases().credentials and _is_name(line))


def _has_contact(lines: list[str], *, of: int) -> bool:
    return len(lines) >= of and any(_is_contact(line) for line in lines) and _is_name(lines[0])


def _is_closer(line: str) -> bool:
    """Whether a line is a closer, alone or with a name behind it ("Thx, Tori")."""
    text = line.strip(_DECORATION + "-\u2013\u2014")
    if len(text) > _LINE_MAX:
        return False
    lowered = text.lower().replace("\u2019", "'")
    for closer in _closers_ahead(lowered):
        rest = text[len(closer) :].strip(_DECORATION + ",.!;:-\u2013\u2014()")
        if not rest or (_is_name(rest) and not _is_clinical(rest)):
            return True
    return False


def _closers_ahead(text: str) -> list[str]:
    words = re.findall(r"\S+\s*", text)
    ahead = ["".join(words[:count]).strip(" \t,.!;:-\u2013\u2014()") for count in range(1, min(len(words), 7) + 1)]
    return [start for start in reversed(ahead) if start in phrases().closers]


def _all_of_signature(lines: list[str]) -> bool:
    said = [line for line in lines if line.strip()]
    return len(said) <= _BLOCK_MAX and all(_is_of_signature(line) for line in said)


def _is_of_signature(line: str) -> bool:
    if len(line) > _LINE_MAX:
        return False
    if _is_contact(line) or _RULE.fullmatch(line) or _DELIMITER.fullmatch(line) or _is_closer(line):
        return True
    return not _is_clinical(line) and (_is_name(line) or _DASHED_NAME.fullmatch(line) is not None)


def _is_contact(line: str) -> bool:
    if len(line) > _LINE_MAX:
        return False
    label = line.strip(_DECORATION).partition(":")[0].lower().rstrip(".#")
    if label in phrases().contact_labels and ":" in line:
        return True
    return (
        any(pattern.search(line) for pattern in (_PHONE, _ONLINE, _PLACE))
        and not _is_heading(line)
        and len(_WORD.findall(line)) <= _BLOCK_MAX
    )


def _is_name(line: str) -> bool:
    """Whether every word could stand in a name, a title or the name of a practice."""
    if line.rstrip().endswith("?") or ":" in line:
        return False
    words = line.strip(_DECORATION).split()
    return 0 < len(words) <= _BLOCK_MAX and all(_is_name_word(word.strip(',;()"')) for word in words)


def _is_name_word(word: str) -> bool:
    bare = word.rstrip(".").lower()
    if not bare or word in _CONNECTORS or bare in phrases().titles or bare in phrases().credentials:
        return True
    return word[0].isupper() and not any(character.isdigit() for character in word)


def _is_heading(line: str) -> bool:
    return _HEADING.match(line) is not None and line.partition(":")[0].strip().lower() not in phrases().contact_labels


def _is_clinical(line: str) -> bool:
    """Whether a line has a word or a form that belongs to a case rather than to a name."""
    if _is_contact(line):
        return False
    if len(line) > _SAID_MIN:
        return True
    words = {word.rstrip(".").lower() for word in _WORD.findall(line)}
    # "PT" and "DO" behind a name are credentials; "pt" ahead of one is the patient.
    return bool(_CODE.search(line) or _is_heading(line) or words & (phrases().clinical - phrases().credentials))
