"""The grammar of letters: lists, dates, greetings, quotes, and what makes foreign text safe to print on a line.

Letters keep to punctuation that every mail program shows: typographic signs become their ASCII forms, and invisible or
direction-changing characters are dropped, so that no word of a mail can disguise another. Accented letters stay as they are.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from datetime import date

WIDTH = 76
"""Most characters on a line of a text letter."""
_LABEL = 10
"""Width of the column of codes."""
_QUOTE_MAX = 90
_NAME_MAX = 30
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PUNCTUATION = (
    dict.fromkeys((*range(0x2018, 0x201C), 0x2032), "'")
    | dict.fromkeys((*range(0x201C, 0x2020), 0x2033, 0xAB, 0xBB), '"')
    | dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x2022, 0xB7), "-")
    | dict.fromkeys((0x09, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F), " ")
    | {0x2026: "...", 0xD7: "x", 0x2264: "<=", 0x2265: ">=", 0x2192: "->"}
)
_SENTENCE_END = re.compile(r"[.?!](?=\s+[A-Z0-9])")
_SHORTENED = re.compile(r"\b(?:ch|sec|vs|no|approx|e\.g|i\.e|incl|St|Dr)\.$")
_NAME = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "md", "do", "np", "pa", "rn", "cpc", "coc", "ccs"})
# A desk that writes in has no first name.
_DESKS = frozenset(
    [
        *("admin", "audit", "auditor", "auditing", "biller", "billing", "claims", "clinic", "coder", "coding", "compliance"),
        *("denials", "department", "dept", "desk", "front", "info", "mail", "medical", "office", "practice", "qa", "records"),
        *("revenue", "support", "team", "the"),
    ]
)


def plain(text: str) -> str:
    """The text with plain punctuation and without control, invisible or direction-changing characters; line ends stay."""
    folded = text.translate(_PUNCTUATION)
    return "".join(sign for sign in folded if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def one_line(text: str) -> str:
    """The text as one line with single spaces."""
    return " ".join(plain(text.replace("\r", " ")).split())


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """Words as an English list: ``a``, ``a and b``, ``a, b and c``."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def counted(number: int, noun: str) -> str:
    """``one fact``, ``two facts``, ``12 facts``."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"


def day(when: date) -> str:
    """A date as American coders write it in a letter: ``January 1, 2015``."""
    return f"{when:%B} {when.day}, {when.year}"


def readable_date(text: str) -> str:
    """An ISO date as `day` writes it; any other edition as it stands."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def quoted(words: str) -> str:
    """Words of the mail between quotation marks, on one line and no longer than a glance."""
    line = one_line(words).replace('"', "'")
    return f'"{line}"' if len(line) <= _QUOTE_MAX else f'"{line[: _QUOTE_MAX - 4].rsplit(" ", 1)[0]} ..."'


def sentence(text: str) -> str:
    """The text on one line with a capital letter and a full stop."""
    line = one_line(text)
    return line if not line or line[-1] in ".?!" else f"{line[0].upper()}{line[1:]}."


def first_and_rest(text: str) -> tuple[str, str]:
    """The first sentence of a text, and what follows it; an abbreviation, a number or a code ends none."""
    line = one_line(text)
    end = next((m.end() for m in _SENTENCE_END.finditer(line) if not _SHORTENED.search(line[: m.start() + 1])), len(line))
    return line[:end], line[end:].strip()


def clause(text: str) -> str:
    """The text as the end of another sentence: no leading ``if`` or ``unless``, no full stop."""
    line = one_line(text).rstrip(". ")
    first, _, rest = line.partition(" ")
    return rest if first.lower() in {"if", "when", "unless"} and rest else line


def first_name(name: str) -> str:
    """What to call the asker, from the name in the mail; empty when it is a desk, a title or no name at all."""
    family, comma, given = one_line(name).partition(",")
    words = _NAME.findall(given if comma and _NAME.search(given) and not _is_title(given) else family)
    first = next((word for word in words if word.lower() not in _TITLES), "")
    if not first or len(first) == 1 or len(first) > _NAME_MAX or any(word.lower() in _DESKS for word in words):
        return ""
    return first.capitalize() if first.isupper() or first.islower() else first


def wrapped(text: str, first: str = "", rest: str | None = None, *, width: int = WIDTH) -> str:
    """The text filled to lines of at most ``width``, the first beginning with ``first`` and the others with ``rest`` (blanks)."""
    indent = " " * len(first) if rest is None else rest
    lines = textwrap.wrap(one_line(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(lines) or first.rstrip()


def folded(text: str, *, width: int = WIDTH) -> str:
    """A person's own text, line by line: lines that fit stay as they are, wider ones are filled under their own indent."""
    lines = (line.rstrip() for line in plain(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
    fitted = (line if len(line) <= width else wrapped(line, *_indents(line), width=width) for line in lines)
    return "\n".join(fitted).strip("\n")


def _indents(line: str) -> tuple[str, str]:
    indent = " " * min(len(line) - len(line.lstrip()), _LABEL + 3)
    return indent, indent


def beside(text: str, label: str) -> str:
    """The text in a column of its own with ``label`` before its first line; a long label takes what it needs."""
    return wrapped(text, f"  {label:<{_LABEL}} ", " " * (_LABEL + 3))


def _is_title(text: str) -> bool:
    return all(word.lower() in _TITLES for word in _NAME.findall(text))
