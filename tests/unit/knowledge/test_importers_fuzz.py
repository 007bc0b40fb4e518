"""Any bytes become a sheet or a KnowledgeError, never another exception."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importers_cast import CODESETS, CPT, ONE_FILE, PTP, articles, workbook

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.catalogue import READERS
from consultant.knowledge.official_kinds import Kind

NAMES = {kind: path.name for kind, path in ONE_FILE.items()} | {
    Kind.NCCI_PTP: "table.txt",
    Kind.MCD: "articles.zip",
    Kind.CPT: "LONGULT.txt",
}
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADS = (b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"\xef\xbb\xbf", b"<?xml version='1.0'?>", b'"', b"\x00")


def read_whole(kind, path):
    """Read a file to its end. KnowledgeError is an answer; its message is one line."""
    refused = "nothing"
    try:
        sheet = READERS[kind]([path])
        for part in sheet.parts:
            for row in part.rows:
                assert len(row) == len(part.table.columns)
                assert all(isinstance(value, str | int | None) for value in row)
    except KnowledgeError as error:
        refused = str(error)
    assert len(refused.splitlines()) == 1


@pytest.mark.parametrize("kind", Kind)
@QUICK
@given(head=st.sampled_from(HEADS), content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path, kind, head, content):
    path = tmp_path / NAMES[kind]
    path.write_bytes(head + content)

    read_whole(kind, path)


@pytest.mark.parametrize("kind", Kind)
@QUICK
@given(text=st.text(st.sampled_from('019AZ.,;\t\n\r"*-/ <>&é'), max_size=300))
def test_any_text_is_read_or_refused(tmp_path, kind, text):
    path = tmp_path / NAMES[kind]
    path.write_text(text, newline="")

    read_whole(kind, path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One good file of each kind, as bytes."""
    folder = tmp_path_factory.mktemp("whole")
    paths = ONE_FILE | {Kind.NCCI_PTP: PTP[0], Kind.CPT: CPT[0], Kind.MCD: articles(folder / "articles.zip")}
    return {kind: path.read_bytes() for kind, path in paths.items()}


@pytest.mark.parametrize("kind", Kind)
@QUICK
@given(data=st.data())
def test_a_good_file_with_a_piece_changed_is_read_or_refused(tmp_path, whole, kind, data):
    content = whole[kind]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 60)))
    path = tmp_path / NAMES[kind]
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=30)) + content[end:])

    read_whole(kind, path)


@QUICK
@given(data=st.data())
def test_a_workbook_with_a_piece_changed_is_read_or_refused(tmp_path, data):
    content = workbook(tmp_path / "book.xlsx", [["primary_code", "add_on_code", "type"], ["10001", "10002", 1]]).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    path = tmp_path / "aoc.xlsx"
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=30)) + content[start + data.draw(st.integers(0, 60)) :])

    read_whole(Kind.ADD_ON, path)


@pytest.mark.parametrize("kind", Kind)
@QUICK
@given(name=st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_of_a_good_file_is_read_or_refused(tmp_path, whole, kind, name):
    path = tmp_path / f"{name}.csv"
    with contextlib.suppress(OSError, ValueError):
        path.write_bytes(whole[kind])
        read_whole(kind, path)


def test_the_made_up_files_are_all_read():
    assert {path.name for path in CODESETS.iterdir()} >= {path.name for path in ONE_FILE.values()}
