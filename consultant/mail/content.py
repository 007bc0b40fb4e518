"""Which parts of the tree are the text of the mail, and which parts go with it.

Of alternatives the plain text is taken, unless it is empty or a stub while the HTML has the content. Every text part without a
file name that stands in the mail itself belongs to the text, in order (Apple Mail writes text, picture, text). All other leaves go
with it: attachments, pictures of the page, enclosed mails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultant.mail import charsets, flowed, html
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.mime import Part
from consultant.mail.phrases import phrases
from consultant.mail.reading_limits import Allowance, ReadingLimits

_PLAIN = frozenset({"text/plain", "text", "text/enriched"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_TAGS = re.compile(r"<(?:html|body|div|p|table|br)\b[^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_STUB_WORDS = 25
"""Plain text with more words than this is no stub, whatever it says."""
_TIMES_MORE = 2


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a mail as one string, quotations and all, and the parts that go with it in their order."""

    text: str
    beside: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentReader:
    """Reads the text of parts, within the limits."""

    limits: ReadingLimits
    forgive: Forgiven
    allowance: Allowance

    def content(self, part: Part) -> Content:
        """The text of a part and of all below it, and what goes with it."""
        if part.is_multipart:
            return self._multipart(part)
        if self.is_text(part):
            return Content(self.text(part))
        return Content("", () if part.content_type in _SIGNATURES else (part,))

    def is_text(self, part: Part) -> bool:
        """Whether a leaf is text of the mail itself rather than a file that goes with it."""
        return part.content_type in _PLAIN | _HTML and part.disposition != "attachment" and not part.file_name

    def text(self, part: Part) -> str:
        """The text of a leaf, whatever its charset and markup."""
        data = part.opened(self.forgive)
        if part.content_type in _HTML:
            data = html.without_embedded_data(data)
        granted = self.allowance.take(len(data))
        if granted < len(data):
            self.forgive(Defect.TEXT_TOO_LONG)
            data = data[:granted]
        text = charsets.to_text(data, part.parameters.get("charset", ""), self.forgive)
        if part.content_type in _HTML:
            return html.to_text(text, limits=self.limits, forgive=self.forgive)
        if _is_a_page(text):
            self.forgive(Defect.HTML_IN_PLAIN_TEXT)
            return html.to_text(text, limits=self.limits, forgive=self.forgive)
        if part.parameters.get("format", "").lower() == "flowed":
            return flowed.joined(text, deletes_space=part.parameters.get("delsp", "").lower() == "yes")
        return text

    def _multipart(self, part: Part) -> Content:
        match part.content_type:
            case "multipart/alternative":
                return self._best_alternative(part)
            case "multipart/related" | "multipart/signed" | "multipart/report":
                # The first part is what a person reads; the others serve it.
                first = self.content(part.children[0])
                served = tuple(child for child in part.children[1:] if child.content_type not in _SIGNATURES)
                return Content(first.text, first.beside + _leaves(served))
            case "multipart/encrypted":
                return Content("", _leaves(part.children))
            case _:
                return _one_after_another([self.content(child) for child in part.children])

    def _best_alternative(self, part: Part) -> Content:
        pages = [child for child in part.children if _has_page(child)]
        plain = _one_after_another([self.content(child) for child in part.children if child not in pages])
        words = len(_WORD.findall(plain.text))
        if not pages or (words > _STUB_WORDS and not _TAGS.search(plain.text)):
            return Content(plain.text, plain.beside + _beside_pages(pages))
        page = _one_after_another([self.content(child) for child in pages])
        if not _is_stub(plain.text, page.text):
            return Content(plain.text, plain.beside + page.beside)
        if plain.text.strip():
            self.forgive(Defect.PLAIN_TEXT_IS_A_STUB)
        return Content(page.text, plain.beside + page.beside)


def _is_a_page(text: str) -> bool:
    return (
        text.lstrip()[:200].lower().startswith(("<!doctype html", "<html", "<div", "<p>", "<table"))
        and _TAGS.search(text) is not None
    )


def _has_page(part: Part) -> bool:
    return part.content_type in _HTML or any(_has_page(child) for child in part.children if part.is_multipart)


def _is_stub(plain: str, page: str) -> bool:
    """Whether the plain text says so little beside its page that the page must be read."""
    words = len(_WORD.findall(plain))
    if any(phrase in plain.lower() for phrase in phrases().stubs):
        return bool(page.strip())
    return words <= _STUB_WORDS and len(_WORD.findall(page)) > _TIMES_MORE * words


def _one_after_another(contents: list[Content]) -> Content:
    return Content(
        "\n\n".join(content.text.strip("\n") for content in contents if content.text.strip()),
        tuple(part for content in contents for part in content.beside),
    )


def _beside_pages(pages: list[Part]) -> tuple[Part, ...]:
    """What goes with pages that are not read themselves."""
    return tuple(leaf for leaf in _leaves(tuple(pages)) if leaf.content_type not in _HTML | _PLAIN)


def _leaves(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(leaf for part in parts for leaf in (_leaves(part.children) if part.is_multipart else (part,)))
