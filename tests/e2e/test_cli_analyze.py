"""``consultant analyze`` and the look-ups, as a person or another program calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTES = Path(__file__).parents[1] / "corpus" / "notes"


def test_an_old_wrist_film_read_for_bone_strength_is_0749t(consultant):
    done = consultant("analyze", "--json", str(EXAMPLES / "1-wrist-film.eml"))

    row = json.loads(done.stdout)
    assert [line["code"] for line in row["procedures"]] == ["0749T"]
    assert "Z13.820" in [line["code"] for line in row["diagnoses"]]
    assert {fact["name"]: fact["value"] for fact in row["facts"]}["payer"] == "medicare"


def test_evidence_is_quoted_from_the_text(consultant):
    row = json.loads(consultant("analyze", "--json", str(EXAMPLES / "2-vfa-with-dxa.eml")).stdout)

    quoted = [evidence for line in (*row["procedures"], *row["diagnoses"]) for evidence in line["evidence"]]
    assert quoted
    assert [row["text"][e["start"] : e["end"]] for e in quoted] == [e["text"] for e in quoted]


def test_a_vacation_reply_is_ignored_with_its_reason(consultant):
    row = json.loads(consultant("analyze", "--json", str(EXAMPLES / "3-vacation.eml")).stdout)

    assert (row["kind"], row["disposition"], row["reason"]) == ("noise", "ignore", "null-reverse-path")


def test_the_same_mail_gives_the_same_bytes(consultant):
    mail = str(EXAMPLES / "2-vfa-with-dxa.eml")
    first, second = (
        consultant("analyze", "--json", "--date", "2026-11-20", mail, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")
    )

    assert first == second


def test_lines_come_back_in_order_and_a_bad_one_does_not_stop_the_run(consultant):
    lines = [
        json.dumps({"id": "a", "subject": "heel", "body": "Bone density of the heel by ultrasound. Code?"}),
        "this is no JSON",
        json.dumps({"id": "c", "subject": "no body"}),
        json.dumps(["a list"]),
        json.dumps({"id": "e", "body": 7}),
        json.dumps({"id": "f", "subject": "Automatic reply", "body": "I am out of the office until Monday."}),
    ]

    done = consultant("analyze", "--jsonl", given="\n".join(lines) + "\n")

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [row["id"] for row in rows] == ["a", None, "c", None, "e", "f"]
    assert [line["code"] for line in rows[0]["procedures"]] == ["76977"]
    assert rows[1]["error"] == "line 2: this is not JSON"
    assert "error" in rows[3]
    assert "error" in rows[4]
    assert rows[5]["disposition"] == "ignore"


def test_an_analysis_for_a_person_shows_codes_and_words(consultant):
    done = consultant("analyze", str(EXAMPLES / "2-vfa-with-dxa.eml"))

    assert done.returncode == 0
    assert "77085" in done.stdout
    assert "deleted" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["analyze", "no-such-file.eml"], 2, "no-such-file.eml: No such file"),
        (["analyze", "--date", "31.12.2026", "-"], 2, "write it as YYYY-MM-DD"),
        (["analyze", "-"], 2, "nothing to read"),
        (["lookup", "99999"], 1, "99999 is not known here"),
        (["lookup", "S52.5XXA"], 1, "no such code exists"),
        (["lookup", "0749T", "--date", "soon"], 2, "write it as YYYY-MM-DD"),
        (["search", "heart", "--system", "dsm"], 2, "is not cpt, hcpcs or icd10cm"),
        (["cases", "--state", "lost"], 2, "is not one of received"),
        (["case", "17"], 1, "there is no case 17"),
        (["review", "17", "approve", "--as", "nobody"], 1, "no consultant 'nobody'"),
        (["review", "17", "decline", "--as", "cora"], 2, "needs a reason"),
        (["send", "no-such.eml"], 2, "no-such.eml: No such file"),
        (["frobnicate"], 2, "No such command"),
        (["lookup"], 2, "Missing argument"),
    ],
)
def test_bad_input_gets_one_clear_line(consultant, arguments, code, words):
    done = consultant(*arguments)

    assert done.returncode == code
    assert words in done.stderr
    assert done.stderr.startswith("consultant: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSULTANT_DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"),
        ("CONSULTANT_SMTP", "somewhere"),
        ("CONSULTANT_ADMISSION", "everybody"),
        ("CONSULTANT_SECRET_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_setting_that_cannot_work_is_named_without_its_secret(consultant, name, value):
    done = consultant("cases", env={name: value})

    assert done.returncode in {1, 2}
    assert done.stderr.count("\n") == 1
    assert "secret@" not in done.stderr


def test_a_deleted_code_is_found_as_of_the_date_it_was_live(consultant):
    then = json.loads(consultant("lookup", "77082", "--date", "2014-06-01", "--json").stdout)
    now = json.loads(consultant("lookup", "77082", "--json").stdout)

    assert then["live"]
    assert not now["live"]
    assert now["facts"]["ended"] == "2015-01-01"
    assert now["facts"]["successors"] == ["77085", "77086"]


def test_a_search_finds_codes_by_lay_words_and_by_the_beginning_of_a_word(consultant):
    bone = json.loads(consultant("search", "bone", "dens", "--json").stdout)
    heart = json.loads(consultant("search", "heart attack", "--json").stdout)

    assert "77080" in [hit["code"] for hit in bone]
    assert any(hit["code"].startswith("I2") for hit in heart)


def test_the_bone_mails_come_through_the_line_as_they_are_read(consultant):
    mails = {path.stem: path.read_text() for path in sorted(NOTES.glob("bone-*.txt"))}
    lines = [json.dumps({"id": name, "subject": "", "body": body, "received": "2026-11-20"}) for name, body in mails.items()]

    done = consultant("analyze", "--jsonl", given="\n".join(lines) + "\n")

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["id"]: [line["code"] for line in row["procedures"]] for row in rows} == {
        "bone-ct-strength-with-fractures": ["0743T"],
        "bone-dxr-film-on-file": ["0749T"],
        "bone-dxr-view-taken": ["0750T"],
        "bone-forearm-read-only": ["77081"],
        "bone-vfa-old-charge-sheet": ["77085"],
    }
