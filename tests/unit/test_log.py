from __future__ import annotations

import io
import json
import logging
import sys

import pytest
import structlog
from cast import ADA

from consultant import log
from consultant.errors import TemporaryError
from consultant.mail.compose import compose


@pytest.fixture
def lines(monkeypatch):
    """Configures the log of this process onto a buffer, and puts everything back; gives the lines written so far."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stderr", buffer)
    log.configure(level="INFO", as_json=True)
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_says_which_part_and_which_case(lines):
    with log.about_case(17):
        log.get("worker").info("step done", step="analyse")

    (line,) = lines()
    assert (line["part"], line["case"], line["event"], line["step"], line["level"]) == (
        "worker",
        17,
        "step done",
        "analyse",
        "info",
    )
    assert "timestamp" in line


def test_the_case_is_no_longer_bound_afterwards(lines):
    with log.about_case(17):
        pass
    log.get("worker").info("idle")

    assert "case" not in lines()[0]


def test_lines_of_libraries_are_redacted_too(lines):
    logging.getLogger("some.library").warning("refused %s", ADA)

    assert lines()[0]["event"] == "refused <address>"


def test_an_unforeseen_exception_is_written_without_its_words(lines):
    try:
        _ = {}["patient Smith"]
    except KeyError:
        log.get("worker").exception("broken")
        logging.getLogger("some.library").exception("broken too")

    assert [line["error"] for line in lines()] == ["KeyError", "KeyError"]
    assert "Smith" not in str(lines())


def test_an_exception_of_ours_keeps_its_words_and_loses_addresses():
    assert log.describe(TemporaryError(f"cannot reach {ADA}")) == "TemporaryError: cannot reach <address>"


def test_an_exception_names_the_place_in_our_code(tmp_path):
    try:
        compose(
            None, sender="", recipient="", message_id=None, in_reply_to="", references=(), date=None, automatic=True, bounces_to=""
        )
    except TypeError as error:
        described = log.describe(error)

    assert described.startswith("TypeError at consultant/mail/compose.py:")


@pytest.mark.parametrize("name", ["mail.log", "celery.app.trace", "kombu.transport", "uvicorn.access", "sqlalchemy.engine.Engine"])
def test_talkative_libraries_are_quiet(lines, name):
    logging.getLogger(name).info("every detail")

    assert lines() == []


def test_a_person_at_a_terminal_reads_words(monkeypatch, lines):
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stderr", buffer)
    log.configure(level="INFO")
    log.get("sweep").info("looked", found=3)

    assert "looked" in buffer.getvalue()
    assert "found=3" in buffer.getvalue()
