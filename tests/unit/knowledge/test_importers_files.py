from __future__ import annotations

import gzip
import zlib

import pytest
from importers_cast import member, workbook, zipped

from consultant.errors import KnowledgeError
from consultant.knowledge.importers import files, grid, xml_tree
from consultant.knowledge.importers import workbook as books
from consultant.knowledge.importers.files import Meter

TEXT = "one\ntwo\n"


def lines_of(path):
    return list(files.lines(member(path), Meter()))


def test_a_plain_file_is_its_own_member(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TEXT)

    assert lines_of(path) == ["one\n", "two\n"]
    assert member(path).size == len(TEXT)


def test_gzip_is_told_by_its_bytes_and_knows_its_size(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(gzip.compress(TEXT.encode()))

    assert lines_of(path) == ["one\n", "two\n"]
    assert member(path).size == len(TEXT)


def test_archives_in_archives_are_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"a/table.csv": TEXT.encode(), "b/": b""})
    outer = zipped(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes(), "notes.txt": b"x\n"})

    found = files.members([outer])

    assert [one.name for one in found] == ["table.csv", "notes.txt"]
    assert list(files.lines(found[0], Meter())) == ["one\n", "two\n"]
    assert found[0].modified.isoformat() == "2026-04-02"


def test_archives_too_deep_in_each_other_are_refused(tmp_path):
    path = zipped(tmp_path / "0.zip", {"table.csv": TEXT.encode()})
    for depth in range(1, 5):
        path = zipped(tmp_path / f"{depth}.zip", {path.name: path.read_bytes()})

    with pytest.raises(KnowledgeError, match="unpack them first"):
        files.members([path])


def test_a_line_that_is_not_utf_8_is_taken_for_windows_1252(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffkeeper\u2019s\n".encode() + b"keeper\x92s\n\x81\n")

    assert lines_of(path) == ["keeper\u2019s\n", "keeper\u2019s\n", "\ufffd\n"]


def test_a_last_line_without_its_end_is_a_file_cut_off(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("one\ntw")

    with pytest.raises(KnowledgeError, match=r"table\.csv: the last line has no line end, .* fetch it again"):
        lines_of(path)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_gzip_cut_off_is_refused(tmp_path, kept):
    content = gzip.compress("".join(f"{zlib.crc32(str(number).encode())}\n" for number in range(5_000)).encode())
    path = tmp_path / "table.csv.gz"
    path.write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(KnowledgeError, match="fetch it again"):
        lines_of(path)


def test_a_damaged_archive_is_refused(tmp_path):
    path = zipped(tmp_path / "table.zip", {"table.csv": TEXT.encode() * 1_000})
    content = bytearray(path.read_bytes())
    content[40:60] = bytes(20)
    path.write_bytes(content)

    with pytest.raises(KnowledgeError, match="cannot be read"):
        lines_of(path)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(
        KnowledgeError, match=r"none\.csv: the file cannot be read \(No such file or directory\); name a file that is there"
    ):
        files.members([tmp_path / "none.csv"])


def test_reading_is_metered_in_bytes(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TEXT)
    meter = files.meter_of([member(path)])
    list(files.lines(member(path), meter))

    assert (meter.done, meter.total) == (len(TEXT), len(TEXT))


def test_of_an_archive_the_first_pattern_that_fits_picks(tmp_path):
    path = zipped(tmp_path / "all.zip", {"table.xlsx.txt": b"a\n", "TABLE.CSV": b"b\n", "readme.pdf": b"c"})

    assert [one.name for one in files.pick([path], r"\.csv$", r"\.txt$")] == ["TABLE.CSV"]
    with pytest.raises(KnowledgeError, match="no file of this kind is in the archive"):
        files.pick([path], r"\.xml$")


def test_where_one_file_is_wanted_two_are_refused(tmp_path):
    path = zipped(tmp_path / "all.zip", {"a.csv": b"a\n", "b.csv": b"b\n"})

    with pytest.raises(KnowledgeError, match="name one of them"):
        files.pick_one([path], r"\.csv$")


def test_a_stacked_header_is_joined_and_matched_by_name(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("A title,,\n,NON-,\n,FACILITY,\nCODE,TOTAL,REST\nx,1,2\n")
    wanted = {"total": ("NONFACILITYTOTAL",), "code": ("CODE", "*CODE"), "other": ("OTHER",)}

    header = grid.find_header(grid.rows(member(path), Meter()), wanted, name="table.csv", optional=["other"])

    assert header.columns == {"total": 1, "code": 0}
    assert [number for number, _ in header.before] == [1, 2, 3]
    assert [(number, header.cell(cells, "total"), header.cell(cells, "other")) for number, cells in header.rows] == [(5, "1", "")]


def test_a_missing_header_is_refused_with_the_columns_wanted(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(KnowledgeError, match=r"table\.csv: no header with the columns code, add on code was found"):
        grid.find_header(grid.rows(member(path), Meter()), {"code": ("CODE",), "add_on_code": ("ADDON",)}, name="table.csv")


def test_a_quote_that_never_closes_is_a_file_cut_off(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,"2\n3,4\n')

    with pytest.raises(KnowledgeError, match="as if the file were cut off"):
        list(grid.rows(member(path), Meter()))


def test_a_workbook_gives_texts_and_numbers_as_people_see_them(tmp_path):
    path = workbook(tmp_path / "book.xlsx", [["code", "", "date"], [], ["00123", "a <b>", 2026091.0, 1e7, 0.5]])

    assert list(grid.rows(member(path), Meter())) == [
        (1, ["code", "", "date"]),
        (2, []),
        (3, ["00123", "a <b>", "2026091", "10000000", "0.5"]),
    ]


def test_a_workbook_in_an_archive_is_opened(tmp_path):
    book = workbook(tmp_path / "book.xlsx", [["code"]])
    path = zipped(tmp_path / "all.zip", {"book.xlsx": book.read_bytes()})

    assert list(grid.rows(files.pick_one([path], r"\.xlsx$"), Meter())) == [(1, ["code"])]


def test_a_workbook_without_a_sheet_is_refused(tmp_path):
    path = zipped(tmp_path / "book.xlsx", {"xl/workbook.xml": b"<workbook/>"})

    with pytest.raises(KnowledgeError, match="the workbook has no sheet"):
        list(books.rows(member(path), Meter()))


def test_a_cell_that_points_nowhere_is_refused(tmp_path):
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>'
    path = zipped(tmp_path / "book.xlsx", {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet})

    with pytest.raises(KnowledgeError, match="points to no text"):
        list(books.rows(member(path), Meter()))


def test_elements_come_one_by_one_and_whole(tmp_path):
    path = tmp_path / "tree.xml"
    path.write_text("<a><b>1<c>2</c></b><d/><b>3<b>4</b></b></a>")

    assert [xml_tree.words(element) for element in xml_tree.elements(member(path), Meter(), "b")] == ["12", "34"]


@pytest.mark.parametrize("text", ["<a><b>1</b>", "", "no xml", "<a></b>"])
def test_a_broken_tree_is_refused(tmp_path, text):
    path = tmp_path / "tree.xml"
    path.write_text(text)

    with pytest.raises(KnowledgeError, match="it is no whole XML file"):
        list(xml_tree.elements(member(path), Meter(), "b"))


def test_a_tree_that_declares_entities_is_refused(tmp_path):
    path = tmp_path / "tree.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><a><b>&x;</b></a>')

    with pytest.raises(KnowledgeError, match="it declares entities"):
        list(xml_tree.elements(member(path), Meter(), "b"))


def test_a_tree_too_deep_is_refused(tmp_path):
    path = tmp_path / "tree.xml"
    path.write_text("<a>" * 5_000 + "</a>" * 5_000)

    with pytest.raises(KnowledgeError, match="too deep"):
        list(xml_tree.elements(member(path), Meter(), "b"))
