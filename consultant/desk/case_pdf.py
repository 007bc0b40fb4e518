"""A case as a PDF to keep: what was asked, what was answered, and who did what when.

Made from the same plain data as the JSON export. Known limit: the built-in fonts of PDF know Western European letters only; any
other letter is shown as a question mark, and the JSON export has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpdf import FPDF

_PLAIN = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{BULLET}": "-",
        "\N{RIGHTWARDS ARROW}": "->",
        "\N{GREATER-THAN OR EQUAL TO}": ">=",
        "\N{LESS-THAN OR EQUAL TO}": "<=",
        "\t": "    ",
    }
)
_WIDE, _SMALL = 10.0, 8.0


def pdf_of(row: dict[str, Any]) -> bytes:
    """The pages of a case, from the data that ``whole_case`` gives."""
    from fpdf import FPDF  # noqa: PLC0415  (slow to load, and most desks write no PDF all day)

    paper = FPDF(format="A4")
    # Dated as the case, so that the same case gives the same bytes.
    paper.set_creation_date(datetime.fromisoformat(row["changed"]))
    paper.set_auto_page_break(auto=True, margin=18)
    paper.set_title(f"Case {row['id']}")
    paper.add_page()
    _heading(paper, f"Case {row['id']}: {row['subject'] or '(no subject)'}", size=14)
    _text(
        paper,
        f"{row['sender']} | received {row['received'][:16]} UTC | {row['state'].replace('_', ' ')} {row['reason']}",
        size=_SMALL,
    )
    for message in row["messages"]:
        _heading(paper, f"Mail of {message['received'][:16]} UTC")
        _text(paper, message.get("parsed", {}).get("text", "(not read)"))
    _claim(paper, row["analysis"])
    for draft in row["drafts"][-1:]:
        _heading(paper, f"Letter, version {draft['version']} by {draft['written_by']}")
        _text(paper, draft["text"], size=_SMALL, font="Courier")
    _heading(paper, "History")
    for event in row["events"]:
        detail = ", ".join(f"{name} {value}" for name, value in sorted(event["detail"].items()) if name not in {"hash", "sha256"})
        _text(paper, f"{event['at'][:19]}  {event['actor']}: {event['kind']}  {detail}", size=_SMALL)
    return bytes(paper.output())


def _claim(paper: FPDF, analysis: dict[str, Any] | None) -> None:
    if not analysis:
        return
    _heading(paper, "Codes")
    for line in analysis["procedures"]:
        code = "-".join((line["code"], *line["modifiers"]))
        _text(paper, f"{code} x {line['units']}  for {', '.join(line['diagnoses']) or 'no diagnosis'}: {line['description']}")
    for diagnosis in analysis["diagnoses"]:
        _text(paper, f"{diagnosis['code']}: {diagnosis['description']}")


def _heading(paper: FPDF, words: str, *, size: float = 11.0) -> None:
    paper.ln(3)
    paper.set_font("Helvetica", "B", size)
    paper.multi_cell(0, size * 0.55, _plain(words), new_x="LMARGIN", new_y="NEXT")


def _text(paper: FPDF, words: str, *, size: float = _WIDE, font: str = "Helvetica") -> None:
    paper.set_font(font, "", size)
    paper.multi_cell(0, size * 0.5, _plain(words), new_x="LMARGIN", new_y="NEXT", align="L")


def _plain(words: str) -> str:
    return words.translate(_PLAIN).encode("latin-1", "replace").decode("latin-1")
