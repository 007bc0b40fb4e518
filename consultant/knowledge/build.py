"""Building the knowledge file: families, lexicon, modifiers and ICD-10-CM become one read-only SQLite file.

The file is made beside its place and moved there as a whole, so that a reader sees the old or the new one and never half of one.
A lock file (`flock`, freed by the system when its holder dies) lets several processes start at once: one builds, the others wait
and find it done. What was built is known by its stamp: the format, the hashes of the written sources and of the program that
arranges them, and the ICD-10-CM release.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge import checks, icd10cm, sources, tables
from consultant.knowledge.assemble import Parts, assemble
from consultant.knowledge.editions import all_editions

_HERE = Path(__file__).parent
_WEEK_SECONDS = 7 * 24 * 3600
Progress = Callable[[str, int, int], None]
"""Told of each part of the work: what is done, how far it is, and of how much."""


def build(target: Path, *, root: Path = sources.HERE, progress: Progress | None = None) -> None:
    """Build the knowledge file at ``target`` from the written knowledge below ``root``, whatever stood there.

    Raises KnowledgeError: with one line for each refusal, or because the file cannot be written.
    """
    with _locked(target):
        _build(target, root, progress or _silent)


def ensure(target: Path, *, root: Path = sources.HERE, progress: Progress | None = None) -> bool:
    """Build the knowledge file when it is missing or stale; tells whether it was built.

    Safe when several processes call it at once. Raises KnowledgeError as `build` does.
    """
    if is_current(target, root=root):
        return False
    with _locked(target):
        # Another process may have built it while this one waited for the lock.
        if is_current(target, root=root):
            return False
        _build(target, root, progress or _silent)
    return True


def is_current(target: Path, *, root: Path = sources.HERE) -> bool:
    """Whether the file is there, of this version, and built from what is installed."""
    with contextlib.suppress(KnowledgeError):
        return tables.read_meta(target)["stamp"] == _stamp(sources.digest(root))
    return False


def cached_file(*, root: Path = sources.HERE) -> Path:
    """Where the file of this version stands unless a place is named: in the user's cache folder, under its stamp.

    All data folders share it, and another version of the program has a file of its own beside it.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    stamp = hashlib.sha256(_stamp(sources.digest(root)).encode()).hexdigest()
    return cache / "consultant" / f"knowledge-{stamp[:16]}.sqlite"


def forget_old(cached: Path) -> None:
    """Remove files of other versions beside a cached one that nothing has opened to write or read for a week."""
    week_ago = time.time() - _WEEK_SECONDS
    for other in cached.parent.glob("knowledge-*.sqlite*"):
        with contextlib.suppress(OSError):
            found = other.stat()
            if not other.name.startswith(cached.name) and max(found.st_atime, found.st_mtime) < week_ago:
                other.unlink()


def _build(target: Path, root: Path, progress: Progress) -> None:
    with _told("reading families and lexicon", progress):
        written, digest = sources.read(root), sources.digest(root)
    with _told("reading ICD-10-CM", progress):
        release = icd10cm.release()
    with _told("checking diagnoses", progress):
        checks.against_icd10cm(written.families, written.named, release)
    with _told("arranging codes", progress):
        editions = all_editions(written.editions, release.edition, digest)
        parts = Parts(
            families=written.families,
            concepts=written.concepts,
            modifiers=written.modifiers,
            release=release,
            editions=editions,
            places=written.places,
            neighbours=written.neighbours,
            guidelines=written.guidelines,
            crossings=written.crossings,
        )
        contents = assemble(parts, stamp=_stamp(digest))
    with _told("writing the file", progress):
        _write(target, contents)


@contextmanager
def _told(what: str, progress: Progress) -> Iterator[None]:
    progress(what, 0, 1)
    yield
    progress(what, 1, 1)


def _write(target: Path, contents: tables.Contents) -> None:
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        made.unlink(missing_ok=True)
        with closing(sqlite3.connect(made)) as connection:
            # Nobody sees the file before it is whole, so it needs no journal.
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            tables.write(connection, contents)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.replace(target)
    except (OSError, sqlite3.Error) as error:
        msg = f"{target}: the knowledge file cannot be written ({error}); make room or name another folder"
        raise KnowledgeError(msg) from None
    finally:
        with contextlib.suppress(OSError):
            made.unlink(missing_ok=True)


def _stamp(digest: str) -> str:
    paths = sorted((*_HERE.glob("*.py"), *_HERE.glob("*_words.json")))
    program = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    return f"{tables.FORMAT} {digest} {program} {icd10cm.packaged_edition()}"


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.with_name(f"{target.name}.lock").open("w")
    except OSError as error:
        msg = f"{target}: the folder cannot be written ({error.strerror}); name another with --home"
        raise KnowledgeError(msg) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""
