"""Opening official files as they are shipped: plain, gzip, zip, zip in a zip; their lines as text.

What a file is, its first bytes tell, not its name. Text is UTF-8; a line that is not is taken for Windows-1252, as old files of CMS
are. The last line must have its line end: files are cut off in the middle of a line more often than people write them so. Known
limit: a file cut off exactly behind a line end looks whole; `load` compares the number of rows with the edition before.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, cast

from consultant.errors import KnowledgeError

LONGEST_LINE = 16 * 1024 * 1024
_DEPTH = 3
"""How many archives may stand in each other."""
_GZIP_SIZE_LENGTH = 4
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_BYTE_ORDER_MARK = "\ufeff"
# All that the readers of archives raise on bytes that are no archive, as well as on those of a broken one.
_FAULTS = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, zipfile.LargeZipFile, struct.error),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError),
)


@dataclass(slots=True)
class Meter:
    """How much of the files has been read, in bytes."""

    total: int = 0
    done: int = 0

    def add(self, count: int) -> None:
        """Note ``count`` more bytes as read."""
        self.done += count


@dataclass(frozen=True, slots=True)
class Member:
    """A file, or a file inside an archive."""

    path: Path
    inside: tuple[str, ...] = ()
    """Names of members, from the outermost archive inwards."""
    size: int = 0
    modified: date | None = None
    """When the archive says it was changed."""
    is_workbook: bool = False

    @property
    def name(self) -> str:
        """Its own name, without folders, as it can be shown."""
        return shown(Path(self.inside[-1]) if self.inside else self.path)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, unpacked. Raises KnowledgeError when they cannot be read."""
        with reading(self.name), ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(self.path.open("rb"))
            for name in self.inside:
                archive = stack.enter_context(zipfile.ZipFile(file))
                file = stack.enter_context(archive.open(name))
            yield stack.enter_context(_unpacked(file))


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Raise KnowledgeError for whatever reading the bytes of a file raises."""
    try:
        yield
    except _FAULTS as error:
        # The words of these errors may repeat bytes of the file; their names do not.
        why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        msg = f"{name}: the file cannot be read ({why}); fetch it again"
        raise KnowledgeError(msg) from None


def shown(path: Path) -> str:
    """The name of a file for messages: on one line, whatever the name holds."""
    return "".join(character if character.isprintable() else "?" for character in path.name)


def meter_of(read: Iterable[Member]) -> Meter:
    """A meter for reading these; the sheet of a workbook adds itself when it is opened."""
    return Meter(total=sum(member.size for member in read if not member.is_workbook))


def members(paths: Iterable[Path]) -> tuple[Member, ...]:
    """Every file that the paths hold, archives opened; in the order of the paths, then of the archive."""
    return tuple(member for path in paths for member in _expand(Member(path, size=_size(path))))


def pick_one(paths: Sequence[Path], *patterns: str) -> Member:
    """The one member that `pick` finds. Raises KnowledgeError when there are several."""
    found = pick(paths, *patterns)
    if len(found) > 1:
        msg = f"{', '.join(member.name for member in found[:5])}: a file of this kind stands alone; name one of them"
        raise KnowledgeError(msg)
    return found[0]


def pick(paths: Sequence[Path], *patterns: str) -> tuple[Member, ...]:
    """The members whose names match the first pattern, or else the next, case ignored; plain files alone are taken as they are."""
    found = members(paths)
    for pattern in patterns:
        fitting = tuple(member for member in found if re.search(pattern, member.name, re.IGNORECASE))
        if fitting:
            return fitting
    plain = tuple(member for member in found if not member.inside)
    if plain:
        return plain
    msg = f"{', '.join(map(shown, paths))}: no file of this kind is in the archive; see whether it is the right one"
    raise KnowledgeError(msg)


def lines(member: Member, meter: Meter) -> Iterator[str]:
    """The lines of a text file with their line ends. Raises KnowledgeError when it is cut off."""
    last = b"\n"
    with member.open() as file:
        while raw := file.readline(LONGEST_LINE):
            if len(raw) == LONGEST_LINE:
                msg = f"{member.name}: a line has no end; this is no text file of this kind"
                raise KnowledgeError(msg)
            meter.add(len(raw))
            last = raw
            yield _decoded(raw)
    if not last.endswith(b"\n"):
        msg = f"{member.name}: the last line has no line end, as if the file were cut off; fetch it again"
        raise KnowledgeError(msg)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


@contextmanager
def _unpacked(file: IO[bytes]) -> Iterator[IO[bytes]]:
    buffered = io.BufferedReader(cast("io.RawIOBase", file), 1 << 16)
    if buffered.peek(2)[:2] == _GZIP:
        with gzip.GzipFile(fileobj=buffered) as opened:
            yield cast("IO[bytes]", opened)
    else:
        yield buffered


def _expand(member: Member) -> Iterator[Member]:
    with reading(member.name), member.open() as file:
        # Only the first bytes are read of what is no archive.
        if file.read(len(_ZIP)) != _ZIP:
            yield member
            return
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
    if any(info.filename == _WORKBOOK for info in listed):
        yield Member(member.path, member.inside, member.size, member.modified, is_workbook=True)
        return
    if len(member.inside) == _DEPTH:
        msg = f"{member.name}: archives stand in each other more than {_DEPTH} deep; unpack them first"
        raise KnowledgeError(msg)
    for info in listed:
        yield from _expand(Member(member.path, (*member.inside, info.filename), info.file_size, _modified(info)))


def _modified(info: zipfile.ZipInfo) -> date | None:
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None


def _size(path: Path) -> int:
    try:
        with path.open("rb") as file:
            is_gzip = file.read(len(_GZIP)) == _GZIP
            end = file.seek(0, os.SEEK_END)
            if not is_gzip or end < _GZIP_SIZE_LENGTH:
                return end
            # The last four bytes tell the unpacked size, for the progress bar only.
            file.seek(-_GZIP_SIZE_LENGTH, os.SEEK_END)
            return int.from_bytes(file.read(_GZIP_SIZE_LENGTH), "little")
    except OSError as error:
        msg = f"{path}: the file cannot be read ({error.strerror}); name a file that is there"
        raise KnowledgeError(msg) from None
