"""What may be changed in a mail without changing its reading, and what must change it, over the worked examples of the families."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.knowledge import sources
from consultant.knowledge.family import Example, Family
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.model.analysis import Disposition, Reading
from consultant.model.coding import System

RECEIVED = date(2026, 11, 20)
SIGNATURE = "\n\nThank you,\nMarta Reyes, CPC\nCoding Lead, Harbor Medical Group\nPhone (555) 010-0199"
DISCLAIMER = (
    "\n\nThis message may hold confidential information. If you are not the intended recipient, delete it and tell the sender."
    " No part of it may be copied."
)
NOTE = (
    "SURGEON: J. Ruiz, MD\nANESTHESIA: General\nESTIMATED BLOOD LOSS: Minimal\nCOMPLICATIONS: None\nPROCEDURE: {}\n\n"
    "The patient tolerated the procedure well."
)
FRAMES = (
    "{}" + SIGNATURE,
    "{}" + DISCLAIMER,
    "Hi team,\n\nI need help with this one please.\n\n{}",
    NOTE,
    "{}\n\nPAST MEDICAL HISTORY: Hypertension, prior appendectomy.\nFAMILY HISTORY: Mother had breast cancer.",
    "{}\n\nPLAN: Follow up in 2 weeks. Colonoscopy next year.",
)
NO_ACTS = frozenset({"evaluation-management", "psychiatry", "laboratory", "anesthesia", "supplies"})
"""Visits, talks, specimens, anesthesia and goods are told by level or name, not as acts that "planned" could stand before."""
EVERY, EVERY_ACT = 29, 9
"""One in so many examples is tried, so that all sections of the knowledge base are."""


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge) -> Matcher:
    return Matcher(knowledge)


def examples(every: int = EVERY) -> list[tuple[Family, Example]]:
    """Some of the worked examples of services that give a code."""
    served = [family for family in sources.read().families if family.system is not System.ICD10CM]
    return [(family, example) for family in served for example in family.examples if example.codes][::every]


def lines(reading: Reading) -> list[tuple[str, tuple[str, ...], int]]:
    return sorted((line.code, line.modifiers, line.units) for line in reading.procedures)


@pytest.fixture(scope="module")
def acts(matcher: Matcher) -> list[tuple[str, str]]:
    """Examples that begin with the name of the only act they tell, in small letters, each with the code it gives."""
    found = []
    for family, example in examples(EVERY_ACT):
        if family.section in NO_ACTS:
            continue
        reading = matcher.read(example.text, RECEIVED)
        first = reading.procedures[0].evidence if reading.procedures else ()
        is_act = first and first[0].span.start == 0 and "," not in example.text and "." not in example.text[:-1]
        if len(example.codes) == 1 and is_act and len(example.text.split()) <= 5:
            found.append((example.text[0].lower() + example.text[1:], example.codes[0]))
    return found


def test_what_stands_around_a_mail_changes_nothing(matcher: Matcher):
    changed = []
    for family, example in examples():
        told = lines(matcher.read(example.text, RECEIVED))
        changed += [
            f"{family.id}: {frame[:20]!r}" for frame in FRAMES if lines(matcher.read(frame.format(example.text), RECEIVED)) != told
        ]
    assert changed == []


def test_paragraphs_may_stand_in_any_order(matcher: Matcher):
    pairs = examples()
    changed = []
    for (_, one), (_, other) in zip(pairs[::2], pairs[1::2], strict=False):
        first, second = (
            {line.code for line in matcher.read("\n\n".join(texts), RECEIVED).procedures}
            for texts in ((f"{one.text}.", f"{other.text}."), (f"{other.text}.", f"{one.text}."))
        )
        changed += [f"{one.text[:40]} | {other.text[:40]}"] if first != second else []
    # Two mails in one share facts (age, payer, date), and the first of two contrary ones counts.
    assert len(changed) <= len(pairs) // 12, changed


@pytest.mark.parametrize("before", ["no ", "history of ", "planned ", "declined ", "will need "])
def test_an_act_that_was_not_done_here_and_now_is_not_coded(matcher: Matcher, acts: list[tuple[str, str]], before: str):
    kept = [text for text, code in acts if code in {line.code for line in matcher.read(before + text, RECEIVED).procedures}]
    assert len(acts) >= 10
    assert kept == []


def test_swapping_right_and_left_swaps_modifiers(matcher: Matcher):
    swap = {"right": "left", "left": "right", "Right": "Left", "Left": "Right"}
    pairs = [
        ("RT", "LT"),
        ("E1", "E3"),
        ("E2", "E4"),
        *((f"{part}{n or 'A'}", f"{part}{n + 5}") for part in "FT" for n in range(5)),
    ]
    mirrored = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    tried = 0
    for _, example in examples():
        words = example.text.split(" ")
        told = matcher.read(example.text, RECEIVED)
        sided = [line for line in told.procedures if mirrored.keys() & set(line.modifiers)]
        if not sided or sum(word in swap for word in words) != 1:
            continue
        tried += 1
        other = matcher.read(" ".join(swap.get(word, word) for word in words), RECEIVED)
        expected = sorted((line.code, tuple(mirrored.get(m, m) for m in line.modifiers)) for line in told.procedures)
        assert sorted((line.code, line.modifiers) for line in other.procedures) == expected, example.text
    assert tried >= 2


@given(tenths=st.integers(min_value=1, max_value=60))
@settings(max_examples=40, deadline=None)
def test_a_size_crosses_to_the_neighbouring_code_exactly_at_its_limit(matcher: Matcher, tenths: int):
    bands = ((5, "11400"), (10, "11401"), (20, "11402"), (30, "11403"), (40, "11404"), (60, "11406"))
    text = f"Excision of a benign nevus of the back, excised diameter {tenths / 10:.1f} cm."
    expected = next(code for most, code in bands if tenths <= most)
    assert [line.code for line in matcher.read(text, RECEIVED).procedures] == [expected]


def test_quoted_mail_of_a_payer_tells_of_no_act(matcher: Matcher):
    text = 'Left knee injection, Depo-Medrol 40 mg. The denial letter said: "EGD with biopsy is not covered on this date."'
    assert "43239" not in {line.code for line in matcher.read(text, RECEIVED).procedures}


def test_the_same_text_gives_the_same_reading(knowledge: Knowledge, matcher: Matcher):
    again = Matcher(knowledge)
    for _, example in examples()[::5]:
        assert again.read(example.text, RECEIVED) == matcher.read(example.text, RECEIVED)


def test_an_empty_body_is_ignored_politely(matcher: Matcher):
    assert matcher.read("", RECEIVED).disposition is Disposition.IGNORE
