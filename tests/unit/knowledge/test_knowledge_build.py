from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from consultant.errors import KnowledgeError
from consultant.knowledge import build, icd10cm, sources, tables
from consultant.knowledge.icd10cm import IcdRow, Level, Release
from consultant.knowledge.lookup import Knowledge

RELEASE = Release(
    edition="2026-04-01",
    rows=(
        IcdRow("13", "Bones", Level.CHAPTER, parent="", chapter="13", billable=False),
        IcdRow("M80", "Osteoporosis with fracture", Level.CATEGORY, parent="13", chapter="13", billable=False),
        IcdRow("M80.08", "Vertebra", Level.SUBCATEGORY, parent="M80", chapter="13", billable=False),
        IcdRow("M80.08XA", "Vertebra, initial encounter", Level.EXTENDED, parent="M80.08", chapter="13", billable=True),
        IcdRow("M81.0", "Osteoporosis by age", Level.SUBCATEGORY, parent="13", chapter="13", billable=True),
        IcdRow("M85.8", "Other", Level.SUBCATEGORY, parent="13", chapter="13", billable=False),
        IcdRow("Z13.820", "Screening", Level.SUBCATEGORY, parent="", chapter="21", billable=True),
    ),
)


@pytest.fixture
def little_release(monkeypatch):
    """Seven rows instead of a hundred thousand, for tests of the building itself."""
    monkeypatch.setattr(icd10cm, "release", lambda: RELEASE)


@pytest.fixture
def root(tmp_path, written):
    return Path(shutil.copytree(written, tmp_path / "written"))


@pytest.fixture
def target(tmp_path):
    return tmp_path / "home" / "knowledge.sqlite"


def edition_of(target):
    with closing(sqlite3.connect(target)) as connection:
        return dict(connection.execute("SELECT name, value FROM meta"))["editions"]


@pytest.mark.usefixtures("little_release")
class TestBuilding:
    def test_a_missing_file_is_built_and_a_current_one_left_alone(self, target, root):
        assert build.ensure(target, root=root)
        made = target.stat().st_ino

        assert not build.ensure(target, root=root)
        assert target.stat().st_ino == made

    def test_a_file_is_built_anew_when_a_source_changed(self, target, root):
        build.ensure(target, root=root)
        path = root / "lexicon" / "bone.yaml"
        path.write_text(path.read_text().replace("dexa", "dexa scan"))

        assert build.ensure(target, root=root)

    def test_a_damaged_file_is_built_anew(self, target, root):
        target.parent.mkdir()
        target.write_bytes(b"no database")

        assert build.ensure(target, root=root)
        assert build.is_current(target, root=root)

    def test_building_leaves_nothing_but_the_file_and_its_lock(self, target, root):
        build.build(target, root=root)

        assert sorted(path.name for path in target.parent.iterdir()) == ["knowledge.sqlite", "knowledge.sqlite.lock"]

    def test_a_refused_source_leaves_the_old_file_in_place(self, target, root):
        build.build(target, root=root)
        before = target.read_bytes()
        (root / "lexicon" / "bone.yaml").write_text("concepts: [{id: dxa}]")

        with pytest.raises(KnowledgeError, match=r"lexicon/bone.yaml:1: 'kind' is missing"):
            build.build(target, root=root)
        assert target.read_bytes() == before

    def test_the_same_sources_give_the_same_edition_in_another_place(self, target, root, tmp_path):
        build.build(target, root=root)
        other = tmp_path / "other.sqlite"
        build.build(other, root=Path(shutil.copytree(root, tmp_path / "elsewhere")))

        assert edition_of(other) == edition_of(target)
        assert other.read_bytes() == target.read_bytes()

    def test_another_text_gives_another_edition(self, target, root):
        build.build(target, root=root)
        before = edition_of(target)
        path = root / "editions.yaml"
        path.write_text(path.read_text() + "# a word more\n")
        build.build(target, root=root)

        assert edition_of(target) != before

    def test_progress_is_told_of_each_part_at_its_begin_and_end(self, target, root):
        told = []
        build.build(target, root=root, progress=lambda *step: told.append(step))

        parts = list(dict.fromkeys(what for what, _, _ in told))
        assert parts[0] == "reading families and lexicon"
        assert told == [(part, done, 1) for part in parts for done in (0, 1)]

    def test_a_folder_that_cannot_be_written_is_an_error_in_one_line(self, root, tmp_path):
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(KnowledgeError, match="cannot be written"):
            build.build(tmp_path / "file" / "knowledge.sqlite", root=root)

    def test_a_full_disk_is_an_error_in_one_line(self, target, root, monkeypatch):
        def full(connection, contents):
            msg = "database or disk is full"
            raise sqlite3.OperationalError(msg)

        monkeypatch.setattr(tables, "write", full)
        with pytest.raises(KnowledgeError, match=r"cannot be written \(database or disk is full\); make room"):
            build.build(target, root=root)
        assert [path.name for path in target.parent.iterdir()] == ["knowledge.sqlite.lock"]

    def test_a_folder_without_knowledge_is_an_error_in_one_line(self, target, tmp_path):
        with pytest.raises(KnowledgeError, match="no knowledge is written here"):
            build.build(target, root=tmp_path / "nowhere")

    @pytest.mark.parametrize(
        ("file", "change", "refusal"),
        [
            (
                "families/radiology/dxa.yaml",
                ("Z13.820]", "Z13.829]"),
                "31: 'Z13.829' is not in ICD-10-CM; mend the code or category",
            ),
            ("families/diagnoses/osteoporosis.yaml", ("M81.0", "M81.1"), "26: M81.1 is not in ICD-10-CM; mend the code"),
            (
                "families/diagnoses/osteoporosis.yaml",
                ("M81.0", "M85.8"),
                "26: M85.8 is no billable code; write its further characters",
            ),
            (
                "families/diagnoses/osteoporosis.yaml",
                ("8X{", "8Y{"),
                "23: no combination of cause, encounter makes M80.{cause}8Y{encounter} a billable code; mend the characters, ",
            ),
        ],
    )
    def test_a_diagnosis_that_does_not_exist_is_refused_with_file_and_line(self, target, root, file, change, refusal):
        path = root / file
        path.write_text(path.read_text().replace(*change))

        with pytest.raises(KnowledgeError) as refused:
            build.build(target, root=root)
        (line,) = str(refused.value).splitlines()
        assert line.startswith(f"{file}:{refusal}")

    def test_a_code_that_two_templates_of_two_families_fill_is_refused(self, target, root):
        path = root / "families/diagnoses/osteoporosis.yaml"
        text = path.read_text().replace("family: osteoporosis", "family: other").replace("M81.0", "Z13.820")
        (path.parent / "other.yaml").write_text(text)

        with pytest.raises(KnowledgeError) as refused:
            build.build(target, root=root)
        (line,) = str(refused.value).splitlines()
        assert line.startswith("families/diagnoses/other.yaml:23: M80.{cause}8X{encounter} is also in the family 'osteoporosis'")

    def test_of_many_codes_that_two_families_share_one_is_told(self, target, root):
        path = root / "families/diagnoses/osteoporosis.yaml"
        text = path.read_text().replace("family: osteoporosis", "family: other").replace("M81.0", "Z13.820")
        (path.parent / "other.yaml").write_text(
            text.replace("8X{encounter}", "8{encounter}").replace("characters: A", "characters: XA")
        )

        with pytest.raises(KnowledgeError) as refused:
            build.build(target, root=root)
        (line,) = str(refused.value).splitlines()
        assert line.startswith("families/diagnoses/other.yaml:23: M80.08XA is also in the family 'osteoporosis'")

    def test_a_template_of_too_many_combinations_is_refused(self, target, root):
        path = root / "families/diagnoses/osteoporosis.yaml"
        values = ", ".join(f"v{n}: {{any: osteoporosis, plain: p, characters: {n}}}" for n in range(300))
        text = path.read_text().replace(
            "facets:\n", f"facets:\n  a: {{ask: a, values: {{{values}}}}}\n  b: {{ask: b, values: {{{values}}}}}\n"
        )
        path.write_text(text.replace("8X{encounter}", "{a}{b}{encounter}"))

        with pytest.raises(KnowledgeError, match=r"stands for 360000 combinations; split the family$"):
            build.build(target, root=root)


def ensure_elsewhere(target, root, built):
    icd10cm.release = lambda: RELEASE
    answer = None
    try:
        answer = build.ensure(target, root=root)
    finally:
        # Whoever waits for the answers gets one even when the building failed.
        built.put(answer)


def test_of_several_processes_that_start_at_once_one_builds(target, root):
    context = multiprocessing.get_context("fork")
    built = context.SimpleQueue()
    processes = [context.Process(target=ensure_elsewhere, args=(target, root, built)) for _ in range(6)]
    for process in processes:
        process.start()
    answers = [built.get() for _ in processes]
    for process in processes:
        process.join(timeout=30)

    assert sorted(answers) == [False, False, False, False, False, True]
    assert build.is_current(target, root=root)


class TestOpening:
    def test_a_missing_file_is_an_error_that_tells_what_to_run(self, target):
        with pytest.raises(KnowledgeError, match=r"there is no knowledge file; run `consultant knowledge build`$"):
            Knowledge.open(target)

    @pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(100)])
    def test_a_file_of_another_sort_is_an_error_that_tells_what_to_run(self, tmp_path, content):
        (tmp_path / "k.sqlite").write_bytes(content)

        with pytest.raises(KnowledgeError, match=r"this is no knowledge file; run `consultant knowledge build`$"):
            Knowledge.open(tmp_path / "k.sqlite")

    def test_a_file_of_another_version_is_refused(self, target, root, monkeypatch, little_release):
        monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)
        build.build(target, root=root)
        monkeypatch.undo()

        formats = rf"\(format {tables.FORMAT + 1}, not {tables.FORMAT}\)"
        with pytest.raises(KnowledgeError, match=rf"built by another version {formats}; run `consultant knowledge build`$"):
            Knowledge.open(target)

    def test_a_file_of_another_version_is_built_anew_by_ensure(self, target, root, monkeypatch, little_release):
        build.build(target, root=root)
        monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)

        assert build.ensure(target, root=root)

    def test_a_new_build_is_not_mixed_with_the_old_one(self, target, root, little_release):
        build.build(target, root=root)
        knowledge = Knowledge.open(target)
        knowledge.close()
        path = root / "editions.yaml"
        path.write_text(path.read_text() + "# a word more\n")
        build.build(target, root=root)

        with pytest.raises(KnowledgeError, match="a new knowledge file has taken its place; restart"):
            knowledge.billable("M81.0")


def test_the_program_without_the_release_tells_what_to_install(monkeypatch):
    monkeypatch.setattr(icd10cm, "find_spec", lambda _: None)

    with pytest.raises(KnowledgeError, match=r"no ICD-10-CM release was found; install simple-icd-10-cm 1.5$"):
        icd10cm.packaged_edition()


def test_the_hash_of_the_sources_depends_on_names_and_contents_only(written, tmp_path):
    copy = Path(shutil.copytree(written, tmp_path / "copy"))
    first = sources.digest(written)

    assert sources.digest(copy) == first
    (copy / "lexicon/bone.yaml").rename(copy / "lexicon/bones.yaml")
    assert sources.digest(copy) != first


def test_rows_of_the_release_tell_what_exists_and_what_is_billable():
    assert RELEASE.exists("M80")
    assert not RELEASE.billable("M80")
    assert RELEASE.billable("M80.08XA")
    assert not RELEASE.exists("13")
    assert not replace(RELEASE, rows=()).exists("M80")
