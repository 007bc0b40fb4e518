"""``consultant ask``, as a person or another program calls it."""

from __future__ import annotations

import json


def test_a_question_is_answered_in_the_terminal_with_its_source(consultant):
    done = consultant("ask", "59 vs XS")

    assert done.returncode == 0
    assert done.stdout.startswith("Take the X modifier that fits")
    assert "Source: NCCI Policy Manual" in done.stdout


def test_the_answers_come_as_json_too(consultant):
    row = json.loads(consultant("ask", "--json", "--date", "2026-11-20", "successor of 77082?").stdout)

    (answer,) = row["answers"]
    assert (row["kind"], answer["topic"]) == ("question", "crosswalks")
    assert "77086" in answer["codes"]
    assert answer["sources"]


def test_no_question_is_wrong_usage(consultant):
    done = consultant("ask", " ")

    assert done.returncode == 2
    assert "there is no question" in done.stderr
