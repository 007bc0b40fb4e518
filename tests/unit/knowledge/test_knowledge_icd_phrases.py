"""What people type when they look for a diagnosis, and the codes that answer it: 250 lay and clinical phrases of our own."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
import yaml

from consultant.model.coding import System

LIST = Path(__file__).parent / "phrases" / "icd10cm_phrases.yaml"
PHRASES: dict[str, list[str]] = {str(phrase): codes for phrase, codes in yaml.safe_load(LIST.read_text()).items()}


@pytest.fixture(scope="module")
def answers(small):
    return {phrase: [hit.code for hit in small.search(phrase, system=System.ICD10CM, limit=5)] for phrase in PHRASES}


def test_every_code_of_the_list_exists(small):
    missing = [code for codes in PHRASES.values() for code in codes if small.diagnosis(code) is None]

    assert len(PHRASES) >= 200
    assert missing == []


def test_the_first_code_found_is_right_for_nearly_every_phrase(answers):
    wrong = [phrase for phrase, found in answers.items() if not found or found[0] not in PHRASES[phrase]]

    assert len(wrong) / len(PHRASES) <= 0.05, wrong


def test_one_of_the_first_five_codes_is_right_for_almost_all_phrases(answers):
    wrong = [phrase for phrase, found in answers.items() if not {*found} & {*PHRASES[phrase]}]

    assert len(wrong) / len(PHRASES) <= 0.02, wrong


def test_a_phrase_is_answered_in_a_few_milliseconds(small, answers):
    took = []
    for phrase in PHRASES:
        start = time.process_time()
        small.search(phrase, system=System.ICD10CM)
        took.append(time.process_time() - start)

    assert statistics.median(took) < 0.003
