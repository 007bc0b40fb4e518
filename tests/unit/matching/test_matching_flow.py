"""Wrapped mail: which line ends a margin made, and that wrapping changes nothing of what is read."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.lookup import Knowledge
from consultant.mail.parse import case_text, parse
from consultant.matching import normalise
from consultant.matching.flow import flowed
from consultant.matching.match import Matcher

RECEIVED = date(2026, 11, 20)
EXAMPLES = Path(__file__).parents[3] / "examples"
TEXTS = (Path(__file__).parent / "mails_to_wrap.txt").read_text(encoding="utf-8").strip().split("\n=====\n")
"""Mails with each paragraph on one line, lists and forms as coders type them."""
LONG = "The patient was brought to the room and the scan of the hip"
Signature = tuple[object, ...]


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


def signature(text: str, matcher: Matcher) -> Signature:
    reading = matcher.read(text, RECEIVED)
    lines = [(line.code, line.modifiers, line.units) for line in reading.procedures]
    return sorted(lines), [d.code for d in reading.diagnoses], [q.about for q in reading.questions]


def wrapped(text: str, width: int, *, at_hyphens: bool) -> str:
    """Each line as a mail program wraps it."""
    lines = (textwrap.wrap(line, width, break_on_hyphens=at_hyphens, break_long_words=False) or [line] for line in text.split("\n"))
    return "\n".join("\n".join(pieces) for pieces in lines)


def case_of(name: str) -> str:
    message = parse((EXAMPLES / name).read_bytes())
    return normalise.case_text(message.subject, case_text(message))


@pytest.mark.parametrize(
    ("wrapped_text", "expected"),
    [
        (f"{LONG}\nwas done.", f"{LONG} was done."),
        (f"{LONG}\nMedicare pays.", f"{LONG} Medicare pays."),
        (f"{LONG} was age-\nrelated", f"{LONG} was age-related"),
        (f"{LONG} was pre-\nand post-contrast", f"{LONG} was pre- and post-contrast"),
        (f"{LONG} was done.\nNo VFA.", f"{LONG} was done. No VFA."),
        (f"{LONG}\n- the left one - was done", f"{LONG} - the left one - was done"),
        (f"{LONG}\n3. Then the spine", f"{LONG} 3. Then the spine"),
        (f"{LONG} then\nCode: 77080", f"{LONG} then Code: 77080"),
    ],
)
def test_a_line_end_that_the_margin_made_is_a_blank(wrapped_text: str, expected: str):
    assert expected == flowed(wrapped_text)


@pytest.mark.parametrize(
    "text",
    [
        "1. Excision of a lesion of the left cheek with layered closure\n2. Excision of a lesion of the nose",
        "- Excision of a lesion of the left cheek with layered closure\n- Excision of a lesion of the nose",
        "Indication: follow-up of osteoporosis under treatment with falls\nTechnique: DXA of the hip",
        "indication: follow-up of osteoporosis under treatment with falls\ntechnique: dxa of the hip",
        f"{LONG}\nIMPRESSION: normal",
        "77085   axial DXA with VFA    M81.0   one unit   Medicare\n77081   forearm",
        "77085 axial DXA with VFA for M81.0, one unit, billed to Medicare\n77081 forearm",
        "Fran Ortiz, CPC\nSummit Bone Health\n12 Main Street\nSpringfield, IL 62704",
        "77080\n77082",
        "DXA of the hip\nVFA\nosteoporosis",
        f"{LONG} was done\n\nNo VFA.",
        "We did this in the office today with our own machine for her:\nDXA\nVFA",
        f"{LONG} was done by us and not by the hospital, which only sent the film and the order for it\nMedicare",
    ],
)
def test_every_other_line_end_stays(text: str):
    assert text == flowed(text)


@given(st.text(alphabet="ab- .:\n1", max_size=400))
def test_flowing_keeps_every_word_character(raw: str):
    text = normalise.normalise(raw)
    assert "".join(text.split()).replace(">", "") == "".join(flowed(text).split())


def test_the_film_on_file_of_a_wrapped_mail_is_found(matcher: Matcher):
    lines, diagnoses, _ = signature(case_of("1-wrist-film.eml"), matcher)
    assert lines == [("0749T", (), 1)]
    assert "Z13.820" in diagnoses
    assert not [code for code in diagnoses if code.startswith("M25")]


def test_the_diagnosis_of_a_wrapped_mail_is_found(matcher: Matcher):
    assert signature(case_of("2-vfa-with-dxa.eml"), matcher)[:2] == ([("77085", (), 1)], ["M81.0"])


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40].replace("\n", " "))
def test_wrapping_changes_nothing_of_what_is_read(text: str, matcher: Matcher):
    expected = signature(text, matcher)
    for width in range(50, 91):
        assert expected == signature(wrapped(text, width, at_hyphens=width % 2 == 1), matcher), f"wrapped at {width}"
